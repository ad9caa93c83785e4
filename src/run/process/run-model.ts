// Runs one model: starts and loads it, predicts the whole input, and stops it.

import { rememberText } from "../../base/remember.ts";
import { messageOf } from "../../base/result.ts";
import { linkedSignal } from "../abort/linked-signal.ts";
import { throttled } from "../acquire/progress.ts";
import type { RestartLimits } from "../api/limits.ts";
import type { Failure, ModelReport, ModelState, RunEvent } from "../api/report.ts";
import type { Input } from "../input/input.ts";
import type { Output } from "../output/output.ts";
import type { Position } from "../output/resume.ts";
import { type OutputRow, outputRow } from "../output/row.ts";
import { type Place, placedEntry } from "../prepare/place.ts";
import type { ReadyModel } from "../prepare/preflight.ts";
import { acquireModel, type PreparedModel, type RunnableModel } from "../prepare/prepare.ts";
import type { Redact } from "../secrets/redactor.ts";
import type { Environment } from "../values/values.ts";
import type { EntryOutcome } from "../worker/prediction.ts";
import { batchesOf } from "./batches.ts";
import { type Pool, startPool } from "./pool.ts";
import { predictEntries } from "./predict-entries.ts";
import { typeChecker } from "./strict-types.ts";

/** What all models of a run share. */
export interface RunContext {
  readonly environment: Environment;
  /** The environment in which Git runs. An `--env-file` must not choose which programs Git starts. */
  readonly programEnvironment: Environment;
  readonly restarts: RestartLimits;
  /** The cache folder. */
  readonly cache: string;
  /** Whether only the cache may be used. */
  readonly offline: boolean;
  readonly redact: Redact;
  readonly input: Input;
  readonly output: Output;
  /** By model id: where to continue an earlier run. */
  readonly positions: ReadonlyMap<string, Position> | undefined;
  readonly resume: boolean;
  /** How long a datapoint of a stream waits for others to fill its batch. */
  readonly maxWaitMs: number;
  readonly head: number | undefined;
  readonly failFast: boolean;
  readonly strictTypes: boolean;
  readonly allLogs: boolean;
  /** Stops all models at any time. */
  readonly signal: AbortSignal;
  readonly stopAll: () => void;
  readonly fail: (failure: Failure) => void;
  readonly onEvent: (event: RunEvent) => void;
}

/** The maximum number of characters that are written together. */
const WRITTEN_AT_ONCE = 2 ** 24;

/** A report that is still being updated. */
type Tally = { -readonly [Field in keyof ModelReport]: ModelReport[Field] };

/** The report of a model that has not been started. */
export function waiting({ id, name }: Pick<PreparedModel, "id" | "name">): Tally {
  return { id, name, state: "waiting", rows: 0, errors: 0, kept: 0, restarts: 0, loadMs: 0, predictMs: 0 };
}

/** Runs one model and updates its tally. When it returns, no process of the model is left. */
export async function runModel(
  { model: checked, place: placeOf }: ReadyModel,
  tally: Tally,
  context: RunContext,
): Promise<void> {
  const { signal } = context;
  const { id } = checked;
  const newErrors = (): number => tally.errors - (context.positions?.get(id)?.errors ?? 0);
  const enter = (state: ModelState): void => {
    tally.state = state;
    context.onEvent({ kind: "state", model: id, state });
  };
  const end = (failures: readonly Failure[]): void => {
    // A model that ends because the run was stopped has not failed.
    if (!signal.aborted) failures.forEach(context.fail);
    const isCut = context.output.problem() !== undefined;
    enter(signal.aborted ? "interrupted" : failures.length > 0 || isCut ? "failed" : "done");
    if (isCut || (context.failFast && newErrors() > 0)) context.stopAll();
  };

  const position = context.positions?.get(id);
  if (position !== undefined && position.rest === undefined) return end([]); // all rows exist already

  if (checked.remote.size > 0) enter("fetching");
  const missing: Failure[] = [];
  const acquired = await acquire(checked, context, (failure) => missing.push(failure));
  if (acquired === undefined) return end(missing);
  const placed = await placeOf(acquired, signal);
  if (placed.kind === "problem") return end([{ step: id, message: placed.message }]);
  const { model, place } = placed.value;

  enter("starting");
  const startTime = performance.now();
  const started = await startPool(model, {
    ...context,
    place,
    onLog: (line) => context.onEvent({ kind: "log", model: id, ...line }),
    onLoading: () => {
      if (tally.state === "starting") enter("loading");
    },
    onDegraded: (failure, left) => context.onEvent({ kind: "degraded", model: id, reason: failure.message, left }),
    onRestart: (reason, pauseMs) => {
      tally.restarts++;
      context.onEvent({ kind: "restart", model: id, reason, pauseMs });
    },
  });
  tally.loadMs = performance.now() - startTime;
  if (started.kind === "failed") return end([started.failure]);

  enter("predicting");
  const predictTime = performance.now();
  const failures = await predictInput(model, started.pool, tally, { ...context, place });
  tally.predictMs = performance.now() - predictTime;
  end(failures);
  await started.pool.stop();
}

/** Fetches the remote files and code of a model. The result is also `undefined` if the run is stopped meanwhile. */
async function acquire(
  checked: RunnableModel,
  { cache, programEnvironment, offline, signal, onEvent }: RunContext,
  report: (failure: Failure) => void,
): Promise<PreparedModel | undefined> {
  const reporterOf = rememberText((step) =>
    throttled((bytes, total: number | undefined) => onEvent({ kind: "fetch", step, bytes, total })),
  );
  const reportProgress = (step: string, bytes: number, total: number | undefined): void =>
    reporterOf(step)(bytes, total);
  try {
    const context = { cache, environment: programEnvironment, offline, signal };
    return await acquireModel(checked, context, report, reportProgress);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Predicts until the input ends, the worker fails or the run is stopped. Returns the failures. */
async function predictInput(
  model: PreparedModel,
  pool: Pool,
  tally: Tally,
  context: RunContext & { readonly place: Place },
): Promise<readonly Failure[]> {
  const { output, redact, place } = context;
  const reading = linkedSignal(context.signal);
  const step = model.predict.step.id;
  const failures: Failure[] = [];
  const errorsBefore = tally.errors;
  const onInputError = (error: unknown): void => {
    failures.push({ step: "input", message: messageOf(error) });
  };
  // An earlier run may have ended because a datapoint crashed the worker. Alone, it cannot affect other datapoints.
  const alone = context.resume ? model.maxSize : 0;
  const rest = context.positions?.get(model.id)?.rest;
  const batches = batchesOf(rest ?? context.input.open(reading.signal), (entry) => placedEntry(entry, place), {
    size: model.maxSize,
    limit: rest === undefined ? context.head : undefined,
    alone,
    maxWaitMs: context.input.once ? context.maxWaitMs : undefined,
    signal: reading.signal,
    onError: onInputError,
  });
  const checkType = context.strictTypes ? typeChecker(model) : undefined;
  const predict = { pool, limitMs: model.settings.limits.batchMs, arrays: "lists", redact, checkType } as const;
  const predictBatches = async (): Promise<void> => {
    let before = performance.now();
    for await (const batch of predictEntries(predict, batches)) {
      await writeRows(model.id, batch.outcomes, tally, context);
      const now = performance.now();
      context.onEvent({
        kind: "progress",
        model: model.id,
        rows: tally.rows,
        errors: tally.errors,
        batchMs: now - before,
      });
      before = now;
      if (batch.end?.kind === "failed") failures.push(notPredicted(batch.end.failure, tally));
      if (output.problem() !== undefined) break;
      if (context.failFast && tally.errors > errorsBefore) {
        failures.push({ step, message: "stopped at the first datapoint that failed" });
        break;
      }
    }
  };
  try {
    await predictBatches();
  } catch (error) {
    // An unexpected error of this model must not stop the other models.
    const message = `the predictions could not be processed: ${redact(messageOf(error))}`;
    failures.push(notPredicted({ step, message }, tally));
  }
  reading.abort(); // an input that is waiting for more data would keep this process alive
  reading.unlink();
  return failures;
}

/** Writes rows, large ones in several parts, and counts and reports them. */
async function writeRows(
  model: string,
  outcomes: readonly EntryOutcome[],
  tally: Tally,
  { output, signal, onEvent }: RunContext,
): Promise<void> {
  let rows: OutputRow[] = [];
  let size = 0;
  const write = async (): Promise<void> => {
    const written = rows;
    [rows, size] = [[], 0];
    await output.write(written.map(({ line }) => line));
    tally.rows += written.length;
    for (const { outcome } of written) {
      if (outcome.kind !== "error") continue;
      tally.errors++;
      onEvent({ ...outcome, model });
    }
  };
  try {
    for (const outcome of outcomes) {
      const made = outputRow(model, outcome, signal);
      const row = made instanceof Promise ? await made : made;
      if (rows.length > 0 && size + row.line.length > WRITTEN_AT_ONCE) await write();
      rows.push(row);
      size += row.line.length;
    }
  } finally {
    if (rows.length > 0) await write();
  }
}

function notPredicted(failure: Failure, { rows }: Tally): Failure {
  return { ...failure, message: `${failure.message}; datapoints after the first ${rows} rows were not predicted` };
}
