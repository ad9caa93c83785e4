// The output of a run: a file, standard output or a function. Lines are written in the order of the calls, with backpressure.
import { resolve } from "node:path";
import { plainJson } from "../../base/json-text.ts";
import { found, problem, type Result } from "../../base/result.ts";
import type { OutputSink } from "../api/options.ts";
import type { EarlierOutput } from "./earlier.ts";
import { openFileTarget } from "./output-file.ts";
import type { OutputTarget } from "./target.ts";

/** An open output. After an error, nothing more is written, and `problem` returns the reason. */
export interface Output {
  /** Temporary files of killed runs. They are removed when the output is complete. */
  readonly leftBehind: readonly string[];
  /** Writes complete lines. */
  readonly write: (lines: readonly string[]) => Promise<void>;
  /** Closes the output; a temporary file is renamed. `isWhole` is true if all rows were written. */
  readonly close: (isWhole: boolean) => Promise<void>;
  /** Closes the output and leaves the file as it was before. */
  readonly discard: () => Promise<void>;
  readonly problem: () => string | undefined;
}

/**
 * Opens a path (including the rows of an earlier run if there are any), `-` for standard output, a function, or nothing.
 * Symbolic links must not leave `root`.
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

/** Runs one write at a time, even if several models write. Nothing is written after the first failure. */
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

/** Escapes control characters, so that the text of a prediction cannot control a terminal or a log. */
function writeStandardOutput(lines: readonly string[]): Promise<void> {
  // A broken pipe is reported to the callback, and also as an event, which would end the process.
  if (!process.stdout.listeners("error").includes(ignore)) process.stdout.on("error", ignore);
  return new Promise((done, fail) => {
    process.stdout.write(lines.map(plainJson).join(""), (error) => (error ? fail(error) : done()));
  });
}

function ignore(): void {}

const REASONS: ReadonlyMap<string | undefined, string> = new Map([
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk quota is exceeded"],
  ["EPIPE", "the reader has closed it (broken pipe)"],
  ["EACCES", "permission denied"],
  ["EROFS", "the file system is read-only"],
  ["ENOENT", "its folder does not exist"],
  ["ENOTDIR", "its folder is a file"],
  ["EISDIR", "it is a folder"],
]);

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS.get(code) ?? message ?? String(error);
}
