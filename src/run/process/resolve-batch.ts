// Determines the result of a batch from the answer of the worker. If `predict` raised an exception, the batch is split in
// halves until the failing datapoint is alone. If the worker ended, the datapoints are predicted one by one, because each end
// costs a restart. A datapoint that ends its worker alone is tried again, because something else may be the cause.

import { messageOf } from "../../base/result.ts";
import type { RowError } from "../api/report.ts";
import { type Entry, toWire } from "../input/entry.ts";
import type { Redact } from "../secrets/redactor.ts";
import { describeEnding } from "../worker/ending.ts";
import { type EntryOutcome, type Item, itemsOf, tooLarge } from "../worker/prediction.ts";
import type { ArrayForm } from "../worker/raw-array.ts";
import { rowErrorOf } from "../worker/reply.ts";
import type { Reply, Worker } from "../worker/worker.ts";
import type { Pool } from "./pool.ts";
import type { End, Replica } from "./replica.ts";
import type { Death } from "./restart-budget.ts";
import type { TypeChecker } from "./strict-types.ts";

/** Follows what is predicted. */
export interface Observer {
  /** A batch was sent to a replica. */
  readonly sent: () => void;
  /** A batch is over. Datapoints without an outcome are not in the list. */
  readonly answered: (outcomes: readonly EntryOutcome[]) => void;
}

/** The context in which a batch is predicted. */
export interface PredictContext {
  readonly pool: Omit<Pool, "stop">;
  readonly limitMs: number;
  readonly arrays: ArrayForm;
  readonly redact: Redact;
  /** Is aborted when no one waits for the outcomes any more. */
  readonly abandoned?: AbortSignal | undefined;
  /** Is told about every batch. */
  readonly observer?: Observer | undefined;
  /** Compares predictions with the type annotations of the Python code, if that was requested. */
  readonly checkType?: TypeChecker | undefined;
}

/** The datapoints of a batch, without broken entries. */
export type Datapoints = readonly Extract<Entry, { kind: "datapoint" }>[];

/** The ends of workers while some datapoints were predicted, and how many of them were with one datapoint alone. */
interface Past {
  readonly deaths: readonly Death[];
  readonly alone: number;
}

const NO_PAST: Past = { deaths: [], alone: 0 };

/** The end of a worker that was asked to predict. */
interface EndedAnswer {
  readonly kind: "ended";
  readonly replica: Replica;
  /** The error row of the datapoint if it is the cause. */
  readonly error: RowError;
  readonly begun: boolean;
  readonly past: Past;
  /** Whether the datapoint is the cause, as far as it can be known. */
  readonly isCause: boolean;
  /** Resolves when there is a worker again, or with the reason why there is none. */
  readonly replaced: Promise<End | undefined>;
}

/** The answer of a worker, or why the batch could not be sent. */
export type Answer =
  | Exclude<Reply, { kind: "ended" }>
  | EndedAnswer
  | { readonly kind: "unsendable"; readonly error: RowError };

/** One item per datapoint, in order. There are fewer items only if predicting ended. */
export interface ResolvedBatch {
  readonly items: readonly Item[];
  readonly end?: End;
}

/**
 * Asks a replica to predict. A worker that ends is replaced immediately, also while earlier batches are still being resolved. The
 * promise never rejects.
 */
export async function ask(
  { limitMs, pool, abandoned }: PredictContext,
  datapoints: Datapoints,
  replica: Replica,
  before = NO_PAST,
): Promise<Answer> {
  if (abandoned?.aborted) {
    const error = { type: "Aborted", message: "the call was aborted" };
    return { kind: "ended", replica, error, begun: true, past: before, isCause: false, replaced: STOPPED };
  }
  // Without another replica, waiting for the code takes less time than loading the model again.
  const abandonment = abandoned && { signal: abandoned, mayCancel: () => pool.counts().ready > 1 };
  try {
    const { arrays, ...batch } = toWire(datapoints);
    const { reply, worker } = await replica.request({ type: "predict", ...batch }, limitMs, arrays, abandonment);
    return reply.kind === "ended" ? ended(replica, worker, datapoints, reply, before) : reply;
  } catch (error) {
    const message = `the datapoint cannot be sent: ${messageOf(error)}`;
    return { kind: "unsendable", error: { type: "InputError", message } };
  }
}

const STOPPED = Promise.resolve<End>({ kind: "stopped" });

/** Decides what the end of a worker means, and has the worker replaced. */
function ended(
  replica: Replica,
  worker: Worker,
  datapoints: Datapoints,
  { ending, begun, traceback }: Extract<Reply, { kind: "ended" }>,
  before: Past,
): EndedAnswer {
  const error: RowError = {
    type: ending.kind === "time-limit" ? "TimeLimit" : "WorkerEnded",
    message: describeEnding(ending),
    ...(traceback !== undefined && { traceback }),
  };
  if (ending.kind === "stopped" || ending.kind === "cancelled") {
    const restarted = ending.kind === "stopped" ? STOPPED : replica.replace(worker, ending);
    // No caller waits for the batch that was begun.
    const replaced = begun ? STOPPED : restarted;
    return { kind: "ended", replica, error, begun, past: before, isCause: false, replaced };
  }
  const death = replica.deathOf(worker);
  const isAlone = begun && datapoints.length === 1;
  const past = begun ? { deaths: [...before.deaths, death], alone: before.alone + (isAlone ? 1 : 0) } : before;
  // Two ends with a datapoint alone are not a coincidence. If no restart is left for the second one, the first is all there is.
  const isCause = isAlone && (ending.kind === "time-limit" || past.alone === 2 || !replica.isLeft());
  if (isCause) replica.explained(past.deaths);
  return { kind: "ended", replica, error, begun, past, isCause, replaced: replica.replace(worker, ending) };
}

/** Converts the answer for a batch into items, and predicts parts of the batch again if necessary. */
export async function resolveBatch(
  context: PredictContext,
  datapoints: Datapoints,
  answer: Answer,
  replica: Replica,
  past = NO_PAST,
): Promise<ResolvedBatch> {
  if (answer.kind === "ended") return resolveEnded(context, datapoints, answer);
  const error = errorOf(context, answer);
  if (error === undefined) {
    const items = answer.kind === "result" ? itemsOf(answer.result, context.arrays) : [];
    return { items: context.checkType === undefined ? items : items.map(withType(context.checkType)) };
  }
  if (datapoints.length === 1) return { items: [{ kind: "error", error }] };
  const middle = Math.ceil(datapoints.length / 2);
  return resolveParts(context, [datapoints.slice(0, middle), datapoints.slice(middle)], replica, past);
}

/** A prediction that does not have the declared type becomes an error. */
function withType(checkType: TypeChecker): (item: Item) => Item {
  return (item) => {
    const message = item.kind === "prediction" ? checkType(item.value) : undefined;
    return message === undefined ? item : { kind: "error", error: { type: "WrongType", message } };
  };
}

function errorOf(context: PredictContext, answer: Exclude<Answer, { kind: "ended" }>): RowError | undefined {
  if (answer.kind === "unsendable") return answer.error;
  if (answer.kind === "result") return tooLarge(answer.result, context.arrays);
  if (answer.kind === "done") return undefined;
  const error = rowErrorOf(answer.error);
  return { ...error, message: error.message + context.pool.adviceFor(answer.error) };
}

/** Predicts the parts of a batch, one after the other. */
async function resolveParts(
  context: PredictContext,
  parts: readonly Datapoints[],
  replica: Replica,
  past: Past,
): Promise<ResolvedBatch> {
  const items: Item[] = [];
  for (const part of parts) {
    const answer = await ask(context, part, replica, past);
    const { items: more, ...end } = await resolveBatch(context, part, answer, replica, past);
    items.push(...more);
    if (end.end !== undefined) return { items, ...end };
  }
  return { items };
}

async function resolveEnded(
  context: PredictContext,
  datapoints: Datapoints,
  answer: EndedAnswer,
): Promise<ResolvedBatch> {
  const { pool } = context;
  const { replica, error, begun, past, isCause, replaced } = answer;
  if (isMoved(context, answer)) return resolveParts(context, [datapoints], pool.pick(), past);
  const end = await replaced;
  // If this replica has ended, another one continues. The last one may have ended, too.
  const next = end === undefined ? replica : end.kind === "stopped" ? undefined : await pool.remaining();
  const rest = next === undefined && end !== undefined ? { end } : {};
  if (isCause && end?.kind !== "stopped") return { items: [{ kind: "error", error }], ...rest };
  if (next === undefined) return { items: [], ...rest }; // it is unknown which datapoint caused it
  const parts = begun ? datapoints.map((datapoint) => [datapoint]) : [datapoints];
  return resolveParts(context, parts, next, past);
}

/** Whether another replica predicts a batch that the worker has not begun when it ended. */
export function isMoved({ pool }: PredictContext, answer: Answer | undefined): boolean {
  return answer?.kind === "ended" && !answer.begun && pool.pick() !== answer.replica;
}
