// Sends files to another host, as packages: tar files that are stored under their hashes. A package that the host has is not sent.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { found, problem, type Result } from "../../base/result.ts";
import { killGroup } from "../../system/kill-group.ts";
import { afterRunning } from "../abort/running-time.ts";
import { type TarFile, tarSize, tarStream } from "../pack/tar.ts";
import { errorTail } from "../worker/child.ts";
import { splitAtMark } from "../worker/frame.ts";
import { versionProblem } from "../worker/python-version.ts";
import { type Connection, explainEnd, startRemote } from "./ssh.ts";

/** Files that are sent together. */
export interface Package {
  readonly files: readonly TarFile[];
  /** The hexadecimal sha256 of the tar file. */
  readonly hash: string;
  readonly bytes: number;
}

/** A host that can run models. */
export interface Host {
  /** The absolute path of the folder that contains the packages. */
  readonly folder: string;
  /** The free space on its disk, in bytes. */
  readonly free: number;
}

/** How files are sent. */
export interface SendContext {
  readonly signal: AbortSignal;
  /** Called with the bytes sent so far and the total, for all packages that the host does not have. */
  readonly onProgress: (bytes: number, total: number) => void;
}

/** How long the host may take to answer, and to store a package: in addition, the time for its bytes on a slow disk. */
const ANSWER_MS = 60_000;
const BYTES_PER_MS = 10_000;

/** The longest answer in bytes. */
const MAX_ANSWER = 64 * 1024;

/** Reads files and computes the hash of their package. */
export async function packageOf(files: readonly TarFile[]): Promise<Package> {
  const hash = createHash("sha256");
  for await (const chunk of tarStream(files)) hash.update(chunk);
  return { files, hash: hash.digest("hex"), bytes: tarSize(files) };
}

interface Answer {
  readonly python?: readonly number[];
  readonly folder?: string;
  readonly free?: number;
  readonly exists?: boolean;
  readonly stored?: string;
  readonly problem?: string;
}

/** Connects to a host, verifies its Python, and sends the packages that it does not have. Throws only the reason of the signal. */
export async function sendPackages(
  connection: Connection,
  packages: readonly Package[],
  { signal, onProgress }: SendContext,
): Promise<Result<Host>> {
  const { address } = connection;
  signal.throwIfAborted();
  const child = startRemote(connection, "bring");
  const kill = (): void => killGroup(child);
  signal.addEventListener("abort", kill, { once: true });
  const said = errorTail(child);
  const closed = new Promise<number | null>((resolve) => child.on("error", () => resolve(255)).on("close", resolve));
  const answers = answersOf(child.stdout, kill);

  /** The next answer. Ends the connection if there is none in time. `bytes` is the size of a package that is being stored. */
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
    const reason = versionProblem((hello.python ?? []).join("."), `the Python of the host \`${address.host}\``);
    if (reason !== undefined) return problem(reason);
    const { folder = "", free = 0, problem: refused } = await ask({ folder: address.folder });
    if (refused !== undefined) return problem(refused);
    const missing: Package[] = [];
    for (const each of packages) {
      const { exists, problem: failed } = await ask({ hash: each.hash });
      if (failed !== undefined) return problem(failed);
      if (exists !== true) missing.push(each);
    }
    const total = missing.reduce((sum, { bytes }) => sum + bytes, 0);
    // The archive and its files exist at the same time.
    const needed = total + Math.max(0, ...missing.map(({ bytes }) => bytes));
    if (needed > free) {
      return problem(
        `the disk of the host \`${address.host}\` has ${free} bytes left in \`${folder}\`, but ${needed} are needed`,
      );
    }
    let sent = 0;
    for (const each of missing) {
      child.stdin.write(`${JSON.stringify({ hash: each.hash, bytes: each.bytes })}\n`);
      for await (const chunk of tarStream(each.files)) {
        if (!child.stdin.writable) break;
        if (!child.stdin.write(chunk)) await drain(child.stdin);
        sent += chunk.length;
        onProgress(sent, total);
      }
      const { problem: failed } = await next(each.bytes);
      if (failed !== undefined) return problem(failed);
    }
    return found({ folder, free });
  } finally {
    signal.removeEventListener("abort", kill);
    child.stdin.destroy();
    kill();
    signal.throwIfAborted();
  }
}

/** Resolves when more can be written, or when the pipe is closed. */
function drain(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ["drain", "close", "error"]) stream.removeListener(event, done);
      resolve();
    };
    for (const event of ["drain", "close", "error"]) stream.on(event, done);
  });
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
