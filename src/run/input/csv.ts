// Reads CSV files: the header names the inputs, and every cell is text. The reader is our own because of row recovery: a
// misplaced quote breaks only its own row, and the rows after it are read.
import { found } from "../../base/result.ts";
import { type CsvRecord, csvRecords } from "./csv-records.ts";
import { broken, type Entry } from "./entry.ts";
import { recordEntry } from "./record.ts";

/** The datapoints of a table, row by row. An invalid row becomes an error row. Throws if the header is invalid. */
export async function* csvRows(stream: AsyncIterable<Buffer | string>, folder: string): AsyncGenerator<Entry> {
  let header: readonly string[] | undefined;
  let index = 0;
  for await (const record of csvRecords(stream)) {
    if (header === undefined) header = readHeader(record);
    else yield readRow(record, header, index++, folder);
  }
  if (header === undefined) throw new Error("the file is empty; the first line must name the inputs");
}

/** The names of the columns. Throws if they are invalid. */
function readHeader(record: CsvRecord): readonly string[] {
  if (record.kind === "broken") throw new Error(record.message);
  const { line, cells } = record;
  const [only = ""] = cells;
  const separator = cells.length === 1 ? /[;\t]/.exec(only)?.[0] : undefined;
  if (separator !== undefined) {
    const shown = separator === "\t" ? "tabs" : `\`${separator}\``;
    throw new Error(`line ${line} separates its columns with ${shown}; use commas`);
  }
  const unnamed = cells.indexOf("") + 1;
  if (unnamed > 0) throw new Error(`line ${line}: column ${unnamed} of the header has no name`);
  const twice = cells.find((name, position) => cells.indexOf(name) < position);
  if (twice !== undefined) throw new Error(`line ${line}: the header has two columns named \`${twice.slice(0, 100)}\``);
  return cells;
}

function readRow(record: CsvRecord, header: readonly string[], index: number, folder: string): Entry {
  if (record.kind === "broken") return broken(index, record.message);
  const { line, cells } = record;
  if (cells.length !== header.length) {
    const count = `${cells.length} cell${cells.length === 1 ? "" : "s"}`;
    return broken(index, `line ${line} has ${count}, but the header names ${header.length}`);
  }
  // `Object.fromEntries` creates own properties, even for a column named `__proto__`.
  const { id, ...inputs } = Object.fromEntries(header.map((name, column) => [name, cells[column] ?? ""]));
  return recordEntry(found({ id, inputs }), index, `line ${line}`, folder);
}
