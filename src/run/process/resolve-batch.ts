// Determines the result of a batch from the answer of the worker. If `predict` raised an exception, the batch is split in
// halves until the failing datapoint is alone. If the worker crashed, the datapoints are predicted one by one, because each
// crash costs a restart. If the worker was killed externally, its datapoint may not be the cause, so it is tried again.

import { messageOf } from "../../base/result.ts";
import type { RowError } from "../api/report.ts";
import { type Entry, toWire } from "../input/entry.ts";
import type { Redact } from "../secrets/redactor.ts";
import { describeEnding, type Ending } from "../worker/ending.ts";
import { type Item, itemsOf, tooLarge } from "../worker/prediction.ts";
import type { ArrayForm } from "../worker/raw-array.ts";
import { rowErrorOf } from "../worker/reply.ts";
import type { Reply, Worker } from "../worker/worker.ts";
import type { End, Replica } from "./replica.ts";
import type { TypeChecker } from "./strict-types.ts";

/** The context in which a batch is predicted. */
export interface PredictContext {
  readonly replica: Pick<Replica, "worker" | "replace" | "restartsLeft" | "adviceFor">;
  readonly limitMs: number;
  readonly arrays: ArrayForm;
  readonly redact: Redact;
  /** Compares predictions with the type annotations of the Python code, if that was requested. */
  readonly checkType?: TypeChecker | undefined;
}

/** The datapoints of a batch, without broken entries. */
export type Datapoints = readonly Extract<Entry, { kind: "datapoint" }>[];

/** The answer of a worker, or why the batch could not be sent. */
export type Answer = (Reply & { readonly worker: Worker }) | { readonly kind: "unsendable"; readonly error: RowError };

/** One item per datapoint, in order. There are fewer items only if predicting ended. */
export interface ResolvedBatch {
  readonly items: readonly Item[];
  readonly end?: End;
}

/** Asks the worker to predict. The promise never rejects. */
export async function ask(context: PredictContext, datapoints: Datapoints): Promise<Answer> {
  const worker = context.replica.worker();
  try {
    const { arrays, ...batch } = toWire(datapoints);
    return { ...(await worker.request({ type: "predict", ...batch }, context.limitMs, arrays)), worker };
  } catch (error) {
    const message = `the datapoint cannot be sent: ${messageOf(error)}`;
    return { kind: "unsendable", error: { type: "InputError", message } };
  }
}

/** Signals that usually come from a user, or from the system when memory runs out, and not from the code. */
const EXTERNAL_SIGNALS = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"]);

/** How many times a worker has ended while it predicted a datapoint: in total, and with this datapoint alone. */
interface Deaths {
  readonly all: number;
  readonly alone: number;
}

const NO_DEATHS: Deaths = { all: 0, alone: 0 };

/** Converts the answer for a batch into items, and predicts parts of the batch again if necessary. */
export async function resolveBatch(
  context: PredictContext,
  datapoints: Datapoints,
  answer: Answer,
  deaths = NO_DEATHS,
): Promise<ResolvedBatch> {
  if (answer.kind === "ended") return resolveEnded(context, datapoints, answer, deaths);
  const error = errorOf(context, answer);
  if (error === undefined) {
    const items = answer.kind === "result" ? itemsOf(answer.result, context.arrays) : [];
    return { items: context.checkType === undefined ? items : items.map(withType(context.checkType)) };
  }
  if (datapoints.length === 1) return { items: [{ kind: "error", error }] };
  const middle = Math.ceil(datapoints.length / 2);
  return resolveParts(context, [datapoints.slice(0, middle), datapoints.slice(middle)], deaths);
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
  return { ...error, message: error.message + context.replica.adviceFor(answer.error) };
}

/** Predicts the parts of a batch, one after the other. */
async function resolveParts(
  context: PredictContext,
  parts: readonly Datapoints[],
  deaths: Deaths,
): Promise<ResolvedBatch> {
  const items: Item[] = [];
  for (const part of parts) {
    const { items: more, ...end } = await resolveBatch(context, part, await ask(context, part), deaths);
    items.push(...more);
    if (end.end !== undefined) return { items, ...end };
  }
  return { items };
}

async function resolveEnded(
  context: PredictContext,
  datapoints: Datapoints,
  { ending, begun, traceback, worker }: Extract<Answer, { kind: "ended" }>,
  before: Deaths,
): Promise<ResolvedBatch> {
  if (ending.kind === "stopped") return { items: [], end: { kind: "stopped" } };
  const end = await context.replica.replace(worker, ending);
  if (end === undefined) {
    if (!begun) return resolveBatch(context, datapoints, await ask(context, datapoints), before);
    const isAlone = datapoints.length === 1;
    const deaths = { all: before.all + 1, alone: before.alone + (isAlone ? 1 : 0) };
    if (!isAlone || (isExternalKill(ending) && mayBeUnrelated(deaths, context.replica.restartsLeft()))) {
      const alone = datapoints.map((datapoint) => [datapoint]);
      return resolveParts(context, alone, deaths);
    }
  } else if (end.kind === "stopped" || !begun || datapoints.length > 1) {
    return { items: [], end }; // it is unknown which datapoint caused it
  }
  const error = {
    type: ending.kind === "time-limit" ? "TimeLimit" : "WorkerEnded",
    message: describeEnding(ending),
    ...(traceback !== undefined && { traceback }),
  };
  return { items: [{ kind: "error", error }], ...(end !== undefined && { end }) };
}

function isExternalKill(ending: Ending): boolean {
  return ending.kind === "lost" || (ending.kind === "exited" && EXTERNAL_SIGNALS.has(ending.signal ?? ""));
}

/** Two crashes with a datapoint alone are not a coincidence. If few restarts are left, two crashes in total are enough. */
function mayBeUnrelated({ all, alone }: Deaths, restartsLeft: number): boolean {
  return restartsLeft > 1 ? alone < 2 : all < 2;
}
