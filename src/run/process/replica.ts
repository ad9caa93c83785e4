// A loaded model whose process is started again when it dies, a limited number of times.

import { linkedSignal } from "../abort/linked-signal.ts";
import type { Failure } from "../api/report.ts";
import type { PreparedModel } from "../prepare/prepare.ts";
import { describeEnding, type Ending } from "../worker/ending.ts";
import { adviceForVariable } from "../worker/passed-environment.ts";
import type { WorkerError } from "../worker/reply.ts";
import type { Worker } from "../worker/worker.ts";
import { type StartContext, startModel } from "./start-model.ts";

/** How often a process that has died is started again, for the whole life of a replica. */
export const DEFAULT_MAX_RESTARTS = 2;

/** Why nothing is predicted any more: everything was stopped, or there is no process left to do it. */
export type End = { readonly kind: "stopped" } | { readonly kind: "failed"; readonly failure: Failure };

/** What a replica needs besides its model. */
export interface ReplicaContext extends StartContext {
  readonly maxRestarts: number;
  /** Is told why the process is started again. */
  readonly onRestart: (reason: string) => void;
}

/** A model of which one process at a time is loaded. */
export interface Replica {
  /** The process that is there, or was there last. */
  readonly worker: () => Worker;
  /**
   * Makes another process take the place of one that has ended; whoever else noticed that, too, waits for the same one.
   * Gives the reason when there will be none.
   */
  readonly replace: (ended: Worker, ending: Ending) => Promise<End | undefined>;
  /** How often it may still be started again. */
  readonly restartsLeft: () => number;
  /** What to do about an error of the model's code, as the end of its message; empty when nothing is known. */
  readonly adviceFor: (error: WorkerError) => string;
  readonly stop: () => Promise<void>;
}

/** A replica, or why its model cannot be loaded. */
export type StartedReplica =
  | { readonly kind: "started"; readonly replica: Replica }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Starts a model; a process that dies while it loads is started again, too. */
export async function startReplica(model: PreparedModel, context: ReplicaContext): Promise<StartedReplica> {
  const life = linkedSignal(context.signal);
  let restarts = 0;
  let replacing: Promise<End | undefined> | undefined;

  const first = await begin();
  if (first.kind === "failed") {
    life.unlink();
    return first;
  }
  let current = first;
  return { kind: "started", replica: { worker: () => current.worker, replace, restartsLeft, adviceFor, stop } };

  async function begin() {
    for (;;) {
      // A signal for each process, so that those that have ended are forgotten.
      const { signal, unlink } = linkedSignal(life.signal);
      const started = await startModel(model, { ...context, signal });
      if (started.kind === "started") return { ...started, unlink };
      unlink();
      if (!started.hasDied || !mayRestart()) return started;
      restart(started.failure.message);
    }
  }

  function restartsLeft(): number {
    return context.maxRestarts - restarts;
  }

  function adviceFor(error: WorkerError): string {
    return adviceForVariable(error, context.environment, [...model.variables, ...model.settings.passEnv]);
  }

  function mayRestart(): boolean {
    return restartsLeft() > 0 && !life.signal.aborted;
  }

  function restart(reason: string): void {
    restarts++;
    context.onRestart(reason);
  }

  function replace(ended: Worker, ending: Ending): Promise<End | undefined> {
    if (ended !== current.worker) return Promise.resolve(undefined);
    replacing ??= again(ending).finally(() => {
      replacing = undefined;
    });
    return replacing;
  }

  async function again(ending: Ending): Promise<End | undefined> {
    if (life.signal.aborted) return { kind: "stopped" };
    if (!mayRestart()) {
      const times = restarts === 1 ? "once" : `${restarts} times`;
      const before = restarts === 0 ? "" : ` (it had been started again ${times})`;
      const failure = { step: model.predict.step.id, message: `${describeEnding(ending)}${before}` };
      return { kind: "failed", failure };
    }
    restart(describeEnding(ending));
    const started = await begin();
    // What is stopped while it loads is not to blame, and neither is the datapoint before that.
    if (started.kind === "failed") return life.signal.aborted ? { kind: "stopped" } : started;
    current.unlink();
    current = started;
    return undefined;
  }

  async function stop(): Promise<void> {
    life.abort(); // also the process that is still loading
    await current.worker.stop();
    await replacing;
    life.unlink();
  }
}
