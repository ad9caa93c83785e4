// How the code that a plan names becomes a folder that Python can import from.
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isModulePart } from "../../base/module-name.ts";
import { found, problem, type Result } from "../../base/result.ts";
import type { CheckoutStep } from "../../plan/execution-plan.ts";
import { variablesIn } from "../../plan/variables.ts";
import { asWritten, type EvaluationScope, evaluateText } from "../values/values.ts";
import type { CheckoutRequest } from "./checkout.ts";
import { isHttp, readRemote } from "./git.ts";

/** Finds a folder of this machine; `path` starts from the plan's root. */
export async function findFolder(path: string, root: string): Promise<Result<string>> {
  const location = resolve(root, path);
  const entry = await stat(location).catch(() => undefined);
  if (entry?.isDirectory()) return found(location);
  return problem(`the folder \`${path}\` ${entry ? "is a file" : "does not exist"}`);
}

/**
 * The folder that the url of a repository names with this environment; `undefined` where it names an address. What the
 * environment holds is in no message.
 */
export async function findNamedFolder(
  { url }: CheckoutStep,
  scope: EvaluationScope,
  root: string,
): Promise<Result<string> | undefined> {
  if (variablesIn(url).length === 0) return undefined;
  const text = evaluateText(url, scope);
  if (text.kind === "problem" || HAS_SCHEME.test(text.value)) return undefined;
  const folder = await findFolder(text.value, root);
  return folder.kind === "value" ? folder : problem(`the folder that \`${asWritten(url)}\` names does not exist`);
}

/** `https://…`, or git's short form `user@host:path`; see `hasScheme` in `bind/runtime.ts`. */
const HAS_SCHEME = /^[A-Za-z][A-Za-z0-9+.-]+:|^[^\s/:]+@[^\s/:]+:/;

/** Reads what is to be checked out; nobody is asked yet. */
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
  "an address of a repository that comes from the environment begins with `https://` or `http://`; git shows others to every process of the machine, so write it into the definition";

/** Says what is wrong with the module of an entrypoint, if it is not a file in the folder. */
export async function moduleProblem(folder: string, module: string): Promise<string | undefined> {
  const parts = module.split(".");
  if (!parts.every(isModulePart)) return `\`${module}\` is no name of a module`;
  const path = parts.join("/");
  for (const candidate of [`${path}.py`, `${path}/__init__.py`]) {
    const entry = await stat(join(folder, candidate)).catch(() => undefined);
    if (entry?.isFile()) return undefined;
  }
  return `the module \`${module}\` does not exist: there is neither \`${path}.py\` nor \`${path}/__init__.py\``;
}
