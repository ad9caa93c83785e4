// Where rows go: a file, standard output, or a function. Whole lines, in the order of the calls, with backpressure.
import { resolve } from "node:path";
import { plainJson } from "../../base/json-text.ts";
import { found, problem, type Result } from "../../base/result.ts";
import type { OutputSink } from "../api/options.ts";
import type { EarlierOutput } from "./earlier.ts";
import { openFileTarget } from "./output-file.ts";
import type { OutputTarget } from "./target.ts";

/** An open output. After a problem nothing more is written, and `problem` says why. */
export interface Output {
  /** Files that killed runs have left behind; they go when the output is whole. */
  readonly leftBehind: readonly string[];
  /** Writes whole lines. */
  readonly write: (lines: readonly string[]) => Promise<void>;
  /** Ends the output; a file takes its place now. `isWhole` when nothing is missing of it. */
  readonly close: (isWhole: boolean) => Promise<void>;
  /** Ends the output as if it had never been opened. */
  readonly discard: () => Promise<void>;
  readonly problem: () => string | undefined;
}

/**
 * Opens a path, with the rows of an earlier run if there are some; `-` for standard output, a function, or nothing. Links may
 * not lead out of `root`.
 */
export async function openOutput(
  to: string | OutputSink | undefined,
  root: string,
  earlier?: EarlierOutput,
): Promise<Result<Output>> {
  try {
    return found(sequentialOutput(await targetFor(to, root, earlier)));
  } catch (error) {
    return problem(`\`${String(to)}\` cannot be written: ${reason(error)}`);
  }
}

async function targetFor(
  to: string | OutputSink | undefined,
  root: string,
  earlier: EarlierOutput | undefined,
): Promise<OutputTarget> {
  if (to === "-") return { leftBehind: [], write: writeStandardOutput, close: nothing, discard: nothing };
  if (typeof to === "string") return openFileTarget(resolve(to), root, earlier);
  const write = async (lines: readonly string[]): Promise<void> => {
    for (const line of lines) await to?.(line);
  };
  return { leftBehind: [], write, close: nothing, discard: nothing };
}

async function nothing(): Promise<void> {}

/** One write after the other, also when several models write; the first that fails is the last. */
function sequentialOutput(target: OutputTarget): Output {
  let stopped: string | undefined;
  let last = Promise.resolve();
  const attempt = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work).catch((error: unknown) => {
      stopped ??= reason(error);
    });
    return last;
  };
  return {
    leftBehind: target.leftBehind,
    write: (lines) => attempt(async () => (stopped === undefined ? target.write(lines) : undefined)),
    close: (isWhole) => attempt(() => target.close(isWhole)),
    discard: () => attempt(target.discard),
    problem: () => stopped,
  };
}

/** On a terminal or in a log, a prediction is only shown: its text controls neither. */
function writeStandardOutput(lines: readonly string[]): Promise<void> {
  // A broken pipe is told twice: to the callback, and as an event that would end the process.
  if (!process.stdout.listeners("error").includes(ignore)) process.stdout.on("error", ignore);
  return new Promise((done, fail) => {
    process.stdout.write(lines.map(plainJson).join(""), (error) => (error ? fail(error) : done()));
  });
}

function ignore(): void {}

const REASONS: ReadonlyMap<string | undefined, string> = new Map([
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk quota is used up"],
  ["EPIPE", "nobody reads it any more (broken pipe)"],
  ["EACCES", "permission is missing"],
  ["EROFS", "the file system is read-only"],
  ["ENOENT", "its folder does not exist"],
  ["ENOTDIR", "its folder is a file"],
  ["EISDIR", "it is a folder"],
]);

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS.get(code) ?? message ?? String(error);
}
