// What a session is doing: its state, its events and its counts.
import type { Pool } from "../process/pool.ts";
import type { Observer } from "../process/resolve-batch.ts";
import type { Redact } from "../secrets/redactor.ts";
import type { SessionEvent, SessionState, SessionStats } from "./model.ts";

/** Follows one session, from the call of `start` on. */
export interface Monitor extends Observer {
  readonly stats: () => SessionStats;
  /** The model is loading. */
  readonly loading: () => void;
  /** A worker has ended and is started again. */
  readonly restarting: (reason: string, pauseMs: number) => void;
  /** The session has started. From now on, the pool determines its state. */
  readonly opened: (pool: Pool) => void;
  /** The session cannot start. */
  readonly failed: (reason: string) => void;
  /** The session has ended. */
  readonly stopped: () => void;
}

/** Creates the monitor of a session. `redact` gives the present redactor, which knows more when the plan has been read. */
export function sessionMonitor(onEvent: ((event: SessionEvent) => void) | undefined, redact: () => Redact): Monitor {
  const begin = performance.now();
  let pool: Pool | undefined;
  let state: SessionState = "starting";
  let since = begin;
  /** The number of replicas in the last event. */
  let known = 0;
  let [batches, datapoints, errors, restarts, inFlight, loadMs, busyMs] = [0, 0, 0, 0, 0, 0, 0];
  let busySince = 0;

  function emit(kind: SessionState, extra: Pick<SessionEvent, "reason" | "pauseMs"> = {}): void {
    const durationMs = performance.now() - since;
    const { ready = 0 } = pool?.counts() ?? {};
    onEvent?.({ kind, durationMs, replicas: ready, restarts, inFlight, ...extra });
  }

  function enter(next: SessionState, reason?: string): void {
    const replicas = pool?.counts().ready ?? 0;
    if ((next === state && replicas === known) || state === "stopped") return;
    known = replicas;
    // A restart has its own event, which was sent immediately before.
    if (next !== "restarting") emit(next, reason === undefined ? {} : { reason: redact()(reason) });
    state = next;
    since = performance.now();
  }

  function update(): void {
    if (pool === undefined) return;
    const { wanted, missing, loaded, ready } = pool.counts();
    const failure = pool.failure()?.message;
    if (loaded + missing === 0) enter("failed", failure);
    else if (ready === 0) enter("restarting");
    else if (ready + missing < wanted) enter("degraded", failure);
    else enter(inFlight > 0 ? "busy" : "ready");
  }

  emit("starting");
  return {
    stats: () => {
      const { wanted = 0, ready = 0 } = pool?.counts() ?? {};
      const running = inFlight > 0 ? performance.now() - busySince : 0;
      const counts = { batches, datapoints, errors, inFlight, restarts };
      return { state, replicas: wanted, ready, ...counts, loadMs, busyMs: busyMs + running };
    },
    loading: () => {
      if (state === "starting") enter("loading");
    },
    restarting: (reason, pauseMs) => {
      restarts++;
      emit("restarting", { reason: redact()(reason), pauseMs });
    },
    opened: (opened) => {
      pool = opened;
      loadMs = performance.now() - begin;
      opened.onChange(update);
      update();
    },
    failed: (reason) => enter("failed", reason),
    stopped: () => enter("stopped"),
    sent: () => {
      if (inFlight++ === 0) busySince = performance.now();
      update();
    },
    answered: (outcomes) => {
      batches++;
      datapoints += outcomes.length;
      for (const { kind } of outcomes) if (kind === "error") errors++;
      if (--inFlight === 0) busyMs += performance.now() - busySince;
      update();
    },
  };
}
