// One worker: sends requests and receives replies in the same order. Output of the model's code is written to the log. When the
// worker has ended, no process that it started is left.
import { randomUUID } from "node:crypto";
import { messageOf } from "../../base/result.ts";
import { drained, holdProcess, spawnWorker } from "./child.ts";
import type { Ending } from "./ending.ts";
import { encodeFrame, type Frame, frameReader, type OutgoingArray, splitAtMark } from "./frame.ts";
import { isDescendant, killLeftovers, MARK, signalTo } from "./leftovers.ts";
import { type LogLine, logReader } from "./log.ts";
import { type Message, readError, readReply, type WorkerReply } from "./reply.ts";

/** How long a worker may take to exit before it is killed. */
const GRACE_MS = 2000;

/** The same after a time limit. It is long enough to report the traceback of the interrupted code. */
const TRACEBACK_MS = 1000;

/** How long a guard may take to end the processes of its worker. The guard itself gives up one second earlier. */
const GUARD_MS = 6000;

/** The signal for which the guard sends a SIGINT to the worker. */
const CANCEL = "SIGUSR1";

/** The longest delay that a timer supports: 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

const PROTOCOL = 1;

export interface WorkerOptions {
  readonly python: string;
  /** The working directory, which is also the first entry of `sys.path`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onLog: (line: LogLine) => void;
  /** Whether to report all log lines, without a limit. */
  readonly allLogs: boolean;
}

/** The answer to a request, or the end of the worker. `begun` is true if the worker had started to process the request. */
export type Reply =
  | WorkerReply
  | { readonly kind: "ended"; readonly ending: Ending; readonly begun: boolean; readonly traceback?: string };

export interface Worker {
  /** Sends a message. Its time limit starts when all earlier messages are answered. */
  readonly request: (message: Message, limitMs: number, arrays?: readonly OutgoingArray[]) => Promise<Reply>;
  /** Stops the worker and all processes that it started. They are killed if they do not exit in time. */
  readonly stop: () => Promise<void>;
}

interface Request {
  readonly message: Message;
  readonly resolve: (reply: Reply) => void;
  readonly limitMs: number;
}

/** Starts a worker. An idle worker does not keep this process alive. */
export function startWorker({ python, folder, environment, onLog, allLogs }: WorkerOptions): Worker {
  const mark = randomUUID();
  const child = spawnWorker(python, folder, { ...environment, [MARK]: mark });
  const log = logReader(onLog, Date.now, allLogs ? Number.POSITIVE_INFINITY : undefined);
  const requests: Request[] = [];
  /** Why this process ends the worker, if it does. */
  let reason: Ending | undefined;
  let ending: Ending | undefined;
  let traceback: string | undefined;
  let limit: NodeJS.Timeout | undefined;
  let force: NodeJS.Timeout | undefined;
  let guardLimit: NodeJS.Timeout | undefined;
  let hasHello = false;
  /** The id of the worker process; `undefined` if it runs in a container, where ids differ. */
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
      const reply = readReply(frame, requests[0]?.message);
      if (reply.kind === "problem") throw new Error(reply.message);
      requests.shift()?.resolve(reply.value);
      watchFirst();
    } else {
      // The reply is too late to be used, but its traceback shows where the code was interrupted.
      traceback ??= readError(frame.header.error)?.traceback;
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
  child.stdin.on("error", () => {}); // the process has ended, which `exit` reports
  child.on("error", (error) => finish({ kind: "not-started", message: error.message }));
  // Not `close`, because a process that the model's code started may keep the pipes open.
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

  /** Kills the worker. Its guard ends all other processes, unless the model's code has killed or stopped the guard. */
  function end(): void {
    guardLimit ??= setTimeout(endAll, hasHello ? GUARD_MS : 0);
    child.stdin.destroy(); // the guard reacts to the closed pipe
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

/** The process id in the `hello` message. Throws if the message is invalid. */
function readHello({ header }: Frame): number {
  if (header.type !== "hello") throw new Error("a message before `hello`");
  if (header.protocol !== PROTOCOL) throw new Error("unsupported protocol version");
  return Number(header.process);
}
