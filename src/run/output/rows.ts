// Reads the rows of an output file. An incomplete line at its end is ignored.
import { createReadStream } from "node:fs";
import { lines } from "../../system/lines.ts";

/** A row of an output file, and its position. */
export interface OutputRow {
  readonly index: number;
  readonly id: string;
  readonly model: string;
  readonly isError: boolean;
  /** The line number, from 1. */
  readonly line: number;
  readonly start: number;
  /** The offset after its newline. */
  readonly end: number;
}

/** Reads the complete rows of a file. Throws an error about the first line that is not a row. */
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
  throw new Error(`line ${line} is not an output row`);
}
