// How sessions show the outcome of a datapoint to their callers.
import type { EntryOutcome } from "../worker/prediction.ts";
import { PredictionError } from "./errors.ts";
import type { SettledPrediction } from "./model.ts";

/** The prediction. Throws a `PredictionError` if there is none. */
export function valueIn<Prediction>(outcome: EntryOutcome): Prediction {
  if (outcome.kind === "error") throw new PredictionError(outcome.index, outcome.id, outcome.error);
  // The worker has checked that the prediction has the declared keys.
  return outcome.value as Prediction;
}

/** The prediction, or why there is none, as `predictSettled` yields it. */
export function settledOf<Prediction>(outcome: EntryOutcome): SettledPrediction<Prediction> {
  const { index, id } = outcome;
  if (outcome.kind === "error") {
    return { status: "rejected", index, id, reason: new PredictionError(index, id, outcome.error) };
  }
  return { status: "fulfilled", index, id, value: valueIn(outcome) };
}
