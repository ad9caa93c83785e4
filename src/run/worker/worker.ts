// One worker: sends requests and receives replies in the same order. Output of the model's code is written to the log. When the
// worker has ended, no process that it started is left.
import { messageOf } from "../../base/result.ts";
import { afterRunning } from "../abort/running-time.ts";
import type { Ending } from "./ending.ts";
import { encodeFrame, type Frame, frameReader, type OutgoingArray, splitAtMark } from "./frame.ts";
import { type LogLine, logReader } from "./log.ts";
import { type Message, readError, readReply, type WorkerReply } from "./reply.ts";
import type { Transport } from "./transport.ts";

/** How long a worker may take to exit before it is killed. */
const GRACE_MS = 2000;

/** The same after a time limit. It is long enough to report the traceback of the interrupted code. */
const TRACEBACK_MS = 1000;

const PROTOCOL = 1;

export interface WorkerOptions {
  readonly transport: Transport;
  /** The environment variables of the model. */
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
  /** Ends the worker if it is working on this request, by its promise. Returns whether it is. Other requests were not begun. */
  readonly cancel: (reply: Promise<Reply>) => boolean;
  /** Stops the worker and all processes that it started. They are killed if they do not exit in time. */
  readonly stop: () => Promise<void>;
}

interface Request {
  readonly message: Message;
  readonly resolve: (reply: Reply) => void;
  readonly reply: Promise<Reply>;
  readonly limitMs: number;
}

/** Starts a worker. An idle worker does not keep this process alive. */
export function startWorker({ transport, environment, onLog, allLogs }: WorkerOptions): Worker {
  const command = transport.start(transport.sendsVariables ? {} : environment);
  const log = logReader(onLog, () => performance.now(), allLogs ? Number.POSITIVE_INFINITY : undefined);
  const requests: Request[] = [];
  /** Why this process ends the worker, if it does. */
  let reason: Ending | undefined;
  let ending: Ending | undefined;
  let traceback: string | undefined;
  let cancelLimit = (): void => {};
  let force: NodeJS.Timeout | undefined;
  let hasHello = false;
  /** The number of bytes on standard output. */
  let received = 0;
  let markEnded = (): void => {};
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve;
  });

  const readFrames = frameReader((frame) => {
    if (!hasHello) {
      command.greet(readHello(frame));
      hasHello = true;
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
  command.stdout.on("data", (chunk: Buffer) => {
    received += chunk.length;
    if (reason?.kind === "protocol") return;
    try {
      read(chunk);
    } catch (error) {
      reason ??= { kind: "protocol", message: messageOf(error) };
      command.end();
    }
  });
  command.stdout.on("end", () => {
    // No answer can come any more. What the transport still has to clean up must not count as time of the code.
    cancelLimit();
    forceLater(GRACE_MS);
  });
  command.stderr.on("data", log.push);
  command.stdin.on("error", () => {}); // the process has ended, which `ended` reports
  void command.ended.then((how) => finish(how.kind !== "not-started" && reason !== undefined ? reason : how));
  command.hold(false);
  if (transport.sendsVariables) send(encodeFrame({ type: "environment", variables: environment }));

  function finish(how: Ending): void {
    if (ending !== undefined) return;
    ending = how;
    cancelLimit();
    clearTimeout(force);
    log.end();
    requests.splice(0).forEach(({ resolve }, index) => {
      const begun = index === 0;
      resolve({ kind: "ended", ending: how, begun, ...(begun && traceback !== undefined && { traceback }) });
    });
    for (const stream of [command.stdin, command.stdout, command.stderr]) stream.destroy();
    markEnded();
  }

  function send(parts: readonly Uint8Array[]): void {
    command.stdin.cork();
    for (const part of parts) command.stdin.write(part);
    command.stdin.uncork();
  }

  function interrupt(why: Ending, graceMs: number): void {
    reason ??= why;
    command.interrupt();
    forceLater(graceMs);
  }

  function forceLater(graceMs: number): void {
    force ??= setTimeout(command.end, graceMs);
  }

  function watchFirst(): void {
    cancelLimit();
    command.hold(requests.length > 0);
    const first = requests[0];
    if (first === undefined) return;
    const { limitMs } = first;
    const expire = (): void => interrupt({ kind: "time-limit", limitMs }, TRACEBACK_MS);
    const before = received;
    // The first part of an answer shows that the code has returned. The other parts get the same time again.
    cancelLimit = afterRunning(limitMs, () => {
      if (received === before) expire();
      else cancelLimit = afterRunning(limitMs, expire);
    });
  }

  return {
    request: (message, limitMs, arrays) => {
      if (ending !== undefined) return Promise.resolve({ kind: "ended", ending, begun: false });
      let resolve = (_reply: Reply): void => {};
      const reply = new Promise<Reply>((settle) => {
        resolve = settle;
      });
      try {
        send(encodeFrame(message, arrays));
      } catch (error) {
        return Promise.reject(error);
      }
      requests.push({ message, resolve, reply, limitMs });
      if (requests.length === 1) watchFirst();
      return reply;
    },
    cancel: (reply) => {
      if (requests[0]?.reply !== reply || reason !== undefined) return false;
      interrupt({ kind: "cancelled" }, TRACEBACK_MS);
      return true;
    },
    stop: () => {
      if (ending !== undefined) return ended;
      command.hold(true);
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
