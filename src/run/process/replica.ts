// A loaded model whose process is started again when it dies, a limited number of times.

import { linkedSignal } from "../abort/linked-signal.ts";
import type { Failure } from "../api/report.ts";
import type { PreparedModel } from "../prepare/prepare.ts";
import { describeEnding, type Ending } from "../worker/ending.ts";
import type { Frame } from "../worker/frame.ts";
import { adviceForVariable } from "../worker/passed-environment.ts";
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
  readonly adviceFor: (error: Frame) => string;
  readonly stop: () => Promise<void>;
}

/** A replica, or why its model cannot be loaded. */
export type StartedReplica =
  | { readonly kind: "started"; readonly replica: Replica }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Starts a model; a process that dies while it loads is started again, too. */
export async function startReplica(model: PreparedModel, context: ReplicaContext): Promise<StartedReplica> {
  const lifetime = linkedSignal(context.signal);
  let restarts = 0;
  let replacing: Promise<End | undefined> | undefined;

  const first = await startProcess();
  if (first.kind === "failed") {
    lifetime.unlink();
    return first;
  }
  let current = first;
  return { kind: "started", replica: { worker: () => current.worker, replace, restartsLeft, adviceFor, stop } };

  async function startProcess() {
    for (;;) {
      // A signal for each process, so that those that have ended are forgotten.
      const { signal, unlink } = linkedSignal(lifetime.signal);
      const started = await startModel(model, { ...context, signal });
      if (started.kind === "started") return { ...started, unlink };
      unlink();
      if (!started.hasDied || !mayRestart()) return started;
      countRestart(started.failure.message);
    }
  }

  function restartsLeft(): number {
    return context.maxRestarts - restarts;
  }

  function adviceFor(error: Frame): string {
    return adviceForVariable(error, context.environment, [...model.variables, ...model.settings.passEnv]);
  }

  function mayRestart(): boolean {
    return restartsLeft() > 0 && !lifetime.signal.aborted;
  }

  function countRestart(reason: string): void {
    restarts++;
    context.onRestart(reason);
  }

  function replace(ended: Worker, ending: Ending): Promise<End | undefined> {
    if (ended !== current.worker) return Promise.resolve(undefined);
    replacing ??= restartProcess(ending).finally(() => {
      replacing = undefined;
    });
    return replacing;
  }

  async function restartProcess(ending: Ending): Promise<End | undefined> {
    if (lifetime.signal.aborted) return { kind: "stopped" };
    if (!mayRestart()) {
      const times = restarts === 1 ? "once" : `${restarts} times`;
      const before = restarts === 0 ? "" : ` (it had been started again ${times})`;
      const failure = { step: model.predict.step.id, message: `${describeEnding(ending)}${before}` };
      return { kind: "failed", failure };
    }
    countRestart(describeEnding(ending));
    const started = await startProcess();
    // What is stopped while it loads is not to blame, and neither is the datapoint before that.
    if (started.kind === "failed") return lifetime.signal.aborted ? { kind: "stopped" } : started;
    current.unlink();
    current = started;
    return undefined;
  }

  async function stop(): Promise<void> {
    lifetime.abort(); // also the process that is still loading
    await current.worker.stop();
    await replacing;
    lifetime.unlink();
  }
}
