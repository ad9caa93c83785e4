// A child process with pipes for its standard streams.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { WorkerCommand } from "./transport.ts";

/** A process with pipes for its standard streams. */
export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** How long to wait for more output after the process has ended. A process outside the group may keep the pipe open. */
const DRAIN_MS = 300;

/** How much of the error output is kept for a message about a start that failed. */
const KEPT = 4000;

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

/** The part of a worker's command that is the same for each child. */
export function pipesOf(child: Child): Pick<WorkerCommand, "stdin" | "stdout" | "stderr" | "hold"> {
  const { stdin, stdout, stderr } = child;
  return { stdin, stdout, stderr, hold: (hold) => holdProcess(child, hold) };
}

/** The end of the error output of a child. */
export interface ErrorTail {
  readonly text: () => string;
  /** Stops collecting, when the child has started and its output is that of the model. */
  readonly stop: () => void;
}

/** Collects the end of the error output, for a message about a start that failed. */
export function errorTail(child: Child): ErrorTail {
  let said = "";
  const collect = (chunk: Buffer): void => {
    said = (said + chunk.toString("utf8")).slice(-KEPT);
  };
  child.stderr.on("data", collect);
  return { text: () => said, stop: () => void child.stderr.off("data", collect) };
}

/** Sets whether the child keeps this process alive. */
function holdProcess(child: Child, hold: boolean): void {
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
    // The pipes of a child are sockets, but their declared types lack `ref` and `unref`.
    const { ref, unref } = handle as { ref?: () => void; unref?: () => void };
    (hold ? ref : unref)?.call(handle);
  }
}
