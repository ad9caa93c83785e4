// A loaded model as the generated bindings see it: datapoints in, typed predictions out.
import { type Entry, toEntry } from "./datapoint.ts";
import { describeEnding } from "./ending.ts";
import { ModelError, PredictionError } from "./errors.ts";
import { guard } from "./guard.ts";
import { predictEntries } from "./predict.ts";
import type { ArrayForm } from "./prediction.ts";
import type { PreparedModel } from "./prepare.ts";
import type { PredictContext } from "./settle.ts";

/** How datapoints are to be predicted. */
export interface PredictOptions {
  /** Is told about a datapoint that failed; then the others go on. Without it, the first failure is thrown. */
  readonly onError?: ((error: PredictionError) => void) | undefined;
  /** How arrays of numpy or torch arrive: as nested `lists` (when absent), or as `RawArray` without a copy. */
  readonly arrays?: ArrayForm | undefined;
}

/** A loaded model in its own process. */
export interface Session<Datapoint, Prediction> {
  /** Predicts in order. Datapoints are read at most two batches ahead of what has been taken. */
  predict(
    datapoints: Iterable<Datapoint> | AsyncIterable<Datapoint>,
    options?: PredictOptions,
  ): AsyncIterableIterator<Prediction>;
  /** Ends the process and everything that it has started. */
  stop(): Promise<void>;
}

/** A session over a loaded model; `onStopped` is called when it is no longer needed. */
export function openSession<Datapoint, Prediction>(
  model: PreparedModel,
  context: Omit<PredictContext, "arrays">,
  onStopped: () => void,
): Session<Datapoint, Prediction> {
  return {
    predict: (datapoints, options) => predictAll<Prediction>(model, context, datapoints, options),
    stop: () => context.worker.stop().finally(onStopped),
  };
}

async function* predictAll<Prediction>(
  model: PreparedModel,
  context: Omit<PredictContext, "arrays">,
  datapoints: Iterable<unknown> | AsyncIterable<unknown>,
  { onError, arrays = "lists" }: PredictOptions = {},
): AsyncGenerator<Prediction, undefined> {
  const never = new AbortController().signal;
  const thrown: unknown[] = [];
  const entries = guard(entriesOf(datapoints), never, (error) => thrown.push(error));
  for await (const { outcomes, ending } of predictEntries({ ...context, arrays }, entries, model.maxSize)) {
    for (const outcome of outcomes) {
      if (outcome.kind === "prediction") {
        // The plan says that the prediction has the declared keys, and the worker has checked that it does.
        yield outcome.value as Prediction;
      } else {
        const error = new PredictionError(outcome);
        if (onError === undefined) throw error;
        onError(error);
      }
    }
    if (ending !== undefined) {
      throw new ModelError(model.id, [{ step: model.predict.step.id, message: describeEnding(ending) }]);
    }
  }
  for (const error of thrown) throw error;
  return undefined;
}

async function* entriesOf(datapoints: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<Entry> {
  let index = 0;
  for await (const value of datapoints) yield toEntry(value, index++);
}
