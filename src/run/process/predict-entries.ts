// Predicts batches in order. While one batch is being predicted, the next one is already sent.
import type { Entry } from "../input/entry.ts";
import { redactTexts } from "../secrets/redaction.ts";
import type { EntryOutcome, Item } from "../worker/prediction.ts";
import type { End } from "./replica.ts";
import { type Answer, ask, type Datapoints, type PredictContext, resolveBatch } from "./resolve-batch.ts";

/** The outcome of one batch. If it has an `end`, it is the last one. */
export interface BatchOutcome {
  readonly outcomes: readonly EntryOutcome[];
  readonly end?: End;
}

interface Sent {
  readonly batch: readonly Entry[];
  readonly datapoints: Datapoints;
  readonly answer: Promise<Answer | undefined>;
}

/**
 * Predicts the batches of `batchesOf` in order. At most two batches are read ahead of the consumer.
 */
export async function* predictEntries(
  context: PredictContext,
  batches: AsyncGenerator<readonly Entry[], undefined>,
): AsyncGenerator<BatchOutcome> {
  let current: Sent | undefined;
  try {
    for (;;) {
      const reading = batches.next();
      if (current !== undefined && (await isFirst(current.answer, reading))) {
        // The input is slower than the model, so yield the result without waiting for the next batch.
        const outcome = await finish(context, current);
        current = undefined;
        yield outcome;
        if (outcome.end !== undefined) return;
      }
      const { value: batch } = await reading;
      const next = batch && send(context, batch);
      if (current !== undefined) {
        const outcome = await finish(context, current);
        yield outcome;
        if (outcome.end !== undefined) return;
      }
      if (next === undefined) return;
      current = next;
    }
  } finally {
    void batches.return(undefined); // not awaited, because the input may be waiting for more data
  }
}

/** Predicts one batch. */
export function predictBatch(context: PredictContext, batch: readonly Entry[]): Promise<BatchOutcome> {
  return finish(context, send(context, batch));
}

function send(context: PredictContext, batch: readonly Entry[]): Sent {
  const datapoints = batch.filter((entry) => entry.kind === "datapoint");
  const answer = datapoints.length > 0 ? ask(context, datapoints) : Promise.resolve(undefined);
  return { batch, datapoints, answer };
}

async function finish(context: PredictContext, { batch, datapoints, answer }: Sent): Promise<BatchOutcome> {
  const reply = await answer;
  const { items, ...end } = reply === undefined ? { items: [] } : await resolveBatch(context, datapoints, reply);
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

function isFirst(first: Promise<unknown>, second: Promise<unknown>): Promise<boolean> {
  return Promise.race([first.then(() => true), second.then(() => false)]);
}
