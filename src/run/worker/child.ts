// A child process with pipes for its standard streams.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** A process with pipes for its standard streams. */
export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** How long to wait for more output after the process has ended. A process outside the group may keep the pipe open. */
const DRAIN_MS = 300;

/** Starts a program in its own process group, so that Ctrl-C in a terminal does not reach it. */
export function spawnChild(
  program: string,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Child {
  return spawn(program, args, { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"], detached: true });
}

/** Resolves when all output of an ended process has been read. */
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

/** Sets whether the child keeps this process alive. */
export function holdProcess(child: Child, hold: boolean): void {
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
    // The pipes of a child are sockets, but their declared types lack `ref` and `unref`.
    const { ref, unref } = handle as { ref?: () => void; unref?: () => void };
    (hold ? ref : unref)?.call(handle);
  }
}
