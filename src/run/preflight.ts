// Finds everything that is wrong before anything is started, all at once.
import { stat } from "node:fs/promises";
import type { PlanModel } from "../plan/execution-plan.ts";
import { findInput, type Input } from "./input.ts";
import type { RunOptions } from "./options.ts";
import { type Output, openOutput } from "./output.ts";
import { type CheckedModel, checkModel } from "./prepare.ts";
import { findPython } from "./python.ts";
import type { Failure } from "./report.ts";
import type { Result } from "./result.ts";

/** What a run needs. */
export interface Ready {
  readonly models: readonly CheckedModel[];
  readonly python: string;
  readonly input: Input;
  readonly output: Output;
}

/** Checks and opens everything; with a problem there is nothing to run, and nothing is left open. */
export async function preflight(
  models: readonly PlanModel[],
  options: RunOptions,
  report: (failure: Failure) => void,
): Promise<Ready | undefined> {
  const { root, environment } = options;
  const take = <Value>(step: string, result: Result<Value>): Value | undefined => {
    if (result.kind === "value") return result.value;
    report({ step, message: result.message });
    return undefined;
  };
  if (!(await isFolder(root))) {
    report({ step: "root", message: `the folder \`${root}\` does not exist` });
    return undefined;
  }
  const python = take("python", await findPython(options.python, root, environment));
  const checked: CheckedModel[] = [];
  for (const model of models) {
    const ready = await checkModel(model, root, environment, report);
    if (ready !== undefined) checked.push(ready);
  }
  const input = take("input", await findInput(options.input));
  const isShared = input?.once === true && models.length > 1;
  if (isShared) {
    report({ step: "input", message: "an input that can be read only once serves one model; name one, or use a file" });
  }
  const output = take("output", await openOutput(options.output));
  if (
    python !== undefined &&
    checked.length === models.length &&
    input !== undefined &&
    !isShared &&
    output !== undefined
  ) {
    return { models: checked, python, input, output };
  }
  await output?.discard();
  return undefined;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
