// What became of one batch, from the worker's reply. A batch that raised an exception is split in halves until the bad
// datapoint is alone; one whose process died is predicted again one by one, because each further death costs a restart.
import { type Entry, toWire } from "./datapoint.ts";
import { describeEnding } from "./ending.ts";
import { type Item, readError, readResult, tooLarge } from "./prediction.ts";
import type { ArrayForm } from "./raw-array.ts";
import type { Replica } from "./replica.ts";
import type { Failure, RowError } from "./report.ts";
import type { Redact } from "./secrets.ts";
import type { Reply, Worker } from "./worker.ts";

/** With what a batch is predicted. */
export interface PredictContext {
  readonly replica: Pick<Replica, "worker" | "replace">;
  readonly limitMs: number;
  readonly arrays: ArrayForm;
  readonly redact: Redact;
}

/** Datapoints that can be sent. */
export type Datapoints = readonly Extract<Entry, { kind: "datapoint" }>[];

/** The answer of a worker, or why it was not asked. */
export type Answer = (Reply & { readonly worker: Worker }) | { readonly kind: "unsendable"; readonly error: RowError };

/** Why nothing is predicted any more: everything was stopped, or there is no process left to do it. */
export type End = { readonly kind: "stopped" } | { readonly kind: "failed"; readonly failure: Failure };

/** One item a datapoint, in order; fewer only when an end came before the others. */
export interface Settled {
  readonly items: readonly Item[];
  readonly end?: End;
}

/** Asks the worker to predict; the answer never rejects. */
export async function ask(context: PredictContext, datapoints: Datapoints): Promise<Answer> {
  const worker = context.replica.worker();
  try {
    const message = { type: "predict", datapoints: datapoints.map(toWire) };
    return { ...(await worker.request(message, context.limitMs)), worker };
  } catch (error) {
    const message = `the datapoint cannot be sent: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: "unsendable", error: { type: "InputError", message } };
  }
}

/** Turns the answer for a batch into items. */
export async function settle(context: PredictContext, datapoints: Datapoints, answer: Answer): Promise<Settled> {
  if (answer.kind === "ended") return settleEnded(context, datapoints, answer);
  const error = errorOf(context, answer);
  if (error === undefined) {
    return { items: answer.kind === "reply" ? readResult(answer.frame, context.arrays, context.redact) : [] };
  }
  if (datapoints.length === 1) return { items: [{ kind: "error", error }] };
  const middle = Math.ceil(datapoints.length / 2);
  return settleParts(context, [datapoints.slice(0, middle), datapoints.slice(middle)]);
}

function errorOf({ arrays, redact }: PredictContext, answer: Exclude<Answer, { kind: "ended" }>): RowError | undefined {
  if (answer.kind === "unsendable") return answer.error;
  return answer.frame.header.type === "error" ? readError(answer.frame, redact) : tooLarge(answer.frame, arrays);
}

/** Predicts the parts of a batch, one after the other. */
async function settleParts(context: PredictContext, parts: readonly Datapoints[]): Promise<Settled> {
  const items: Item[] = [];
  for (const [index, part] of parts.entries()) {
    const settled = await settle(context, part, await ask(context, part));
    items.push(...settled.items);
    const last = settled.items.at(-1);
    if (settled.end === undefined) continue;
    // The rest of the batch goes down with the last process; what was stopped just ends here.
    const isWhole = settled.items.length === part.length && last !== undefined;
    const others = isWhole ? parts.slice(index + 1).flatMap((other) => other.map(() => last)) : [];
    return { items: [...items, ...others], end: settled.end };
  }
  return { items };
}

async function settleEnded(
  context: PredictContext,
  datapoints: Datapoints,
  { ending, begun, traceback, worker }: Extract<Answer, { kind: "ended" }>,
): Promise<Settled> {
  if (ending.kind === "stopped") return { items: [], end: { kind: "stopped" } };
  const failure = await context.replica.replace(worker, ending);
  const end: End | undefined = failure && { kind: "failed", failure };
  if (!begun)
    return end === undefined ? settle(context, datapoints, await ask(context, datapoints)) : { items: [], end };
  if (end === undefined && datapoints.length > 1)
    return settleParts(
      context,
      datapoints.map((datapoint) => [datapoint]),
    );
  const error = {
    type: ending.kind === "time-limit" ? "TimeLimit" : "WorkerEnded",
    message: describeEnding(ending),
    ...(traceback !== undefined && { traceback: context.redact(traceback) }),
  };
  return { items: datapoints.map(() => ({ kind: "error", error })), ...(end !== undefined && { end }) };
}
