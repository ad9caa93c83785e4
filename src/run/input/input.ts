// Opens the input of a run: a folder, a file, a stream or an iterable. Nothing is read ahead.
import { stat } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { found, messageOf, problem, type Result } from "../../base/result.ts";
import { whyUnreadable } from "../../system/paths.ts";
import type { Datapoint } from "../api/datapoint.ts";
import type { DatasetFiles } from "../api/dataset.ts";
import { type Entry, toEntry } from "./entry.ts";
import { filesBelow } from "./folder.ts";
import { jsonLines } from "./jsonl.ts";
import { collectMistakes } from "./mistakes.ts";

/** An input. It can be opened again for each model unless it is a stream (`once`). */
export interface Input {
  readonly once: boolean;
  /** The folders that contain the files of all its datapoints, if they are known without reading it. */
  readonly folders: readonly string[];
  readonly open: (signal: AbortSignal) => AsyncIterable<Entry>;
}

/** A file up to this size is checked before anything starts, so that all of its mistakes are reported at once. */
const CHECKED_BYTES = 16 * 1024 * 1024;

const FORMATS =
  "a folder, a .jsonl, .csv or .json file, a COCO annotation file, or `-` for JSON Lines on standard input";

interface Reader {
  readonly entries: (stream: AsyncIterable<Buffer>, folder: string) => AsyncIterable<Entry>;
  /** Whether the file may also be a COCO annotation file. */
  readonly isJson?: true;
}

/** The readers of files, by suffix. They are loaded only when they are needed. */
const FILES: ReadonlyMap<string, () => Promise<Reader>> = new Map<string, () => Promise<Reader>>([
  [".jsonl", async () => ({ entries: jsonLines })],
  [".ndjson", async () => ({ entries: jsonLines })],
  [".csv", async () => ({ entries: (await import("./csv.ts")).csvRows })],
  [".json", async () => ({ entries: (await import("./json.ts")).jsonItems, isJson: true })],
]);

/** Determines the kind of the input and checks that it can be read. `images` is the image folder of a COCO annotation file. */
export async function findInput(
  source: AsyncIterable<Datapoint> | DatasetFiles | string,
  images?: string | undefined,
): Promise<Result<Input>> {
  if (typeof source === "object") {
    return "format" in source ? datasetInput(source) : input(true, () => entries(source));
  }
  if (source === "-") return input(true, (signal) => jsonLines(standardInput(signal), process.cwd()));
  const path = resolve(source);
  const reason = await whyUnreadable(path);
  if (reason !== undefined) return problem(`\`${source}\` ${reason}`);
  const entry = await stat(path);
  if (entry.isDirectory()) return input(false, () => filesBelow(path), [path]);
  const read = await FILES.get(extname(path).toLowerCase())?.();
  if (read === undefined) return problem(`\`${source}\` is not ${FORMATS}`);

  const { holdsMap } = await import("./json.ts");
  if (read.isJson && entry.isFile() && (await holdsMap(path))) {
    const { cocoInput } = await import("./coco.ts");
    const coco = await cocoInput(path, images);
    if (coco.kind === "problem") return problem(`\`${source}\`: ${coco.message}`);
    return input(false, coco.value.open, [coco.value.folder]);
  }
  if (images !== undefined)
    return problem(`\`${source}\` is not a COCO annotation file, so \`--images\` cannot be used`);
  return fileInput(source, dirname(path), read);
}

/** The datapoints of a file. Relative paths in it start from `folder`. */
async function fileInput(source: string, folder: string, read: Reader): Promise<Result<Input>> {
  const { fileStream } = await import("./json.ts");
  const path = resolve(source);
  const entry = await stat(path);
  const opened = (signal?: AbortSignal): AsyncIterable<Entry> => read.entries(fileStream(path, signal), folder);
  if (entry.isFile() && entry.size <= CHECKED_BYTES) {
    const mistakes = await mistakesIn(opened());
    if (mistakes !== undefined) return problem(`\`${source}\`, ${mistakes}`);
  }
  return input(!entry.isFile(), opened);
}

/** The datapoints of a dataset, in the layout of its format. */
async function datasetInput(files: DatasetFiles): Promise<Result<Input>> {
  const { format, data, annotations } = files;
  if (format === "COCO") return findInput(annotations ?? data, data);
  const { classFolders, manifestOf } = await import("./dataset.ts");
  if (format === "ImageNet") return input(false, () => classFolders(data), [data]);
  const manifest = await manifestOf(files);
  const read = await FILES.get(extname(manifest).toLowerCase())?.();
  if (read === undefined) return findInput(manifest);
  const listed = await fileInput(manifest, manifest === data ? dirname(data) : data, read);
  return listed.kind === "value" ? found({ ...listed.value, folders: [data] }) : listed;
}

/** The mistakes in the entries of a file, as one message. */
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

function input(once: boolean, open: Input["open"], folders: readonly string[] = []): Result<Input> {
  return found({ once, open, folders });
}
