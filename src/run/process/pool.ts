// The replicas of one model: each has a worker of its own, and batches go to the replica that has the least to do.
import { invariant } from "../../base/invariant.ts";
import { linkedSignal } from "../abort/linked-signal.ts";
import type { Failure } from "../api/report.ts";
import type { PreparedModel } from "../prepare/prepare.ts";
import type { Environment } from "../values/values.ts";
import type { WorkerError } from "../worker/reply.ts";
import { type Replica, type ReplicaContext, startReplica } from "./replica.ts";
import { environmentsOf } from "./shares.ts";

/** How many replicas load the model at the same time. Loading often needs more memory than predicting. */
const LOADING_AT_ONCE = 4;

/** How many batches a replica has at the same time: it predicts one, and the next one is already sent. */
const BATCHES_PER_REPLICA = 2;

/** The context of a pool. `environment` is that of the model; replicas share it. */
export interface PoolContext extends Omit<ReplicaContext, "onGivenUp" | "onReload"> {
  /** The environment in which other programs, such as `nvidia-smi`, are searched. */
  readonly programEnvironment: Environment;
  /** Called when a replica is given up while others continue. */
  readonly onDegraded: (failure: Failure, left: number) => void;
}

/** Numbers of replicas. */
export interface PoolCounts {
  readonly wanted: number;
  readonly missing: number;
  readonly loaded: number;
  readonly ready: number;
}

/** The replicas of a model. */
export interface Pool {
  /** The number of replicas that have not ended. */
  readonly size: () => number;
  /** The numbers of replicas: those that were asked for, that are still to be loaded, that are left, and that can predict now. */
  readonly counts: () => PoolCounts;
  /** Why the first replica that was given up could not continue. */
  readonly failure: () => Failure | undefined;
  /** How many batches may be in flight. */
  readonly capacity: () => number;
  /** The replica that has the least to do. If none is left, one that has ended. */
  readonly pick: () => Replica;
  /** A replica that has not ended. Waits for replicas that are still loading. `undefined` if none is left. */
  readonly remaining: () => Promise<Replica | undefined>;
  /** Calls a function when the capacity may have changed. Returns a function that ends this. */
  readonly onChange: (listener: () => void) => () => void;
  /** Resolves when the capacity or the readiness of a replica has changed. */
  readonly whenChanged: () => Promise<void>;
  /** A hint to append to the message of an error of the model's code, or empty text. */
  readonly adviceFor: (error: WorkerError) => string;
  readonly stop: () => Promise<void>;
}

/** A pool, or why no replica could be started. */
export type StartedPool =
  | { readonly kind: "started"; readonly pool: Pool }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Starts the replicas of a model, and returns when one of them is loaded. The others join it. */
export async function startPool(model: PreparedModel, context: PoolContext): Promise<StartedPool> {
  const { environment, programEnvironment, place, onDegraded } = context;
  const { device, settings } = model;
  const isElsewhere = place.isElsewhere === true;
  const environments = await environmentsOf({
    replicas: settings.replicas,
    device,
    environment,
    programEnvironment,
    isElsewhere,
  });
  const { signal, abort, unlink } = linkedSignal(context.signal);
  const replicas: Replica[] = [];
  const listeners = new Set<() => void>();
  let failure: Failure | undefined;
  /** The replicas that are waiting to be started, or loading. */
  let missing = environments.length;

  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const onChange = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const whenChanged = (): Promise<void> =>
    new Promise((resolve) => {
      const end = onChange(() => {
        end();
        resolve();
      });
    });
  signal.addEventListener("abort", changed, { once: true });
  const living = (): readonly Replica[] => replicas.filter((replica) => replica.end() === undefined);
  /** Failures of replicas that are reported as soon as another one can continue. If there is none, the model has failed. */
  let lost: Failure[] = [];
  const reportLost = (): void => {
    if (living().length === 0 || signal.aborted) return;
    for (const each of lost) onDegraded(each, living().length + missing);
    lost = [];
  };
  const lose = (why: Failure): void => {
    failure ??= why;
    lost.push(why);
    reportLost();
    changed();
  };

  const waiting = environments.values();
  const startWaiting = async (): Promise<void> => {
    // All lanes share one iterator, so each replica is started once.
    for (const environment of waiting) {
      if (signal.aborted) break;
      const started = await startReplica(model, {
        ...context,
        environment,
        signal,
        onGivenUp: lose,
        onReload: changed,
      });
      missing--;
      if (started.kind === "failed") lose(started.failure);
      else replicas.push(started.replica);
      reportLost();
      changed();
    }
  };
  const starting = Promise.all(Array.from({ length: Math.min(environments.length, LOADING_AT_ONCE) }, startWaiting));
  const ended = starting.then(changed);
  while (replicas.length === 0 && missing > 0 && !signal.aborted) await whenChanged();
  if (replicas.length === 0) {
    await ended;
    unlink();
    return { kind: "failed", failure: failure ?? { step: model.id, message: "it was stopped" } };
  }

  function pick(): Replica {
    let best: Replica | undefined;
    for (const replica of living()) if (best === undefined || replica.load() < best.load()) best = replica;
    const found = best ?? replicas[0];
    invariant(found !== undefined, "a pool has at least one replica");
    return found;
  }

  const pool: Pool = {
    size: () => living().length,
    counts: () => {
      const left = living();
      const ready = left.filter((replica) => replica.isReady()).length;
      return { wanted: environments.length, missing, loaded: left.length, ready };
    },
    failure: () => failure,
    capacity: () => BATCHES_PER_REPLICA * Math.max(1, living().length),
    pick,
    remaining: async () => {
      while (living().length === 0 && missing > 0 && !signal.aborted) await whenChanged();
      return living().length === 0 ? undefined : pick();
    },
    onChange,
    whenChanged,
    adviceFor: (error) => pick().adviceFor(error),
    stop: async () => {
      abort();
      await Promise.all(replicas.map((replica) => replica.stop()));
      await ended;
      // One that was loaded in the meantime.
      await Promise.all(replicas.map((replica) => replica.stop()));
      unlink();
    },
  };
  return { kind: "started", pool };
}
