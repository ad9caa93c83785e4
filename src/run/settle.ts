// What became of one batch, from the worker's reply; a batch that failed is split until the bad datapoint is alone.
import { type Entry, toWire } from "./datapoint.ts";
import { describeEnding, type Ending } from "./ending.ts";
import { type Item, readError, readResult, tooLarge } from "./prediction.ts";
import type { ArrayForm } from "./raw-array.ts";
import type { RowError } from "./report.ts";
import type { Redact } from "./secrets.ts";
import type { Reply, Worker } from "./worker.ts";

/** With what a batch is predicted. */
export interface PredictContext {
  readonly worker: Worker;
  readonly limitMs: number;
  readonly arrays: ArrayForm;
  readonly redact: Redact;
}

/** Datapoints that can be sent. */
export type Datapoints = readonly Extract<Entry, { kind: "datapoint" }>[];

/** The worker's answer, or why it was not asked. */
export type Answer = Reply | { readonly kind: "unsendable"; readonly error: RowError };

/** One item a datapoint, in order; fewer only when the worker was stopped before it came to the others. */
export interface Settled {
  readonly items: readonly Item[];
  readonly ending?: Ending;
}

/** Asks the worker to predict; the answer never rejects. */
export async function ask(context: PredictContext, datapoints: Datapoints): Promise<Answer> {
  try {
    return await context.worker.request({ type: "predict", datapoints: datapoints.map(toWire) }, context.limitMs);
  } catch (error) {
    const message = `the datapoint cannot be sent: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: "unsendable", error: { type: "InputError", message } };
  }
}

/** Turns the answer for a batch into items. */
export async function settle(context: PredictContext, datapoints: Datapoints, answer: Answer): Promise<Settled> {
  if (answer.kind === "ended") return settleEnded(answer, datapoints.length, context.redact);
  const error = errorOf(context, answer);
  if (error !== undefined) {
    return datapoints.length > 1 ? settleHalves(context, datapoints) : { items: [{ kind: "error", error }] };
  }
  return { items: answer.kind === "reply" ? readResult(answer.frame, context.arrays, context.redact) : [] };
}

function errorOf({ arrays, redact }: PredictContext, answer: Exclude<Answer, { kind: "ended" }>): RowError | undefined {
  if (answer.kind === "unsendable") return answer.error;
  return answer.frame.header.type === "error" ? readError(answer.frame, redact) : tooLarge(answer.frame, arrays);
}

async function settleHalves(context: PredictContext, datapoints: Datapoints): Promise<Settled> {
  const middle = Math.ceil(datapoints.length / 2);
  const [left, right] = [datapoints.slice(0, middle), datapoints.slice(middle)];
  const first = await settle(context, left, await ask(context, left));
  const last = first.items.at(-1);
  if (first.ending !== undefined) {
    // The whole batch goes down with the worker; a run that was stopped just ends here.
    const others = first.items.length === left.length && last !== undefined ? right.map(() => last) : [];
    return { items: [...first.items, ...others], ending: first.ending };
  }
  const second = await settle(context, right, await ask(context, right));
  return { ...second, items: [...first.items, ...second.items] };
}

function settleEnded(
  { ending, begun, traceback }: Extract<Reply, { kind: "ended" }>,
  size: number,
  redact: Redact,
): Settled {
  if (!begun || ending.kind === "stopped") return { items: [], ending };
  const error = {
    type: ending.kind === "time-limit" ? "TimeLimit" : "WorkerEnded",
    message: describeEnding(ending),
    ...(traceback !== undefined && { traceback: redact(traceback) }),
  };
  return { items: Array.from({ length: size }, () => ({ kind: "error", error })), ending };
}
