// The session of a loaded model in generated bindings: takes datapoints and yields typed predictions.

import { linkedSignal } from "../abort/linked-signal.ts";
import { untilAborted } from "../abort/until-aborted.ts";
import { toEntry } from "../input/entry.ts";
import { type Place, placedEntry } from "../prepare/place.ts";
import type { PreparedModel } from "../prepare/prepare.ts";
import { batchesOf } from "../process/batches.ts";
import { predictEntries } from "../process/predict-entries.ts";
import type { Replica } from "../process/replica.ts";
import type { PredictContext } from "../process/resolve-batch.ts";
import { redactException } from "../secrets/redaction.ts";
import type { EntryOutcome } from "../worker/prediction.ts";
import { ModelError, PredictionError } from "./errors.ts";
import type { PredictOptions, Session, SettledPrediction } from "./model.ts";

/** The replica of a session, and the signal that stops it. */
export interface SessionContext extends Omit<PredictContext, "arrays"> {
  readonly replica: Replica;
  readonly place: Place;
  readonly signal: AbortSignal;
}

/** Opens a session of a loaded model. `onStopped` is called after it was stopped. */
export function openSession<Datapoint, Prediction, RawPrediction>(
  model: PreparedModel,
  context: SessionContext,
  onStopped: () => void,
): Session<Datapoint, Prediction, RawPrediction> {
  const stop = (): Promise<void> => context.replica.stop().finally(onStopped);
  return {
    // The options decide whether it is a `Prediction` or a `RawPrediction`, as the type of `predict` declares.
    predict: (datapoints, options) =>
      predictAll(model, context, valueIn<Prediction & RawPrediction>, datapoints, options),
    predictSettled: (datapoints, options) =>
      predictAll(model, context, settledOf<Prediction & RawPrediction>, datapoints, options),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Predicts in order and yields `show(outcome)` for each outcome. It is one generator, because each generator costs time. */
async function* predictAll<Shown>(
  model: PreparedModel,
  context: SessionContext,
  show: (outcome: EntryOutcome) => Shown,
  datapoints: Iterable<unknown> | AsyncIterable<unknown>,
  options: PredictOptions = {},
): AsyncGenerator<Shown, undefined> {
  const { signal, unlink } = linkedSignal(options.signal);
  const thrown: unknown[] = [];
  const note = (error: unknown): number => thrown.push(error);
  const noteOurs = (error: unknown): number => note(redactException(error, context.redact));
  const toReachable = (value: unknown, index: number) => placedEntry(toEntry(value, index), context.place);
  const batches = batchesOf(datapoints, toReachable, { size: model.maxSize, signal, onError: note });
  const predicted = predictEntries({ ...context, arrays: options.arrays ?? "lists" }, batches);
  try {
    for await (const { outcomes, end } of untilAborted(predicted, signal, noteOurs)) {
      for (const outcome of outcomes) {
        signal.throwIfAborted();
        yield show(outcome);
      }
      if (end?.kind === "failed") throw new ModelError(model.id, [end.failure], context.redact);
      if (end?.kind === "stopped") {
        context.signal.throwIfAborted();
        const message = "the model was stopped";
        throw new ModelError(model.id, [{ step: model.predict.step.id, message }], context.redact);
      }
    }
    signal.throwIfAborted();
  } finally {
    unlink();
  }
  for (const error of thrown) throw error;
  return undefined;
}

function valueIn<Prediction>(outcome: EntryOutcome): Prediction {
  if (outcome.kind === "error") throw new PredictionError(outcome.index, outcome.id, outcome.error);
  // The worker has checked that the prediction has the declared keys.
  return outcome.value as Prediction;
}

function settledOf<Prediction>(outcome: EntryOutcome): SettledPrediction<Prediction> {
  const { index, id } = outcome;
  if (outcome.kind === "error") {
    return { status: "rejected", index, id, reason: new PredictionError(index, id, outcome.error) };
  }
  return { status: "fulfilled", index, id, value: valueIn(outcome) };
}
