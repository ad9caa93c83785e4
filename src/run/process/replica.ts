// A replica: a loaded model whose worker is restarted when it crashes, a limited number of times.

import { linkedSignal } from "../abort/linked-signal.ts";
import type { Failure } from "../api/report.ts";
import type { PreparedModel } from "../prepare/prepare.ts";
import { describeEnding, type Ending } from "../worker/ending.ts";
import { adviceForVariable } from "../worker/passed-environment.ts";
import type { WorkerError } from "../worker/reply.ts";
import type { Worker } from "../worker/worker.ts";
import { type StartContext, startModel } from "./start-model.ts";

/** The maximum number of restarts during the lifetime of a replica. */
export const DEFAULT_MAX_RESTARTS = 2;

/** Why predicting ended: the run was stopped, or no worker is left. */
export type End = { readonly kind: "stopped" } | { readonly kind: "failed"; readonly failure: Failure };

/** The context of a replica. */
export interface ReplicaContext extends StartContext {
  readonly maxRestarts: number;
  /** Called with the reason before each restart. */
  readonly onRestart: (reason: string) => void;
}

/** A model with one worker at a time. */
export interface Replica {
  /** The current worker, or the last one. */
  readonly worker: () => Worker;
  /**
   * Replaces a worker that has ended. Concurrent calls for the same worker share one restart. Returns an `End` if the worker
   * is not replaced.
   */
  readonly replace: (ended: Worker, ending: Ending) => Promise<End | undefined>;
  /** The number of restarts that are still allowed. */
  readonly restartsLeft: () => number;
  /** A hint to append to the message of an error of the model's code, or empty text. */
  readonly adviceFor: (error: WorkerError) => string;
  readonly stop: () => Promise<void>;
}

/** A replica, or why its model could not be loaded. */
export type StartedReplica =
  | { readonly kind: "started"; readonly replica: Replica }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Starts a model. A worker that crashes while it loads is also restarted. */
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
      // A signal for each worker, so that the listeners of ended workers are released.
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

  function adviceFor(error: WorkerError): string {
    return adviceForVariable(
      error,
      context.environment,
      [...model.variables, ...model.settings.passEnv],
      context.place.passed,
    );
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
      const before = restarts === 0 ? "" : ` (it had been restarted ${times})`;
      const failure = { step: model.predict.step.id, message: `${describeEnding(ending)}${before}` };
      return { kind: "failed", failure };
    }
    countRestart(describeEnding(ending));
    const started = await startProcess();
    // If the run is stopped during the restart, neither the model nor the datapoint has failed.
    if (started.kind === "failed") return lifetime.signal.aborted ? { kind: "stopped" } : started;
    current.unlink();
    current = started;
    return undefined;
  }

  async function stop(): Promise<void> {
    lifetime.abort(); // also stops a worker that is still loading
    await current.worker.stop();
    await replacing;
    lifetime.unlink();
  }
}
