// What the server needs of a model, so that it does not depend on how datapoints of several requests form batches.
import type { Datapoint } from "../run/api/datapoint.ts";
import { PredictionError } from "../run/client/errors.ts";
import type { Session, SessionState, SessionStats } from "../run/client/model.ts";

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
  /** Whether the model cannot predict any more. */
  hasEnded(): boolean;
  /** How many batches were predicted, and how often a worker was restarted. */
  work(): Work;
  stop(): Promise<void>;
}

/** What the workers of a model have done. */
export type Work = Pick<SessionStats, "batches" | "restarts">;

/** The predictor of a session, in which datapoints of several requests share batches. */
export function predictorOf(session: AnySession): Predictor {
  return {
    async predictSettledOne(datapoint, signal) {
      try {
        return { status: "fulfilled", value: await session.predictOne(datapoint, { arrays: "raw", signal }) };
      } catch (error) {
        if (error instanceof PredictionError) return { status: "rejected", reason: error };
        throw error;
      }
    },
    isReady: () => READY.has(session.state),
    hasEnded: () => session.state === "failed" || session.state === "stopped",
    work: () => session.stats(),
    stop: () => session.stop(),
  };
}

const READY: ReadonlySet<SessionState> = new Set(["ready", "busy", "degraded"]);
