import { resolve } from "node:path";
import { printable, quote } from "../../base/quote.ts";
import type { PlanModel } from "../../plan/execution-plan.ts";
import { compareRows, DEFAULT_TOLERANCE, type Difference, type Tolerance } from "../../run/examples/compare.ts";
import {
  type ExampleRow,
  type ExampleSet,
  findExamples,
  readRecorded,
  readRow,
} from "../../run/examples/example-set.ts";
import { run } from "../../run/run.ts";
import { CommandError, EXIT } from "../exit.ts";
import type { Given } from "../given-bundle.ts";
import { interruptible } from "../interruptible.ts";
import { definitionPath, type SharedOptions } from "../options.ts";
import { printNote, printResult, tryToWrite } from "../output.ts";
import { pullLines } from "../render/run.ts";
import { compileToPlan } from "./plan.ts";
import { capitalized, LEFT_TO_RUN, type RunArguments, runOptionsOf } from "./run.ts";
import { selectOrFail } from "./select-or-fail.ts";

/** `modelwright test`: predicts the examples of models, and compares the predictions with those that were recorded. */
export async function testCommand(from: Given, options: SharedOptions, given: RunArguments): Promise<number> {
  const update = given["update"] === true;
  if (update && from.bundle !== undefined)
    throw new CommandError(EXIT.usage, "`--update` cannot be used with a bundle, because it does not change.");
  const tolerance: Tolerance = {
    relative: number("--rtol", given["rtol"], DEFAULT_TOLERANCE.relative),
    absolute: number("--atol", given["atol"], DEFAULT_TOLERANCE.absolute),
  };
  const compilation = compileToPlan(from.options, from.files, LEFT_TO_RUN);
  if (typeof compilation === "number") return compilation;
  const plan = from.localPlan(compilation.plan);
  const root = resolve(from.options.cwd, compilation.root);
  const names = given["model"];
  const selected = selectOrFail(plan, Array.isArray(names) ? names.map(String) : undefined);

  const groups = groupByExamples(selected, root);
  if (groups.length === 0 && !options.allowEmpty) {
    const hint =
      "Put inputs into `examples/inputs` or `examples/inputs.jsonl` next to the definition, or set the folder with `examples` below `x-modelwright`. Then use `--update`.";
    throw new CommandError(EXIT.nothing, `No model has examples. ${hint}`);
  }
  return interruptible(async (signal) => {
    let code: number = EXIT.clean;
    for (const { set, models } of groups) {
      const lines: string[] = [];
      const result = await run(plan, {
        ...runOptionsOf(options, { ...given, input: set.input }, root),
        models: models.map(({ id }) => id),
        maxErrors: "all",
        output: (line) => void lines.push(line),
        signal,
        onEvent: (event) => {
          const isVerbose = given["verbose"] === true;
          if (event.kind === "log" && isVerbose) printNote(`[${printable(event.model)}] ${printable(event.text)}\n`);
          if (event.kind === "pull") for (const line of pullLines(event, isVerbose)) printNote(`${line}\n`);
        },
      });
      signal.throwIfAborted();
      for (const { step, message } of result.failures) printNote(`${printable(step)} failed: ${printable(message)}\n`);
      if (result.failures.length > 0) code = EXIT.step;
      else {
        const passed = update ? record(set, lines, from.options) : compare(set, models, lines, root, tolerance);
        if (!passed && code === EXIT.clean) code = EXIT.findings;
      }
    }
    return code;
  });
}

interface Group {
  readonly set: ExampleSet;
  readonly models: readonly PlanModel[];
}

/** Models with the same examples run together. */
function groupByExamples(models: readonly PlanModel[], root: string): readonly Group[] {
  const groups = new Map<string, { readonly set: ExampleSet; readonly models: PlanModel[] }>();
  for (const model of models) {
    const examples = findExamples(model, root);
    if (examples.kind === "problem") throw new CommandError(EXIT.failure, `${capitalized(examples.message)}.`);
    const set = examples.value;
    if (set === undefined) continue;
    const group = groups.get(set.folder) ?? { set, models: [] };
    groups.set(set.folder, group);
    group.models.push(model);
  }
  return [...groups.values()];
}

/** Reports the differences of some models. Returns whether there are none. */
function compare(
  set: ExampleSet,
  models: readonly PlanModel[],
  lines: readonly string[],
  root: string,
  tolerance: Tolerance,
): boolean {
  const recorded = readRecorded(set, root);
  if (recorded.kind === "problem") throw new CommandError(EXIT.failure, `${recorded.message}.`);
  const rows = lines.map(readRow).filter((row) => row !== undefined);
  const of = (all: readonly ExampleRow[], id: string) => all.filter(({ model }) => model === id);
  const failed = models.filter(({ id }) => {
    const actual = of(rows, id);
    const differences = compareRows(actual, of(recorded.value, id), tolerance);
    printResult(summary(id, actual.length, differences));
    return differences.length > 0;
  });
  return failed.length === 0;
}

function summary(model: string, count: number, differences: readonly Difference[]): string {
  const lines = differences.map(({ id, message }) => `${model}: ${printable(id)}: ${printable(message)}\n`);
  const different = new Set(differences.map(({ id }) => id)).size;
  const examples = count === 1 ? "1 example" : `${count} examples`;
  const verdict = different === 0 ? "as recorded" : `${different} ${different === 1 ? "differs" : "differ"}`;
  return `${lines.join("")}${model}: ${examples}, ${verdict}\n`;
}

/** Records the predictions. Nothing is recorded if one of them failed. */
function record({ recorded }: ExampleSet, lines: readonly string[], { cwd }: SharedOptions): boolean {
  const failed = lines.map(readRow).filter((row) => row?.error !== undefined);
  for (const row of failed)
    printNote(
      `${printable(row?.model ?? "")}: ${printable(row?.id ?? "")}: ${printable(`${row?.error?.type}: ${row?.error?.message}`)}\n`,
    );
  const shown = printable(definitionPath(cwd, recorded));
  if (failed.length > 0) {
    printNote(
      `Nothing was written to ${shown}, because ${failed.length === 1 ? "1 example" : `${failed.length} examples`} failed.\n`,
    );
    return false;
  }
  const reason = tryToWrite([{ path: recorded, text: lines.join("") }], cwd);
  if (reason !== undefined) throw new CommandError(EXIT.failure, `Cannot write ${shown}: ${reason}.`);
  printResult(`${shown}: ${lines.length === 1 ? "1 prediction" : `${lines.length} predictions`} recorded\n`);
  return true;
}

function number(option: string, value: unknown, byDefault: number): number {
  if (value === undefined) return byDefault;
  const text = String(value);
  const given = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(given)) return given;
  throw new CommandError(
    EXIT.usage,
    `Invalid value ${quote(text)} for \`${option}\`: expected a number such as 0.001 or 1e-5.`,
  );
}
