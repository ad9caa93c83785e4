// Batches that different callers share: each has one datapoint and waits for its own outcome.
import type { Entry } from "../input/entry.ts";
import type { EntryOutcome } from "../worker/prediction.ts";
import { predictBatch } from "./predict-entries.ts";
import type { End } from "./replica.ts";
import type { PredictContext } from "./resolve-batch.ts";

/** The outcome of one datapoint, or why there is none. */
export type SharedOutcome = { readonly kind: "outcome"; readonly outcome: EntryOutcome } | End;

/** When a batch is sent. */
export interface SharedBatchOptions {
  /** The maximum number of datapoints in a batch. */
  readonly size: number;
  /** How long the oldest datapoint of a batch waits for others, in milliseconds. */
  readonly maxWaitMs: number;
}

export interface SharedBatches {
  /** Predicts a datapoint together with those of other calls. It leaves its batch if the signal is aborted before the batch is sent. */
  readonly predict: (entry: Entry, signal: AbortSignal) => Promise<SharedOutcome>;
}

interface Waiting {
  readonly entry: Entry;
  readonly since: number;
  readonly settle: (outcome: SharedOutcome) => void;
  readonly reject: (error: unknown) => void;
  /** Called when its caller does not wait any more. */
  leave: () => void;
}

/** Creates the shared batches of a model. */
export function sharedBatches(context: PredictContext, options: SharedBatchOptions): SharedBatches {
  const { size, maxWaitMs } = options;
  let waiting: Waiting[] = [];
  /** At most as many batches as the replicas can take are in flight. The datapoints of further ones wait, so that larger batches form. */
  let inFlight = 0;
  let timer: NodeJS.Timeout | undefined;

  /** Sends the batches that are full or due, and waits for the next one. */
  function advance(): void {
    clearTimeout(timer);
    timer = undefined;
    while (inFlight < context.pool.capacity()) {
      const [oldest] = waiting;
      if (oldest === undefined) return;
      const leftMs = oldest.since + maxWaitMs - performance.now();
      if (waiting.length < size && leftMs > 0) {
        timer = setTimeout(advance, Math.ceil(leftMs));
        return;
      }
      void send(waiting.splice(0, size));
    }
  }

  async function send(batch: readonly Waiting[]): Promise<void> {
    inFlight++;
    const abandoned = new AbortController();
    let callers = batch.length;
    const leave = (): void => {
      if (--callers === 0) abandoned.abort();
    };
    for (const one of batch) one.leave = leave;
    try {
      const entries = batch.map(({ entry }) => entry);
      const { outcomes, end } = await predictBatch({ ...context, abandoned: abandoned.signal }, entries);
      for (const [position, { settle }] of batch.entries()) {
        const outcome = outcomes[position];
        settle(outcome === undefined ? (end ?? { kind: "stopped" }) : { kind: "outcome", outcome });
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    inFlight--;
    advance();
  }

  context.pool.onChange(advance);
  return {
    predict: (entry, signal) =>
      new Promise((resolve, reject) => {
        const leave = (): void => one.leave();
        const one: Waiting = {
          entry,
          since: performance.now(),
          settle: (outcome) => {
            signal.removeEventListener("abort", leave);
            resolve(outcome);
          },
          reject,
          leave: () => {
            waiting = waiting.filter((other) => other !== one);
          },
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting.push(one);
        if (timer === undefined || waiting.length >= size) advance();
      }),
  };
}
