// A conversation with a host: JSON lines to and from `worker/bring.py`.
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { problem, type Result } from "../../base/result.ts";
import { killGroup } from "../../system/kill-group.ts";
import { afterRunning } from "../abort/running-time.ts";
import { type Child, errorTail } from "../worker/child.ts";
import { splitAtMark } from "../worker/frame.ts";
import { versionProblem } from "../worker/python-version.ts";
import { type Connection, explainEnd, startRemote } from "./ssh.ts";

/** How long the host may take to answer, and to store a package: in addition, the time for its bytes on a slow disk. */
const ANSWER_MS = 60_000;
const BYTES_PER_MS = 10_000;

/** The longest answer in bytes. */
const MAX_ANSWER = 64 * 1024;

/** What the host answers. It comes from another machine, so it may be anything of these types. */
export interface Answer {
  readonly python?: readonly number[];
  readonly folder?: string;
  readonly free?: number;
  readonly gpus?: readonly string[];
  readonly exists?: boolean;
  readonly stored?: string;
  readonly problem?: string;
}

/** An open conversation. */
export interface Conversation {
  /** The version of the Python of the host. */
  readonly python: string;
  readonly input: Child["stdin"];
  /** Sends a message, and returns the answer. */
  readonly ask: (message: object) => Promise<Answer>;
  /** The next answer. Ends the connection if there is none in time. `bytes` is the size of a package that is being stored. */
  readonly next: (bytes?: number) => Promise<Answer>;
}

/** Connects to a host, verifies its Python, and ends the connection after `talk`. Throws only the reason of the signal. */
export async function converse<Value>(
  connection: Connection,
  signal: AbortSignal,
  talk: (conversation: Conversation) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const { address } = connection;
  signal.throwIfAborted();
  const child = startRemote(connection, "bring");
  const kill = (): void => killGroup(child);
  signal.addEventListener("abort", kill, { once: true });
  const said = errorTail(child);
  const closed = new Promise<number | null>((resolve) => child.on("error", () => resolve(255)).on("close", resolve));
  const answers = answersOf(child.stdout, kill);

  async function next(bytes = 0): Promise<Answer> {
    const cancelLimit = afterRunning(ANSWER_MS + bytes / BYTES_PER_MS, kill);
    try {
      const { value, done } = await answers.next();
      if (done) return { problem: explainEnd(connection, await closed, said.text()) };
      return value.problem === undefined
        ? value
        : { problem: `the host \`${address.host}\` reports: ${value.problem}` };
    } finally {
      cancelLimit();
    }
  }

  const ask = (message: object): Promise<Answer> => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    return next();
  };

  try {
    const hello = await next();
    if (hello.problem !== undefined) return problem(hello.problem);
    const python = (hello.python ?? []).join(".");
    const reason = versionProblem(python, `the Python of the host \`${address.host}\``);
    if (reason !== undefined) return problem(reason);
    return await talk({ python, input: child.stdin, ask, next });
  } finally {
    signal.removeEventListener("abort", kill);
    child.stdin.destroy();
    kill();
    signal.throwIfAborted();
  }
}

/** The answers after the mark. What a login script prints before it is ignored. `onInvalid` is called for an answer that is too long. */
async function* answersOf(stdout: Readable, onInvalid: () => void): AsyncGenerator<Answer> {
  const text = new Readable({ read() {} });
  let waiting = 0;
  const split = splitAtMark(
    () => {},
    (chunk) => {
      waiting = chunk.includes(10) ? 0 : waiting + chunk.length;
      if (waiting > MAX_ANSWER) onInvalid();
      text.push(chunk);
    },
  );
  stdout.on("data", split).on("close", () => text.push(null));
  for await (const line of createInterface({ input: text })) {
    let answer: unknown;
    try {
      answer = JSON.parse(line);
    } catch {}
    if (typeof answer !== "object" || answer === null) return onInvalid();
    yield answer as Answer;
  }
}
