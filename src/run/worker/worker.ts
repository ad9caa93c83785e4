// One Python process: requests go in and replies come out in the same order, what the model's code prints is log, and
// nothing of it is left when it has ended.
import { randomUUID } from "node:crypto";
import { messageOf } from "../../base/result.ts";
import { drained, holdProcess, spawnWorker } from "./child.ts";
import type { Ending } from "./ending.ts";
import { encodeFrame, type Frame, frameReader, type OutgoingArray, splitAtMark } from "./frame.ts";
import { isDescendant, killLeftovers, MARK, signalTo } from "./leftovers.ts";
import { type LogLine, logReader } from "./log.ts";
import { type Message, replyProblem } from "./reply.ts";

/** How long a worker may take to end by itself before it is killed. */
const GRACE_MS = 2000;

/** The same after a time limit: long enough to say where the code is. */
const TRACEBACK_MS = 1000;

/** How long a guard may take to end what its worker has started; it gives up a second before. */
const GUARD_MS = 6000;

/** What the guard answers with a SIGINT for the model's code. */
const CANCEL = "SIGUSR1";

/** What a timer can hold, which is 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

const PROTOCOL = 1;

export interface WorkerOptions {
  readonly python: string;
  /** The working folder, which is also the first on `sys.path`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onLog: (line: LogLine) => void;
  /** Whether no line is left out, however many there are. */
  readonly allLogs: boolean;
}

/** The answer to a request; or that the worker has ended, and whether it had begun with this request. */
export type Reply =
  | { readonly kind: "reply"; readonly frame: Frame }
  | { readonly kind: "ended"; readonly ending: Ending; readonly begun: boolean; readonly traceback?: string };

export interface Worker {
  /** Sends a message; its time limit begins when all earlier ones are answered. */
  readonly request: (message: Message, limitMs: number, arrays?: readonly OutgoingArray[]) => Promise<Reply>;
  /** Ends the process and everything that it has started: politely, then by force. */
  readonly stop: () => Promise<void>;
}

interface Request {
  readonly message: Message;
  readonly resolve: (reply: Reply) => void;
  readonly limitMs: number;
}

/** Starts a worker. It does not keep this process alive while it has nothing to do. */
export function startWorker({ python, folder, environment, onLog, allLogs }: WorkerOptions): Worker {
  const mark = randomUUID();
  const child = spawnWorker(python, folder, { ...environment, [MARK]: mark });
  const log = logReader(onLog, Date.now, allLogs ? Number.POSITIVE_INFINITY : undefined);
  const requests: Request[] = [];
  /** Why we end it, if it is us. */
  let reason: Ending | undefined;
  let ending: Ending | undefined;
  let traceback: string | undefined;
  let limit: NodeJS.Timeout | undefined;
  let force: NodeJS.Timeout | undefined;
  let guardLimit: NodeJS.Timeout | undefined;
  let hasHello = false;
  /** The process that runs the model's code, if it is known here by the same number, which it is not from a container. */
  let worker: number | undefined;
  let markEnded = (): void => {};
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve;
  });

  const readFrames = frameReader((frame) => {
    if (!hasHello) {
      const id = readHello(frame);
      hasHello = true;
      worker = isDescendant(id, child.pid) ? id : undefined;
    } else if (reason === undefined) {
      const problem = replyProblem(frame, requests[0]?.message);
      if (problem !== undefined) throw new Error(problem);
      requests.shift()?.resolve({ kind: "reply", frame });
      watchFirst();
    } else {
      // Too late to count, but it tells where the code was when it was interrupted.
      traceback ??= tracebackOf(frame);
    }
  });

  const read = splitAtMark(log.push, readFrames);
  child.stdout.on("data", (chunk: Buffer) => {
    if (reason?.kind === "protocol") return;
    try {
      read(chunk);
    } catch (error) {
      reason ??= { kind: "protocol", message: messageOf(error) };
      end();
    }
  });
  child.stderr.on("data", log.push);
  child.stdin.on("error", () => {}); // it has ended, and `exit` tells
  child.on("error", (error) => finish({ kind: "not-started", message: error.message }));
  // Not `close`: a process that the model's code has started may hold the pipes open.
  child.on("exit", (code, signal) => {
    endAll();
    void drained(child).then(() => finish(reason ?? { kind: "exited", code, signal }));
  });
  holdProcess(child, false);

  function finish(how: Ending): void {
    if (ending !== undefined) return;
    ending = how;
    clearTimeout(limit);
    clearTimeout(force);
    clearTimeout(guardLimit);
    log.end();
    requests.splice(0).forEach(({ resolve }, index) => {
      const begun = index === 0;
      resolve({ kind: "ended", ending: how, begun, ...(begun && traceback !== undefined && { traceback }) });
    });
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    markEnded();
  }

  function send(parts: readonly Uint8Array[]): void {
    child.stdin.cork();
    for (const part of parts) child.stdin.write(part);
    child.stdin.uncork();
  }

  function interrupt(why: Ending, graceMs: number): void {
    reason ??= why;
    child.kill(CANCEL);
    forceLater(graceMs);
  }

  function forceLater(graceMs: number): void {
    force ??= setTimeout(end, graceMs);
  }

  /** Ends the worker by force. Its guard ends the rest and then itself, unless the model's code has done something to it. */
  function end(): void {
    guardLimit ??= setTimeout(endAll, hasHello ? GUARD_MS : 0);
    child.stdin.destroy(); // for which the guard waits
    child.kill("SIGCONT");
  }

  function endAll(): void {
    killLeftovers({ mark, guard: child.pid, worker });
    if (child.pid !== undefined) signalTo(-child.pid, "SIGKILL");
  }

  function watchFirst(): void {
    clearTimeout(limit);
    holdProcess(child, requests.length > 0);
    const first = requests[0];
    if (first === undefined) return;
    const limitMs = Math.min(first.limitMs, LONGEST_MS);
    limit = setTimeout(() => interrupt({ kind: "time-limit", limitMs }, TRACEBACK_MS), limitMs);
  }

  return {
    request: (message, limitMs, arrays) =>
      new Promise((resolve) => {
        if (ending !== undefined) return resolve({ kind: "ended", ending, begun: false });
        send(encodeFrame(message, arrays));
        requests.push({ message, resolve, limitMs });
        if (requests.length === 1) watchFirst();
      }),
    stop: () => {
      if (ending !== undefined) return ended;
      holdProcess(child, true);
      if (requests.length > 0) {
        interrupt({ kind: "stopped" }, GRACE_MS);
      } else if (reason === undefined) {
        reason = { kind: "stopped" };
        send(encodeFrame({ type: "shutdown" }));
        forceLater(GRACE_MS);
      }
      return ended;
    },
  };
}

/** The process that a greeting names; throws when it is none. */
function readHello({ header }: Frame): number {
  if (header.type !== "hello") throw new Error("a message before the greeting");
  if (header.protocol !== PROTOCOL) throw new Error("it speaks another version of the protocol");
  return Number(header.process);
}

function tracebackOf(frame: Frame): string | undefined {
  const { error } = frame.header;
  if (typeof error !== "object" || error === null || !("traceback" in error)) return undefined;
  return typeof error.traceback === "string" ? error.traceback : undefined;
}
