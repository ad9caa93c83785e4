// What the server needs of a model, so that it does not depend on how datapoints of several requests form batches.
import type { Datapoint } from "../run/api/datapoint.ts";
import { ModelError } from "../run/client/errors.ts";
import type { Session, SettledPrediction } from "../run/client/model.ts";

/** A session as the server starts it. The datapoints are checked by the model's code. */
export type AnySession = Session<Datapoint, unknown, unknown>;

/** A loaded model. */
export interface Predictor {
  /** Predicts one datapoint, with raw arrays. Rejects with a `ModelError` if the model has ended, or with the reason of the signal. */
  predictSettledOne(datapoint: Datapoint, signal: AbortSignal): Promise<SettledPrediction<unknown>>;
  /** Whether datapoints can be predicted now. */
  isReady(): boolean;
  /** Why the model has ended; `undefined` while it can be used or restarted. */
  failure(): Error | undefined;
  stop(): Promise<void>;
}

/** The predictor of a session. */
export function predictorOf(session: AnySession): Predictor {
  let failure: ModelError | undefined;
  return {
    async predictSettledOne(datapoint, signal) {
      try {
        for await (const settled of session.predictSettled([datapoint], { arrays: "raw", signal })) return settled;
      } catch (error) {
        if (error instanceof ModelError) failure = error;
        throw error;
      }
      throw new Error("a session returned no prediction");
    },
    isReady: () => failure === undefined,
    failure: () => failure,
    stop: () => session.stop(),
  };
}
