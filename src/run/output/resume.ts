// What an earlier run has written and this one need not predict again: found, compared with the input, and only then used.
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

/** Where a model goes on: what is kept, and the datapoints that are still to be predicted. */
export interface Position extends KeptRows {
  /** Nothing when all of its rows are there. */
  readonly rest: AsyncIterable<Entry> | undefined;
}

const HINT = "move it away to keep it, or leave `--resume` out to begin anew";

/** Finds what an output can be continued from; nothing when there is nothing yet. */
export async function findEarlierOutput(
  to: string | OutputSink | undefined,
  root: string,
  models: ReadonlySet<string>,
): Promise<Result<EarlierOutput | undefined>> {
  if (to === "-") return problem("standard output cannot be resumed: nobody can tell what was read of it; name a file");
  if (typeof to !== "string") return problem("only an output file can be resumed");
  let target: WriteTarget;
  try {
    target = writeTarget(resolve(to), root);
  } catch (error) {
    return problem(`\`${to}\` cannot be resumed: ${messageOf(error)}`);
  }
  const { path: place, existing: entry } = target;
  if (entry !== undefined && !entry.isFile()) return problem(`\`${to}\` is no regular file, so it cannot be resumed`);
  const partial = await partialFiles(place);
  const alive = partial.find(({ isAlive }) => isAlive);
  if (alive !== undefined) return problem(`\`${to}\` is being written by another run, into \`${alive.path}\``);
  const all: EarlierOutput[] = [];
  for (const { path } of partial) {
    const shown = `\`${path}\`, which a killed run left behind,`;
    const earlier = await scan({ path, shown, isOutput: false }, models);
    if (earlier.kind === "problem") return earlier;
    all.push(earlier.value);
  }
  const most = all.find((one) => all.every((other) => containsRowsOf(one, other)));
  if (all.length > 0 && most === undefined) return problem(ambiguousMessage(all));
  if (entry === undefined || entry.size === 0) return found(most);
  const output = await scan({ path: place, shown: `\`${to}\``, isOutput: true }, models);
  if (output.kind === "problem" || most === undefined) return output;
  // What was killed was going to replace the output; but rows that only the output has are nobody's to throw away.
  return containsRowsOf(most, output.value) ? found(most) : problem(ambiguousMessage([output.value, most]));
}

function ambiguousMessage(files: readonly EarlierOutput[]): string {
  const [first, second] = files.map(({ shown, kept }) => `${shown} holds ${rowsIn(kept)} rows`);
  return `it is not clear what is to be continued: ${first}, and ${second}; remove the one that is not wanted`;
}

function rowsIn(kept: ReadonlyMap<string, KeptRows>): number {
  return [...kept.values()].reduce((sum, { rows }) => sum + rows, 0);
}

/** Whether one file has at least the rows of another one. */
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
      if (!models.has(model)) throw new Error(`line ${line} is of the model \`${model}\`, which is not run now`);
      const count = kept.get(model) ?? { rows: 0, errors: 0 };
      if (index !== count.rows) {
        throw new Error(`line ${line} is of datapoint ${index}, where that of ${count.rows} is expected`);
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

/** Compares the rows with the input; gives each model of which there are some the datapoints that come behind them. */
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
    throw new Error(`line ${line} is of datapoint ${index}, but the input ends before it`);
  }
  if (next.value.id !== id) {
    throw new Error(`line ${line} is of the datapoint \`${id}\`, but the input has \`${next.value.id}\` there`);
  }
}

/** Values without the ones that were taken; nothing when there are no more. */
async function unlessEmpty<Value>(values: AsyncGenerator<Value>): Promise<AsyncGenerator<Value> | undefined> {
  const first = await values.next();
  if (first.done) return undefined;
  async function* all(value: Value): AsyncGenerator<Value> {
    yield value;
    yield* values;
  }
  return all(first.value);
}
