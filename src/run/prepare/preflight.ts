// Finds everything that is wrong before anything is started, all at once.

import { found, type Result } from "../../base/result.ts";
import type { PlanModel } from "../../plan/execution-plan.ts";
import { isFolder } from "../../system/paths.ts";
import type { RunOptions } from "../api/options.ts";
import type { Failure } from "../api/report.ts";
import { findInput, type Input } from "../input/input.ts";
import type { Earlier } from "../output/earlier.ts";
import { type Output, openOutput } from "../output/output.ts";
import { findEarlier, type Position, positionsAfter } from "../output/resume.ts";
import { checkModel, type RunnableModel } from "./prepare.ts";
import { findPython } from "./python.ts";

/** What a run needs. */
export interface Ready {
  readonly models: readonly RunnableModel[];
  readonly python: string;
  readonly input: Input;
  readonly output: Output;
  /** Where a model goes on of which an earlier run has left rows. */
  readonly positions: ReadonlyMap<string, Position> | undefined;
}

/** Checks and opens everything; with a problem there is nothing to run, and nothing is left open. */
export async function preflight(
  models: readonly PlanModel[],
  options: RunOptions,
  signal: AbortSignal,
  report: (failure: Failure) => void,
): Promise<Ready | undefined> {
  const { root, environment, outputRoot = process.cwd() } = options;
  const take = <Value>(step: string, result: Result<Value>): Value | undefined => {
    if (result.kind === "value") return result.value;
    report({ step, message: result.message });
    return undefined;
  };
  if (!(await isFolder(root))) {
    report({ step: "root", message: `the folder \`${root}\` does not exist` });
    return undefined;
  }
  const python = take("python", await findPython(options.python, root, options.programEnvironment ?? environment));
  const checked: RunnableModel[] = [];
  for (const model of models) {
    const ready = await checkModel(model, root, environment, report);
    if (ready !== undefined) checked.push(ready);
  }
  const input = take("input", await findInput(options.input, options.images));
  const isShared = input?.once === true && models.length > 1;
  if (isShared) {
    report({ step: "input", message: "an input that can be read only once serves one model; name one, or use a file" });
  }
  const ids = new Set(models.map(({ id }) => id));
  const earlier = options.resume
    ? await findEarlier(options.output, outputRoot, ids)
    : found<Earlier | undefined>(undefined);
  const isMissing = python === undefined || checked.length < models.length || input === undefined || isShared;
  if (isMissing || earlier.kind === "problem") {
    // Whether it can be written is said now, too; but it is touched only when everything else is right.
    const output =
      earlier.kind === "problem" ? undefined : take("output", await openOutput(options.output, outputRoot));
    take("output", earlier);
    await output?.discard();
    return undefined;
  }
  const positions = earlier.value && take("output", await positionsAfter(earlier.value, input, options.head, signal));
  if (earlier.value !== undefined && positions === undefined) return undefined;
  const output = take("output", await openOutput(options.output, outputRoot, earlier.value));
  return output && { models: checked, python, input, output, positions };
}
