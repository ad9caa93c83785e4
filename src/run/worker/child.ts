// The process that is started for a worker: a Python that forks the worker, and guards it (worker/guard.py).
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { workerPath } from "./worker-path.ts";

/** A Python process with its three pipes. */
export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** How long a silent pipe is waited for after its process has ended: a process that left the group may hold it. */
const DRAIN_MS = 300;

/** Starts the worker program. */
export function spawnWorker(
  python: string,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Child {
  return spawn(python, ["-u", "-X", "faulthandler", workerPath()], {
    cwd: folder,
    env: { ...environment, PYTHONUNBUFFERED: "1" },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true, // a process group of its own: Ctrl-C in a terminal is for us
  });
}

/** When everything that an ended process has printed is read. */
export function drained(child: Child): Promise<void> {
  const open = [child.stdout, child.stderr].filter((stream) => !stream.destroyed);
  const closed = open.map((stream) => new Promise<void>((resolve) => stream.once("close", resolve)));
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, DRAIN_MS);
    child.stdout.on("data", () => timer.refresh());
    void Promise.all(closed).then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Whether this process stays alive for the sake of the child. */
export function holdProcess(child: Child, hold: boolean): void {
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
    // Pipes of a child are sockets, which the declared types do not say.
    const { ref, unref } = handle as { ref?: () => void; unref?: () => void };
    (hold ? ref : unref)?.call(handle);
  }
}
