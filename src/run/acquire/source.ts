// Makes the code of a plan available as a folder from which Python can import.
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isModulePart } from "../../base/module-name.ts";
import { found, problem, type Result } from "../../base/result.ts";
import { hasScheme } from "../../base/schemes.ts";
import type { CheckoutStep } from "../../plan/execution-plan.ts";
import { variablesIn } from "../../plan/variables.ts";
import { asWritten, type EvaluationScope, evaluateText } from "../values/values.ts";
import type { CheckoutRequest } from "./checkout.ts";
import { isHttp, readRemote } from "./git.ts";

/** Finds a folder on this machine. `path` is relative to the root of the plan. */
export async function findFolder(path: string, root: string): Promise<Result<string>> {
  const location = resolve(root, path);
  const entry = await stat(location).catch(() => undefined);
  if (entry?.isDirectory()) return found(location);
  return problem(`the folder \`${path}\` ${entry ? "is a file" : "does not exist"}`);
}

/**
 * The folder that the URL of a repository names, if a variable makes it a path; `undefined` if it is a URL. Messages do not
 * contain values of the environment.
 */
export async function findNamedFolder(
  { url }: CheckoutStep,
  scope: EvaluationScope,
  root: string,
): Promise<Result<string> | undefined> {
  if (variablesIn(url).length === 0) return undefined;
  const text = evaluateText(url, scope);
  if (text.kind === "problem" || hasScheme(text.value)) return undefined;
  const folder = await findFolder(text.value, root);
  return folder.kind === "value" ? folder : problem(`the folder \`${asWritten(url)}\` does not exist`);
}

/** Reads the request of a checkout step, without contacting a server. */
export function readCheckout(step: CheckoutStep, scope: EvaluationScope): Result<CheckoutRequest> {
  const values = [step.url, step.branch, step.commit, step.accessToken].map(
    (value) => value && evaluateText(value, scope),
  );
  for (const value of values) if (value?.kind === "problem") return value;
  const [url = "", branch, commit, token] = values.map((value) => (value?.kind === "value" ? value.value : undefined));
  const remote = readRemote(url, token);
  if (remote.kind === "problem") return remote;
  const isHidden = variablesIn(step.url).length > 0;
  if (isHidden && !isHttp(url)) return problem(ONLY_HTTP);
  const version = step.commit ?? step.branch;
  const shown = version && `\`${asWritten(version)}\``;
  return found({ remote: remote.value, isHidden, branch, commit, shown });
}

const ONLY_HTTP =
  "the URL of a repository that comes from the environment must begin with `https://` or `http://`, because Git exposes other URLs to every process of the machine; write the URL in the definition";

/** Why the module of an entry point is invalid or missing in the folder; `undefined` if it exists. */
export async function moduleProblem(folder: string, module: string): Promise<string | undefined> {
  const parts = module.split(".");
  if (!parts.every(isModulePart)) return `\`${module}\` is not a module name`;
  const path = parts.join("/");
  for (const candidate of [`${path}.py`, `${path}/__init__.py`]) {
    const entry = await stat(join(folder, candidate)).catch(() => undefined);
    if (entry?.isFile()) return undefined;
  }
  return `the module \`${module}\` does not exist: neither \`${path}.py\` nor \`${path}/__init__.py\` was found`;
}
