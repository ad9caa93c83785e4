// What became of one batch, from the worker's reply. A batch that raised an exception is split in halves until the bad
// datapoint is alone; one whose process died is predicted again one by one, because each further death costs a restart.
// A process that somebody else has killed may have had nothing to do with its datapoint, so that one is tried again.

import { messageOf } from "../../base/result.ts";
import type { RowError } from "../api/report.ts";
import { type Entry, toWire } from "../input/entry.ts";
import type { Redact } from "../secrets/redactor.ts";
import { describeEnding, type Ending } from "../worker/ending.ts";
import { type Item, readError, readResult, tooLarge } from "../worker/prediction.ts";
import type { ArrayForm } from "../worker/raw-array.ts";
import type { Reply, Worker } from "../worker/worker.ts";
import type { End, Replica } from "./replica.ts";
import type { TypeChecker } from "./strict-types.ts";

/** With what a batch is predicted. */
export interface PredictContext {
  readonly replica: Pick<Replica, "worker" | "replace" | "restartsLeft" | "adviceFor">;
  readonly limitMs: number;
  readonly arrays: ArrayForm;
  readonly redact: Redact;
  /** Compares predictions with the types that Python declares; absent when nobody asked for it. */
  readonly checkType?: TypeChecker | undefined;
}

/** Datapoints that can be sent. */
export type Datapoints = readonly Extract<Entry, { kind: "datapoint" }>[];

/** The answer of a worker, or why it was not asked. */
export type Answer = (Reply & { readonly worker: Worker }) | { readonly kind: "unsendable"; readonly error: RowError };

/** One item a datapoint, in order; fewer only when an end came before the others. */
export interface BatchResult {
  readonly items: readonly Item[];
  readonly end?: End;
}

/** Asks the worker to predict; the answer never rejects. */
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

/** Signals that come from somewhere else than the code: from a person, from the system when memory runs out. */
const EXTERNAL_SIGNALS = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"]);

/** How often a process has died on a datapoint before: in a batch or alone. */
interface Deaths {
  readonly all: number;
  readonly alone: number;
}

const NO_DEATHS: Deaths = { all: 0, alone: 0 };

/** Turns the answer for a batch into items. */
export async function resolveBatch(
  context: PredictContext,
  datapoints: Datapoints,
  answer: Answer,
  deaths = NO_DEATHS,
): Promise<BatchResult> {
  if (answer.kind === "ended") return resolveEnded(context, datapoints, answer, deaths);
  const error = errorOf(context, answer);
  if (error === undefined) {
    const items = answer.kind === "reply" ? readResult(answer.frame, context.arrays) : [];
    return { items: context.checkType === undefined ? items : items.map(withType(context.checkType)) };
  }
  if (datapoints.length === 1) return { items: [{ kind: "error", error }] };
  const middle = Math.ceil(datapoints.length / 2);
  return resolveParts(context, [datapoints.slice(0, middle), datapoints.slice(middle)], deaths);
}

/** A prediction that is not of the declared type becomes an error. */
function withType(checkType: TypeChecker): (item: Item) => Item {
  return (item) => {
    const message = item.kind === "prediction" ? checkType(item.value) : undefined;
    return message === undefined ? item : { kind: "error", error: { type: "WrongType", message } };
  };
}

function errorOf(context: PredictContext, answer: Exclude<Answer, { kind: "ended" }>): RowError | undefined {
  if (answer.kind === "unsendable") return answer.error;
  const { frame } = answer;
  if (frame.header.type !== "error") return tooLarge(frame, context.arrays);
  const error = readError(frame);
  return { ...error, message: error.message + context.replica.adviceFor(frame) };
}

/** Predicts the parts of a batch, one after the other. */
async function resolveParts(
  context: PredictContext,
  parts: readonly Datapoints[],
  deaths: Deaths,
): Promise<BatchResult> {
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
): Promise<BatchResult> {
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
    return { items: [], end }; // nobody knows which of them it was
  }
  const error = {
    type: ending.kind === "time-limit" ? "TimeLimit" : "WorkerEnded",
    message: describeEnding(ending),
    ...(traceback !== undefined && { traceback }),
  };
  return { items: [{ kind: "error", error }], ...(end !== undefined && { end }) };
}

function isExternalKill(ending: Ending): boolean {
  return ending.kind === "exited" && EXTERNAL_SIGNALS.has(ending.signal ?? "");
}

/** Two deaths alone are no accident; where each restart counts, one alone and one before are none either. */
function mayBeUnrelated({ all, alone }: Deaths, restartsLeft: number): boolean {
  return restartsLeft > 1 ? alone < 2 : all < 2;
}
