// A loaded model as the generated bindings see it: datapoints in, typed predictions out.
import { type Entry, toEntry } from "./datapoint.ts";
import { describeEnding } from "./ending.ts";
import { ModelError, PredictionError } from "./errors.ts";
import type { PredictOptions, Session } from "./model.ts";
import { predictEntries } from "./predict.ts";
import type { PreparedModel } from "./prepare.ts";
import type { PredictContext } from "./settle.ts";
import { untilAborted } from "./until-aborted.ts";

/** A session over a loaded model; `onStopped` is called when it is no longer needed. */
export function openSession<Datapoint, Prediction, RawPrediction>(
  model: PreparedModel,
  context: Omit<PredictContext, "arrays">,
  onStopped: () => void,
): Session<Datapoint, Prediction, RawPrediction> {
  return {
    // Which of the two it is depends on the options alone, as the type of `predict` says.
    predict: (datapoints, options) => predictAll<Prediction & RawPrediction>(model, context, datapoints, options),
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
  const entries = untilAborted(entriesOf(datapoints), never, (error) => thrown.push(error));
  for await (const { outcomes, ending } of predictEntries({ ...context, arrays }, entries, model.maxSize)) {
    for (const outcome of outcomes) {
      if (outcome.kind === "prediction") {
        // The plan says that the prediction has the declared keys, and the worker has checked that it does.
        yield outcome.value as Prediction;
      } else {
        const error = new PredictionError(outcome.index, outcome.id, outcome.error);
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
