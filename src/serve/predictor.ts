// What the server needs of a model, so that it does not depend on how datapoints of several requests form batches.
import type { Datapoint } from "../run/api/datapoint.ts";
import { ModelError, PredictionError } from "../run/client/errors.ts";
import type { Session } from "../run/client/model.ts";

/** A session as the server starts it. The datapoints are checked by the model's code. */
export type AnySession = Session<Datapoint, unknown, unknown>;

/** The result of one datapoint. */
export type Settled =
  | { readonly status: "fulfilled"; readonly value: unknown }
  | { readonly status: "rejected"; readonly reason: PredictionError };

/** A loaded model. */
export interface Predictor {
  /** Predicts one datapoint, with raw arrays. Rejects with a `ModelError` if the model has ended, or with the reason of the signal. */
  predictSettledOne(datapoint: Datapoint, signal: AbortSignal): Promise<Settled>;
  /** Whether datapoints can be predicted now. */
  isReady(): boolean;
  /** Why the model has ended; `undefined` while it can be used or restarted. */
  failure(): Error | undefined;
  stop(): Promise<void>;
}

/** The predictor of a session, in which datapoints of several requests share batches. */
export function predictorOf(session: AnySession): Predictor {
  let failure: ModelError | undefined;
  return {
    async predictSettledOne(datapoint, signal) {
      try {
        return { status: "fulfilled", value: await session.predictOne(datapoint, { arrays: "raw", signal }) };
      } catch (error) {
        if (error instanceof PredictionError) return { status: "rejected", reason: error };
        if (error instanceof ModelError) failure = error;
        throw error;
      }
    },
    isReady: () => failure === undefined,
    failure: () => failure,
    stop: () => session.stop(),
  };
}
