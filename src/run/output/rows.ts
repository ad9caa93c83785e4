// The rows of an output file, as far as it goes: a half line at its end is none.
import { createReadStream } from "node:fs";
import { lines } from "../../system/lines.ts";

/** One row of an output file, and where it lies. */
export interface OutputRow {
  readonly index: number;
  readonly id: string;
  readonly model: string;
  readonly isError: boolean;
  /** From 1. */
  readonly line: number;
  readonly start: number;
  /** Behind its newline. */
  readonly end: number;
}

/** Reads the whole rows of a file; throws a sentence about the first line that is none. */
export async function* outputRows(path: string): AsyncGenerator<OutputRow> {
  const stream = createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>;
  for await (const { number: line, bytes, start, isWhole } of lines(stream)) {
    if (isWhole) yield { ...parseRow(bytes.toString("utf8"), line), line, start, end: start + bytes.length + 1 };
  }
}

function parseRow(text: string, line: number): Pick<OutputRow, "index" | "id" | "model" | "isError"> {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    throw new Error(`line ${line} is not JSON`);
  }
  if (typeof row === "object" && row !== null) {
    const { index, id, model, error } = row as Record<string, unknown>;
    const isError = typeof error === "object" && error !== null;
    const isRow = Number.isSafeInteger(index) && typeof id === "string" && typeof model === "string";
    if (isRow && (isError || Object.hasOwn(row, "predictions"))) return { index: Number(index), id, model, isError };
  }
  throw new Error(`line ${line} is no row of predictions`);
}
