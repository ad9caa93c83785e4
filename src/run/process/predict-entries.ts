// Predicts batches on all replicas, and yields their outcomes in order. While a replica predicts a batch, the next one is already sent.
import type { Entry } from "../input/entry.ts";
import { redactTexts } from "../secrets/redaction.ts";
import type { EntryOutcome, Item } from "../worker/prediction.ts";
import type { End, Replica } from "./replica.ts";
import { ask, isMoved, type PredictContext, resolveBatch } from "./resolve-batch.ts";

/** The outcome of one batch. If it has an `end`, it is the last one. */
export interface BatchOutcome {
  readonly outcomes: readonly EntryOutcome[];
  readonly end?: End;
}

/** With several replicas: how many batches are kept for each one that may be in flight, including those that wait for an earlier one. */
const KEPT = 2;

/** A batch that was sent. */
interface Sent {
  readonly outcome: Promise<BatchOutcome>;
  isOver: boolean;
}

/**
 * Predicts the batches of `batchesOf` in order. With one replica, at most two batches are read ahead of the consumer; with several,
 * four for each replica.
 */
export async function* predictEntries(
  context: PredictContext,
  batches: AsyncGenerator<readonly Entry[], undefined>,
): AsyncGenerator<BatchOutcome> {
  const { pool } = context;
  const sent: Sent[] = [];
  const lastOf = new WeakMap<Replica, Promise<unknown>>();
  let inFlight = 0;
  let isReading = false;
  let isDone = false;
  let problem: { readonly error: unknown } | undefined;
  let wake = (): void => {};

  async function read(): Promise<void> {
    isReading = true;
    try {
      const { value: batch } = await batches.next();
      if (batch === undefined) isDone = true;
      else send(batch);
    } catch (error) {
      problem = { error };
      isDone = true;
    }
    isReading = false;
    wake();
  }

  function send(batch: readonly Entry[]): void {
    const replica = pool.pick();
    const outcome = predictOn(context, batch, replica, lastOf.get(replica));
    const entry: Sent = { outcome, isOver: false };
    const over = (): void => {
      entry.isOver = true;
      inFlight--;
      wake();
    };
    inFlight++;
    outcome.then(over, over);
    lastOf.set(replica, outcome);
    sent.push(entry);
  }

  const forget = pool.onChange(() => wake());
  try {
    for (;;) {
      const [first] = sent;
      if (first?.isOver) {
        sent.shift();
        const outcome = await first.outcome;
        yield outcome;
        if (outcome.end !== undefined) return;
        continue;
      }
      if (first === undefined && isDone) break;
      const capacity = pool.capacity();
      const most = pool.size() > 1 ? KEPT * capacity : capacity;
      if (!isReading && !isDone && inFlight < capacity && sent.length < most) void read();
      // A new promise each time, so that nothing is kept alive by one that lives as long as the run.
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (problem !== undefined) throw problem.error;
  } finally {
    forget();
    void batches.return(undefined); // not awaited, because the input may be waiting for more data
  }
}

/** Predicts one batch. */
export function predictBatch(context: PredictContext, batch: readonly Entry[]): Promise<BatchOutcome> {
  return predictOn(context, batch, context.pool.pick(), undefined);
}

/** Predicts one batch on a replica. What has to be predicted again waits for the batch that the replica got before. */
async function predictOn(
  context: PredictContext,
  batch: readonly Entry[],
  replica: Replica,
  before: Promise<unknown> | undefined,
): Promise<BatchOutcome> {
  const datapoints = batch.filter((entry) => entry.kind === "datapoint");
  const answer = datapoints.length > 0 ? await ask(context, datapoints, replica) : undefined;
  if (!isMoved(context, answer)) await before?.catch(() => {});
  const { items, ...end } =
    answer === undefined ? { items: [] } : await resolveBatch(context, datapoints, answer, replica);
  const rest = items.values();
  const outcomes: EntryOutcome[] = [];
  for (const entry of batch) {
    const { index, id } = entry;
    const item: Item | undefined = entry.kind === "broken" ? { kind: "error", error: entry.error } : rest.next().value;
    if (item === undefined) break;
    // Written out, because an object spread is several times slower, and this runs for each datapoint.
    outcomes.push(
      item.kind === "error"
        ? { kind: "error", error: redactTexts(item.error, context.redact), index, id }
        : { kind: "prediction", value: item.value, index, id },
    );
  }
  return { outcomes, ...end };
}
