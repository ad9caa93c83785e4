// The session of a loaded model in generated bindings: takes datapoints and yields typed predictions.

import { linkedSignal } from "../abort/linked-signal.ts";
import { untilAborted } from "../abort/until-aborted.ts";
import { type Entry, toEntry } from "../input/entry.ts";
import { type Place, placedEntry } from "../prepare/place.ts";
import type { PreparedModel } from "../prepare/prepare.ts";
import { batchesOf } from "../process/batches.ts";
import type { Pool } from "../process/pool.ts";
import { predictEntries } from "../process/predict-entries.ts";
import type { End } from "../process/replica.ts";
import type { PredictContext } from "../process/resolve-batch.ts";
import { type SharedBatches, sharedBatches } from "../process/shared-batches.ts";
import type { TypeChecker } from "../process/strict-types.ts";
import { redactException } from "../secrets/redaction.ts";
import type { EntryOutcome } from "../worker/prediction.ts";
import type { ArrayForm } from "../worker/raw-array.ts";
import { ModelError } from "./errors.ts";
import type { PredictOptions, Session, StopOptions } from "./model.ts";
import type { Monitor } from "./monitor.ts";
import { settledOf, valueIn } from "./outcomes.ts";

/** The replicas of a session, and the signal that stops it. */
export interface SessionContext extends Omit<PredictContext, "arrays"> {
  readonly pool: Pool;
  readonly place: Place;
  readonly maxWaitMs: number;
  /** Compares inputs of datapoints with their declared types, if that was requested. */
  readonly checkInputs?: TypeChecker | undefined;
  readonly monitor: Monitor;
  readonly signal: AbortSignal;
}

/** Opens a session of a loaded model. `onStopped` is called after it was stopped. */
export function openSession<Datapoint, Prediction, RawPrediction>(
  model: PreparedModel,
  given: SessionContext,
  onStopped: () => void,
): Session<Datapoint, Prediction, RawPrediction> {
  const { pool, monitor, signal, maxWaitMs } = given;
  const calls = callCounter();
  const context = { ...given, observer: monitor, calls };
  const { maxSize: size } = model;
  const shared = (arrays: ArrayForm): SharedBatches => sharedBatches({ ...context, arrays }, { size, maxWaitMs });
  const one = { lists: shared("lists"), raw: shared("raw") };
  let stopping: Promise<void> | undefined;
  const stop = async ({ drainMs = 0 }: StopOptions = {}): Promise<void> => {
    if (drainMs > 0) await calls.finish(drainMs);
    stopping ??= pool.stop().finally(onStopped);
    monitor.stopped();
    await stopping;
  };
  signal.addEventListener("abort", monitor.stopped, { once: true });
  monitor.opened(pool);
  return {
    // The options decide whether it is a `Prediction` or a `RawPrediction`, as the type of `predict` declares.
    predict: (datapoints, options) =>
      predictAll(model, context, valueIn<Prediction & RawPrediction>, datapoints, options),
    predictOne: async (datapoint, options) => {
      const outcome = await predictShared(model, context, one[options?.arrays ?? "lists"], datapoint, options);
      return valueIn<Prediction & RawPrediction>(outcome);
    },
    predictSettled: (datapoints, options) =>
      predictAll(model, context, settledOf<Prediction & RawPrediction>, datapoints, options),
    get state() {
      return monitor.stats().state;
    },
    stats: monitor.stats,
    ready: async () => {
      for (;;) {
        const { state, ready } = monitor.stats();
        const failure = pool.failure();
        if (state === "stopped") throw endError(model, context, { kind: "stopped" });
        if (state === "failed" && failure !== undefined) throw endError(model, context, { kind: "failed", failure });
        if (ready > 0) return;
        await pool.whenChanged();
      }
    },
    stop,
    [Symbol.asyncDispose]: () => stop(),
  };
}

/** The calls of a session that have begun. */
interface Calls {
  /** Whether calls may begin. */
  readonly areAllowed: () => boolean;
  /** Counts a call. Returns a function to call when it is over. */
  readonly begin: () => () => void;
  /** Lets no further call begin, and waits until those that have begun are over, or for some time. */
  readonly finish: (limitMs: number) => Promise<void>;
}

function callCounter(): Calls {
  let count = 0;
  let isFinishing = false;
  let finished = (): void => {};
  return {
    areAllowed: () => !isFinishing,
    begin: () => {
      count++;
      return () => {
        if (--count === 0) finished();
      };
    },
    finish: async (limitMs) => {
      isFinishing = true;
      if (count === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMs);
        finished = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}

/** The context of a session that is open. */
interface OpenContext extends SessionContext {
  readonly calls: Calls;
}

/** The entry of a datapoint as the caller passed it. */
function entryOf({ place, checkInputs }: SessionContext, value: unknown, index: number): Entry {
  const entry = toEntry(value, index);
  if (checkInputs !== undefined && entry.kind === "datapoint" && "inputs" in entry.datapoint) {
    const message = checkInputs((value as { readonly inputs: unknown }).inputs);
    if (message !== undefined) return { kind: "broken", index, id: entry.id, error: { type: "WrongType", message } };
  }
  return placedEntry(entry, place);
}

/** Predicts a datapoint in a batch that it shares with other calls. */
async function predictShared(
  model: PreparedModel,
  context: OpenContext,
  batches: SharedBatches,
  datapoint: unknown,
  options: PredictOptions = {},
): Promise<EntryOutcome> {
  if (!context.calls.areAllowed()) throw endError(model, context, { kind: "stopped" });
  const { signal, unlink } = linkedSignal(options.signal);
  const over = context.calls.begin();
  try {
    signal.throwIfAborted();
    const entry = entryOf(context, datapoint, 0);
    const aborted = new Promise<undefined>((resolve) => {
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    const predicted = batches.predict(entry, signal).catch((error: unknown): never => {
      throw redactException(error, context.redact);
    });
    const settled = await Promise.race([predicted, aborted]);
    signal.throwIfAborted();
    if (settled?.kind === "outcome") return settled.outcome;
    throw endError(model, context, settled ?? { kind: "stopped" });
  } finally {
    unlink();
    over();
  }
}

/** Predicts in order and yields `show(outcome)` for each outcome. It is one generator, because each generator costs time. */
async function* predictAll<Shown>(
  model: PreparedModel,
  context: OpenContext,
  show: (outcome: EntryOutcome) => Shown,
  datapoints: Iterable<unknown> | AsyncIterable<unknown>,
  options: PredictOptions = {},
): AsyncGenerator<Shown, undefined> {
  if (!context.calls.areAllowed()) throw endError(model, context, { kind: "stopped" });
  const { signal, unlink } = linkedSignal(options.signal);
  const over = context.calls.begin();
  const thrown: unknown[] = [];
  const note = (error: unknown): number => thrown.push(error);
  const noteOurs = (error: unknown): number => note(redactException(error, context.redact));
  const convert = (value: unknown, index: number) => entryOf(context, value, index);
  const { maxWaitMs } = context;
  const batches = batchesOf(datapoints, convert, { size: model.maxSize, maxWaitMs, signal, onError: note });
  const predicted = predictEntries({ ...context, arrays: options.arrays ?? "lists", abandoned: signal }, batches);
  try {
    for await (const { outcomes, end } of untilAborted(predicted, signal, noteOurs)) {
      for (const outcome of outcomes) {
        signal.throwIfAborted();
        yield show(outcome);
      }
      if (end !== undefined) throw endError(model, context, end);
    }
    signal.throwIfAborted();
  } finally {
    unlink();
    over();
  }
  for (const error of thrown) throw error;
  return undefined;
}

/** The error of a call that ends because no worker is left. If the signal of the start ended it, its reason is thrown instead. */
function endError(model: PreparedModel, { signal, redact }: SessionContext, end: End): ModelError {
  if (end.kind === "failed") return new ModelError(model.id, [end.failure], redact);
  signal.throwIfAborted();
  return new ModelError(model.id, [{ step: model.predict.step.id, message: "the model was stopped" }], redact);
}
