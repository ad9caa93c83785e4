// JSON lines: one object a line, `id` is what the output calls it, everything else is an input.
import { isAbsolute, join } from "node:path";
import { broken, type Entry } from "./datapoint.ts";

/** Inputs whose value is a path; a relative one is meant from the folder of the file. */
const PATH_INPUTS = ["image", "file", "path"];

const MAX_LINE = 256 * 1024 * 1024;
const NEWLINE = 10;
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** The datapoints of a stream of lines. A blank line is skipped; a broken one becomes an error row. */
export async function* jsonLines(stream: AsyncIterable<Buffer | string>, folder: string): AsyncGenerator<Entry> {
  let index = 0;
  for await (const { number, bytes } of lines(stream)) {
    const line = parseLine(bytes);
    if (line.kind === "blank") continue;
    yield line.kind === "broken"
      ? broken(index, `line ${number} ${line.message}`)
      : {
          kind: "datapoint",
          index,
          id: line.id ?? String(index),
          datapoint: { inputs: inFolder(line.inputs, folder) },
        };
    index++;
  }
}

/** Says which line of a stream is the first that cannot be read, if one is. */
export async function firstBrokenLine(stream: AsyncIterable<Buffer | string>): Promise<string | undefined> {
  for await (const { number, bytes } of lines(stream)) {
    const line = parseLine(bytes);
    if (line.kind === "broken") return `line ${number} ${line.message}`;
  }
  return undefined;
}

type Line =
  | { readonly kind: "blank" }
  | { readonly kind: "broken"; readonly message: string }
  | { readonly kind: "inputs"; readonly id: string | undefined; readonly inputs: Record<string, unknown> };

function parseLine(bytes: Buffer): Line {
  let value: unknown;
  try {
    const text = UTF8.decode(bytes).trim(); // takes a byte order mark away, too
    if (text === "") return { kind: "blank" };
    value = JSON.parse(text);
  } catch (error) {
    const isText = error instanceof SyntaxError;
    return { kind: "broken", message: isText ? `is not JSON: ${error.message}` : "is not text in UTF-8" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { kind: "broken", message: "is not a JSON object" };
  }
  const { id, ...inputs } = value as Record<string, unknown>;
  if (id === undefined || typeof id === "string") return { kind: "inputs", id, inputs };
  if (typeof id === "number") return { kind: "inputs", id: String(id), inputs };
  return { kind: "broken", message: "has an `id` that is neither text nor a number" };
}

function inFolder(inputs: Record<string, unknown>, folder: string): Record<string, unknown> {
  for (const name of PATH_INPUTS) {
    const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (typeof value === "string" && !isAbsolute(value) && !/^[a-z][a-z0-9+.-]+:\/\//i.test(value)) {
      inputs[name] = join(folder, value);
    }
  }
  return inputs;
}

/** The lines of a stream with their numbers, from 1. */
async function* lines(stream: AsyncIterable<Buffer | string>): AsyncGenerator<{ number: number; bytes: Buffer }> {
  let number = 1;
  let pending: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    const chunk = typeof piece === "string" ? Buffer.from(piece) : piece;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      pending.push(chunk.subarray(start, end));
      yield { number: number++, bytes: Buffer.concat(pending) };
      pending = [];
      size = 0;
      start = end + 1;
    }
    pending.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > MAX_LINE) throw new Error(`line ${number} is longer than ${MAX_LINE} bytes`);
  }
  if (size > 0) yield { number, bytes: Buffer.concat(pending) };
}
