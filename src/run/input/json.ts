// Reads a JSON file: a list of datapoints, or COCO annotations.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { broken, type Entry } from "./entry.ts";
import { jsonPieces, pieceValue } from "./json-pieces.ts";
import { readRecord, recordEntry } from "./record.ts";

/** The datapoints of a list of objects. An invalid item becomes an error row. */
export async function* jsonItems(stream: AsyncIterable<Buffer | string>, folder: string): AsyncGenerator<Entry> {
  let index = 0;
  for await (const piece of jsonPieces(stream)) {
    if (piece.key !== undefined) throw new Error("it is neither a list of datapoints nor a COCO annotation file");
    const read = pieceValue(piece);
    if (read.kind === "broken") yield broken(index, read.message);
    else yield recordEntry(readRecord(read.value), index, `line ${piece.line}, column ${piece.column}`, folder);
    index++;
  }
}

/** Whether the outermost value of a file is an object. */
export async function holdsMap(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return /^\ufeff?\s*\{/.test(buffer.toString("utf8", 0, bytesRead));
  } finally {
    await file.close();
  }
}

/** The file as a stream, which ends when the signal is aborted. */
export function fileStream(path: string, signal?: AbortSignal): AsyncIterable<Buffer> {
  return createReadStream(path, { ...(signal && { signal }), highWaterMark: 256 * 1024 });
}
