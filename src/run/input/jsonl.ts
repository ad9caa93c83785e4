// Reads JSON Lines: one object per line.

import { problem, type Result } from "../../base/result.ts";
import { lines, lineText } from "../../system/lines.ts";
import type { Entry } from "./entry.ts";
import { readJson } from "./read-json.ts";
import { type Identified, readRecord, recordEntry } from "./record.ts";

/** The datapoints of a stream of lines. A blank line is skipped. An invalid line becomes an error row. */
export async function* jsonLines(stream: AsyncIterable<Buffer | string>, folder: string): AsyncGenerator<Entry> {
  let index = 0;
  for await (const line of lines(stream)) {
    const text = lineText(line);
    if (text?.trim() === "") continue;
    yield recordEntry(readLine(text), index++, `line ${line.number}`, folder);
  }
}

function readLine(text: string | undefined): Result<Identified> {
  if (text === undefined) return problem("is not valid UTF-8");
  const read = readJson(text);
  if (read.kind === "value") return readRecord(read.value);
  return problem(`is not JSON: ${read.message} at column ${read.offset + 1}`);
}
