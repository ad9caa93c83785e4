// Where datapoints come from: a folder of files, a file or a stream, or an iterable. Nothing is read ahead.
import { stat } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { found, messageOf, problem, type Result } from "../../base/result.ts";
import { whyUnreadable } from "../../system/paths.ts";
import type { Datapoint } from "../api/datapoint.ts";
import { type Entry, toEntry } from "./entry.ts";
import { filesBelow } from "./folder.ts";
import { jsonLines } from "./jsonl.ts";
import { collectMistakes } from "./mistakes.ts";

/** An input that is there; it can be opened again for every model unless it is a stream. */
export interface Input {
  readonly once: boolean;
  readonly open: (signal: AbortSignal) => AsyncIterable<Entry>;
}

/** Up to this size a file is read before anything starts, so that all of its mistakes are said at once. */
const CHECKED_BYTES = 16 * 1024 * 1024;

const FORMATS = "a folder, a .jsonl, .csv or .json file, annotations of COCO, or `-` for JSON lines on standard input";

interface Reader {
  readonly entries: (stream: AsyncIterable<Buffer>, folder: string) => AsyncIterable<Entry>;
  /** Whether the file may hold the annotations of COCO instead. */
  readonly isJson?: true;
}

/** What reads a file, by the ending of its name; loaded only where it is needed. */
const FILES: ReadonlyMap<string, () => Promise<Reader>> = new Map<string, () => Promise<Reader>>([
  [".jsonl", async () => ({ entries: jsonLines })],
  [".ndjson", async () => ({ entries: jsonLines })],
  [".csv", async () => ({ entries: (await import("./csv.ts")).csvRows })],
  [".json", async () => ({ entries: (await import("./json.ts")).jsonItems, isJson: true })],
]);

/** Finds out what the input is and whether it can be read; `images` is the folder of the images of COCO annotations. */
export async function findInput(
  source: AsyncIterable<Datapoint> | string,
  images?: string | undefined,
): Promise<Result<Input>> {
  if (typeof source !== "string") return input(true, () => entries(source));
  if (source === "-") return input(true, (signal) => jsonLines(standardInput(signal), process.cwd()));
  const path = resolve(source);
  const reason = await whyUnreadable(path);
  if (reason !== undefined) return problem(`\`${source}\` ${reason}`);
  const entry = await stat(path);
  if (entry.isDirectory()) return input(false, () => filesBelow(path));
  const read = await FILES.get(extname(path).toLowerCase())?.();
  if (read === undefined) return problem(`\`${source}\` is not ${FORMATS}`);

  const { fileStream, holdsMap } = await import("./json.ts");
  if (read.isJson && entry.isFile() && (await holdsMap(path))) {
    const { cocoInput } = await import("./coco.ts");
    const coco = await cocoInput(path, images);
    return coco.kind === "problem" ? problem(`\`${source}\`: ${coco.message}`) : input(false, coco.value);
  }
  if (images !== undefined) return problem(`\`${source}\` holds no annotations of COCO, so \`--images\` means nothing`);
  const opened = (signal?: AbortSignal): AsyncIterable<Entry> => read.entries(fileStream(path, signal), dirname(path));
  if (entry.isFile() && entry.size <= CHECKED_BYTES) {
    const mistakes = await mistakesIn(opened());
    if (mistakes !== undefined) return problem(`\`${source}\`, ${mistakes}`);
  }
  return input(!entry.isFile(), opened);
}

/** What is wrong with the entries of a file, as one message. */
async function mistakesIn(found: AsyncIterable<Entry>): Promise<string | undefined> {
  const mistakes = collectMistakes();
  try {
    for await (const entry of found) if (entry.kind === "broken") mistakes.add(entry.error.message);
  } catch (error) {
    mistakes.add(messageOf(error));
  }
  return mistakes.text();
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
