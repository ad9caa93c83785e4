// A replica: a loaded model whose worker is restarted when it ends unexpectedly, as long as something gets done.
import { setTimeout } from "node:timers/promises";
import { linkedSignal } from "../abort/linked-signal.ts";
import type { RestartLimits } from "../api/limits.ts";
import type { Failure } from "../api/report.ts";
import type { PreparedModel } from "../prepare/prepare.ts";
import { describeEnding, type Ending } from "../worker/ending.ts";
import type { OutgoingArray } from "../worker/frame.ts";
import { adviceForVariable } from "../worker/passed-environment.ts";
import type { Message, WorkerError } from "../worker/reply.ts";
import type { Reply, Worker } from "../worker/worker.ts";
import { type Death, type RestartBudget, restartBudget } from "./restart-budget.ts";
import { type StartContext, startModel } from "./start-model.ts";

/** Why predicting ended: the run was stopped, or no worker is left. */
export type End = { readonly kind: "stopped" } | { readonly kind: "failed"; readonly failure: Failure };

/** The context of a replica. */
export interface ReplicaContext extends StartContext {
  readonly restarts: RestartLimits;
  /** Called before each restart, with the reason and the pause before it. */
  readonly onRestart: (reason: string, pauseMs: number) => void;
  /** Called when the worker has ended and is not replaced. */
  readonly onGivenUp: (failure: Failure) => void;
  /** Called when it starts to load the model again, and when that is over. */
  readonly onReload: () => void;
}

/** The answer of a worker to a request. */
export interface ReplicaReply {
  readonly reply: Reply;
  readonly worker: Worker;
}

/** When a request is cancelled. */
export interface Abandonment {
  /** Is aborted when no one waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Whether the worker may be ended for that. The model has to be loaded again. */
  readonly mayCancel: () => boolean;
}

/** A model with one worker at a time. */
export interface Replica extends Pick<RestartBudget, "explained" | "isLeft"> {
  /** Sends a message to the current worker. */
  readonly request: (
    message: Message,
    limitMs: number,
    arrays: readonly OutgoingArray[],
    abandoned?: Abandonment | undefined,
  ) => Promise<ReplicaReply>;
  /** Whether it has a worker with a loaded model. */
  readonly isReady: () => boolean;
  /** How much it has to do: the number of requests without an answer, and much if it has to load the model again first. */
  readonly load: () => number;
  /** Why it has no worker any more. */
  readonly end: () => End | undefined;
  /** The end of a worker, which is the same for all requests that the worker has not answered. */
  readonly deathOf: (ended: Worker) => Death;
  /**
   * Replaces a worker that has ended. Concurrent calls for the same worker share one restart. Returns an `End` if the worker
   * is not replaced.
   */
  readonly replace: (ended: Worker, ending: Ending) => Promise<End | undefined>;
  /** A hint to append to the message of an error of the model's code, or empty text. */
  readonly adviceFor: (error: WorkerError) => string;
  readonly stop: () => Promise<void>;
}

/** The load of a replica that has to load the model again. */
const RELOAD = 1000;

/** A replica, or why its model could not be loaded. */
export type StartedReplica =
  | { readonly kind: "started"; readonly replica: Replica }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Starts a model. A worker that crashes while it loads is also restarted. */
export async function startReplica(model: PreparedModel, context: ReplicaContext): Promise<StartedReplica> {
  const lifetime = linkedSignal(context.signal);
  const budget = restartBudget(context.restarts);
  const deaths = new WeakMap<Worker, Death>();
  let replacing: Promise<End | undefined> | undefined;
  let unanswered = 0;
  /** Whether the worker is being ended because its call was aborted. */
  let isCancelling = false;
  /** Why the last worker was not replaced. */
  let end: End | undefined;

  const first = await startProcess();
  if (first.kind === "failed") {
    lifetime.unlink();
    return first;
  }
  let current = first;
  const { explained, isLeft } = budget;
  const isReady = (): boolean => end === undefined && replacing === undefined && !isCancelling;
  const load = (): number => unanswered + (isReady() ? 0 : RELOAD);
  const replica = { request, isReady, load, end: () => end, deathOf, replace, explained, isLeft, adviceFor, stop };
  return { kind: "started", replica };

  async function request(
    message: Message,
    limitMs: number,
    arrays: readonly OutgoingArray[],
    abandoned?: Abandonment | undefined,
  ): Promise<ReplicaReply> {
    const { worker } = current;
    unanswered++;
    const replied = worker.request(message, limitMs, arrays);
    const cancel = (): void => {
      if (abandoned?.mayCancel() !== true || !worker.cancel(replied)) return;
      isCancelling = true;
      context.onReload();
    };
    abandoned?.signal.addEventListener("abort", cancel, { once: true });
    try {
      const reply = await replied;
      if (reply.kind !== "ended") budget.progressed();
      return { reply, worker };
    } finally {
      abandoned?.signal.removeEventListener("abort", cancel);
      unanswered--;
    }
  }

  async function startProcess() {
    for (;;) {
      // A signal for each worker, so that the listeners of ended workers are released.
      const { signal, unlink } = linkedSignal(lifetime.signal);
      const started = await startModel(model, { ...context, signal });
      if (started.kind === "started") return { ...started, unlink };
      unlink();
      if (!started.hasDied || lifetime.signal.aborted) return started;
      budget.died();
      const problem = await pauseBefore(started.failure.message);
      if (problem !== undefined) return { ...started, failure: { ...started.failure, message: problem } };
      if (lifetime.signal.aborted) return started;
    }
  }

  /** Waits before a restart. If there must not be one, returns the reason with the cause that it continues. */
  async function pauseBefore(cause: string): Promise<string | undefined> {
    const decision = budget.decide();
    if (decision.kind === "give-up") return `${cause}; ${decision.reason}`;
    const { pauseMs } = decision;
    context.onRestart(cause, pauseMs);
    // A rejection means that the run was stopped, which the caller checks.
    if (pauseMs > 0) await setTimeout(pauseMs, undefined, { signal: lifetime.signal }).catch(() => {});
    return undefined;
  }

  function deathOf(ended: Worker): Death {
    const death = deaths.get(ended) ?? budget.died();
    deaths.set(ended, death);
    return death;
  }

  function adviceFor(error: WorkerError): string {
    return adviceForVariable(
      error,
      context.environment,
      [...model.variables, ...model.settings.passEnv],
      context.place.passed,
    );
  }

  function replace(ended: Worker, ending: Ending): Promise<End | undefined> {
    if (ended !== current.worker || end !== undefined) return Promise.resolve(end);
    if (replacing === undefined) {
      replacing = restartProcess(ending).finally(() => {
        replacing = undefined;
        isCancelling = false;
        context.onReload();
      });
      context.onReload();
    }
    return replacing;
  }

  async function restartProcess(ending: Ending): Promise<End | undefined> {
    if (lifetime.signal.aborted) return { kind: "stopped" };
    const cause = describeEnding(ending);
    // A worker that was cancelled did nothing wrong.
    if (ending.kind === "cancelled") context.onRestart(cause, 0);
    const problem = ending.kind === "cancelled" ? undefined : await pauseBefore(cause);
    if (problem !== undefined) return giveUp({ step: model.predict.step.id, message: problem });
    if (lifetime.signal.aborted) return { kind: "stopped" };
    const started = await startProcess();
    // If the run is stopped during the restart, neither the model nor the datapoint has failed.
    if (started.kind === "failed") {
      return lifetime.signal.aborted ? { kind: "stopped" } : giveUp(started.failure);
    }
    current.unlink();
    current = started;
    return undefined;
  }

  function giveUp(failure: Failure): End {
    end = { kind: "failed", failure };
    context.onGivenUp(failure);
    return end;
  }

  async function stop(): Promise<void> {
    lifetime.abort(); // also stops a worker that is still loading
    await current.worker.stop();
    await replacing;
    lifetime.unlink();
  }
}
