// Where datapoints come from: a folder of files, a .jsonl file or stream, or an iterable. Nothing is read ahead.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Datapoint, type Entry, toEntry } from "./datapoint.ts";
import { whyUnreadable } from "./fetch.ts";
import { filesBelow } from "./folder-input.ts";
import { firstBrokenLine, jsonLines } from "./jsonl-input.ts";
import { found, problem, type Result } from "./result.ts";

/** An input that is there; it can be opened again for every model unless it is a stream. */
export interface Input {
  readonly once: boolean;
  readonly open: (signal: AbortSignal) => AsyncIterable<Entry>;
}

/** Up to this size a file of lines is checked before anything starts. */
const CHECKED_BYTES = 16 * 1024 * 1024;

const FORMATS = "a folder, a .jsonl file, or `-` for JSON lines on standard input";

/** Finds out what the input is and whether it can be read. */
export async function findInput(source: AsyncIterable<Datapoint> | string): Promise<Result<Input>> {
  if (typeof source !== "string") return input(true, () => entries(source));
  if (source === "-") return input(true, (signal) => jsonLines(standardInput(signal), process.cwd()));
  const path = resolve(source);
  const reason = await whyUnreadable(path);
  if (reason !== undefined) return problem(`\`${source}\` ${reason}`);
  const entry = await stat(path);
  if (entry.isDirectory()) return input(false, () => filesBelow(path));
  if (!/\.(jsonl|ndjson)$/i.test(source)) return problem(`\`${source}\` is not ${FORMATS}`);
  if (entry.isFile() && entry.size <= CHECKED_BYTES) {
    const brokenLine = await firstBrokenLine(createReadStream(path)).catch((error: Error) => error.message);
    if (brokenLine !== undefined) return problem(`\`${source}\`, ${brokenLine}`);
  }
  return input(!entry.isFile(), (signal) => jsonLines(createReadStream(path, { signal }), dirname(path)));
}

function standardInput(signal: AbortSignal): NodeJS.ReadStream {
  const stream = process.stdin;
  signal.addEventListener("abort", () => stream.destroy(), { once: true });
  return stream;
}

async function* entries(source: AsyncIterable<Datapoint>): AsyncGenerator<Entry> {
  let index = 0;
  for await (const value of source) yield toEntry(value, index++);
}

function input(once: boolean, open: Input["open"]): Result<Input> {
  return found({ once, open });
}
