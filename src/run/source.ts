// How the code that a plan names becomes a folder that Python can import from.
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { PlanStep } from "../plan/execution-plan.ts";
import { found, problem, type Result } from "./result.ts";

type SourceStep = Extract<PlanStep, { kind: "source" | "checkout" }>;

/** Finds the folder of a model's code. Code in a remote repository is not supported yet. */
export async function findSource(step: SourceStep, root: string): Promise<Result<string>> {
  if (step.kind === "source") return findFolder(step.path, root);
  return problem("code in a remote repository cannot be run; supported: code in a folder beside the definition");
}

async function findFolder(path: string, root: string): Promise<Result<string>> {
  const location = resolve(root, path);
  const entry = await stat(location).catch(() => undefined);
  if (entry?.isDirectory()) return found(location);
  return problem(`the folder \`${path}\` ${entry ? "is a file" : "does not exist"}`);
}

/** Says what is wrong with the module of an entrypoint, if it is not a file in the folder. */
export async function whyNoModule(folder: string, module: string): Promise<string | undefined> {
  const parts = module.split(".");
  if (!parts.every((part) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(part))) return `\`${module}\` is no name of a module`;
  const path = parts.join("/");
  for (const candidate of [`${path}.py`, `${path}/__init__.py`]) {
    const entry = await stat(join(folder, candidate)).catch(() => undefined);
    if (entry?.isFile()) return undefined;
  }
  return `the module \`${module}\` does not exist: there is neither \`${path}.py\` nor \`${path}/__init__.py\``;
}
