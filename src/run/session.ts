// A loaded model as the generated bindings see it: datapoints in, typed predictions out.
import { type Entry, toEntry } from "./entry.ts";
import { ModelError, PredictionError } from "./errors.ts";
import type { PredictOptions, Session, SettledPrediction } from "./model.ts";
import { type Outcome, predictEntries } from "./predict.ts";
import type { PreparedModel } from "./prepare.ts";
import type { Replica } from "./replica.ts";
import type { PredictContext } from "./settle.ts";
import { linkedSignal } from "./signal.ts";
import { untilAborted } from "./until-aborted.ts";

/** With what a session predicts, and the signal that ends its process. */
export interface SessionContext extends Omit<PredictContext, "arrays"> {
  readonly replica: Replica;
  readonly signal: AbortSignal;
}

/** A session over a loaded model; `onStopped` is called when it is no longer needed. */
export function openSession<Datapoint, Prediction, RawPrediction>(
  model: PreparedModel,
  context: SessionContext,
  onStopped: () => void,
): Session<Datapoint, Prediction, RawPrediction> {
  const stop = (): Promise<void> => context.replica.stop().finally(onStopped);
  return {
    // Which of the two it is depends on the options alone, as the type of `predict` says.
    predict: (datapoints, options) =>
      valuesOf(settleAll<Prediction & RawPrediction>(model, context, datapoints, options)),
    predictSettled: (datapoints, options) => settleAll(model, context, datapoints, options),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function* valuesOf<Prediction>(
  settled: AsyncIterable<SettledPrediction<Prediction>>,
): AsyncGenerator<Prediction, undefined> {
  for await (const each of settled) {
    if (each.status === "rejected") throw each.reason;
    yield each.value;
  }
  return undefined;
}

async function* settleAll<Prediction>(
  model: PreparedModel,
  context: SessionContext,
  datapoints: Iterable<unknown> | AsyncIterable<unknown>,
  options: PredictOptions = {},
): AsyncGenerator<SettledPrediction<Prediction>, undefined> {
  const { signal, unlink } = linkedSignal(options.signal);
  const thrown: unknown[] = [];
  const note = (error: unknown): number => thrown.push(error);
  const entries = untilAborted(entriesOf(datapoints), signal, note);
  const batches = predictEntries({ ...context, arrays: options.arrays ?? "lists" }, entries, model.maxSize);
  try {
    for await (const { outcomes, end } of untilAborted(batches, signal, note)) {
      for (const outcome of outcomes) {
        signal.throwIfAborted();
        yield settledOf(outcome);
      }
      if (end?.kind === "failed") throw new ModelError(model.id, [end.failure]);
      if (end?.kind === "stopped") {
        context.signal.throwIfAborted();
        throw new ModelError(model.id, [{ step: model.predict.step.id, message: "it was stopped" }]);
      }
    }
    signal.throwIfAborted();
  } finally {
    unlink();
  }
  for (const error of thrown) throw error;
  return undefined;
}

function settledOf<Prediction>(outcome: Outcome): SettledPrediction<Prediction> {
  const { index, id } = outcome;
  if (outcome.kind === "error") {
    return { status: "rejected", index, id, reason: new PredictionError(index, id, outcome.error) };
  }
  // The plan says that the prediction has the declared keys, and the worker has checked that it does.
  return { status: "fulfilled", index, id, value: outcome.value as Prediction };
}

async function* entriesOf(datapoints: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<Entry> {
  let index = 0;
  for await (const value of datapoints) yield toEntry(value, index++);
}
