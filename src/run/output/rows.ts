// The rows of an output file, as far as it goes: a half line at its end is none.
import { createReadStream } from "node:fs";

const NEWLINE = 10;

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
  let line = 1;
  let start = 0;
  let pending: Buffer[] = [];
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      pending.push(chunk.subarray(from, at));
      const bytes = pending.length === 1 ? pending[0] : Buffer.concat(pending);
      const end = start + (bytes?.length ?? 0) + 1;
      yield { ...parseRow(bytes?.toString("utf8") ?? "", line), line, start, end };
      pending = [];
      from = at + 1;
      start = end;
      line++;
    }
    if (from < chunk.length) pending.push(chunk.subarray(from));
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
