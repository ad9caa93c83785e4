// Continues an earlier run: finds the rows that it has written, and compares them with the input before they are used.
import { resolve } from "node:path";
import { found, messageOf, problem, type Result } from "../../base/result.ts";
import { type WriteTarget, writeTarget } from "../../system/write.ts";
import { untilAborted } from "../abort/until-aborted.ts";
import type { OutputSink } from "../api/options.ts";
import type { Entry } from "../input/entry.ts";
import type { Input } from "../input/input.ts";
import { take } from "../input/take.ts";
import type { EarlierOutput, KeptRows } from "./earlier.ts";

import { partialFiles } from "./partial-file.ts";
import { type OutputRow, outputRows } from "./rows.ts";

/** Where a model continues: the rows that are kept, and the remaining datapoints. */
export interface Position extends KeptRows {
  /** The remaining datapoints; `undefined` if there are none. */
  readonly rest: AsyncIterable<Entry> | undefined;
}

const HINT = "move it to keep it, or omit `--resume` to start over";

/** Finds the file from which an output can be continued; `undefined` if there is none. */
export async function findEarlierOutput(
  to: string | OutputSink | undefined,
  root: string,
  models: ReadonlySet<string>,
): Promise<Result<EarlierOutput | undefined>> {
  if (to === "-") return problem("standard output cannot be resumed; use `--output FILE` with `--resume`");
  if (typeof to !== "string")
    return problem("a run without an output file cannot be resumed; use `--output FILE` with `--resume`");
  let target: WriteTarget;
  try {
    target = writeTarget(resolve(to), root);
  } catch (error) {
    return problem(`\`${to}\` cannot be resumed: ${messageOf(error)}`);
  }
  const { path: place, existing: entry } = target;
  if (entry !== undefined && !entry.isFile())
    return problem(`\`${to}\` is not a regular file, so it cannot be resumed`);
  const partial = await partialFiles(place);
  const alive = partial.find(({ isAlive }) => isAlive);
  if (alive !== undefined) return problem(`another run is writing \`${to}\` (its temporary file is \`${alive.path}\`)`);
  const all: EarlierOutput[] = [];
  for (const { path } of partial) {
    const shown = `the temporary file \`${path}\` of a killed run`;
    const earlier = await scan({ path, shown, isOutput: false }, models);
    if (earlier.kind === "problem") return earlier;
    all.push(earlier.value);
  }
  const most = all.find((one) => all.every((other) => containsRowsOf(one, other)));
  if (all.length > 0 && most === undefined) return problem(ambiguousMessage(all));
  if (entry === undefined || entry.size === 0) return found(most);
  const output = await scan({ path: place, shown: `\`${to}\``, isOutput: true }, models);
  if (output.kind === "problem" || most === undefined) return output;
  // The killed run would have replaced the output, but rows that only the output has must not be lost.
  return containsRowsOf(most, output.value) ? found(most) : problem(ambiguousMessage([output.value, most]));
}

function ambiguousMessage(files: readonly EarlierOutput[]): string {
  const [first, second] = files.map(({ shown, kept }) => `${shown} has ${rowsIn(kept)} rows`);
  return `several files could be continued: ${first}, and ${second}; remove the one that you do not need`;
}

function rowsIn(kept: ReadonlyMap<string, KeptRows>): number {
  return [...kept.values()].reduce((sum, { rows }) => sum + rows, 0);
}

/** Whether a file contains at least the rows of another one. */
function containsRowsOf(one: EarlierOutput, other: EarlierOutput): boolean {
  return [...other.kept].every(([model, { rows }]) => (one.kept.get(model)?.rows ?? 0) >= rows);
}

async function scan(
  file: Pick<EarlierOutput, "path" | "shown" | "isOutput">,
  models: ReadonlySet<string>,
): Promise<Result<EarlierOutput>> {
  const kept = new Map<string, { rows: number; errors: number }>();
  let size = 0;
  try {
    for await (const { model, index, isError, line, end } of outputRows(file.path)) {
      if (!models.has(model))
        throw new Error(`line ${line} is a row of the model \`${model}\`, which is not selected in this run`);
      const count = kept.get(model) ?? { rows: 0, errors: 0 };
      if (index !== count.rows) {
        throw new Error(`line ${line} is the row of datapoint ${index}, but datapoint ${count.rows} was expected`);
      }
      kept.set(model, { rows: count.rows + 1, errors: count.errors + (isError ? 1 : 0) });
      size = end;
    }
  } catch (error) {
    return problem(resumeProblem(file.shown, error));
  }
  return found({ ...file, size, kept });
}

function resumeProblem(shown: string, error: unknown): string {
  return `${shown} cannot be continued: ${messageOf(error)}; ${HINT}`;
}

/** Compares the rows with the input, and returns the remaining datapoints of each model that has rows. */
export async function positionsAfter(
  { path, shown, kept }: EarlierOutput,
  input: Input,
  head: number | undefined,
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<string, Position>>> {
  const inputs = new Map<string, AsyncGenerator<Entry>>();
  const thrown: unknown[] = [];
  try {
    for (const model of kept.keys()) {
      const entries = take(input.open(signal), head);
      inputs.set(
        model,
        untilAborted(entries, signal, (error) => thrown.push(error)),
      );
    }
    for await (const row of outputRows(path)) await compare(row, inputs, signal);
    const positions = new Map<string, Position>();
    for (const [model, entries] of inputs) {
      const rest = await unlessEmpty(entries);
      for (const error of thrown) throw error;
      positions.set(model, { rows: 0, errors: 0, ...kept.get(model), rest });
    }
    return found(positions);
  } catch (error) {
    for (const entries of inputs.values()) void entries.return(undefined);
    const [cause = error] = thrown;
    return problem(resumeProblem(shown, cause));
  }
}

async function compare(
  { model, id, index, line }: OutputRow,
  inputs: ReadonlyMap<string, AsyncGenerator<Entry>>,
  signal: AbortSignal,
): Promise<void> {
  const next = await inputs.get(model)?.next();
  if (signal.aborted) return;
  if (next === undefined || next.done) {
    throw new Error(`line ${line} is the row of datapoint ${index}, but the input ends before this datapoint`);
  }
  if (next.value.id !== id) {
    throw new Error(
      `line ${line} is the row of datapoint \`${id}\`, but the input has \`${next.value.id}\` at this position`,
    );
  }
}

/** The remaining values of a generator; `undefined` if there are none. */
async function unlessEmpty<Value>(values: AsyncGenerator<Value>): Promise<AsyncGenerator<Value> | undefined> {
  const first = await values.next();
  if (first.done) return undefined;
  async function* all(value: Value): AsyncGenerator<Value> {
    yield value;
    yield* values;
  }
  return all(first.value);
}
