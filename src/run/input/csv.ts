// Tables: the header names the inputs, every cell is text. The reader is our own because of row recovery: a quote in the
// wrong place breaks the row that it is in, and the rows after it are read.
import { found } from "../../base/result.ts";
import { type CsvRecord, csvRecords } from "./csv-records.ts";
import { broken, type Entry } from "./entry.ts";
import { recordEntry } from "./record.ts";

/** The datapoints of a table, row by row. A broken row becomes an error row; a broken header ends everything. */
export async function* csvRows(stream: AsyncIterable<Buffer | string>, folder: string): AsyncGenerator<Entry> {
  let header: readonly string[] | undefined;
  let index = 0;
  for await (const record of csvRecords(stream)) {
    if (header === undefined) header = readHeader(record);
    else yield readRow(record, header, index++, folder);
  }
  if (header === undefined) throw new Error("it is empty; the first line has to name the inputs");
}

/** The names of the columns; throws with what is wrong with them. */
function readHeader(record: CsvRecord): readonly string[] {
  if (record.kind === "broken") throw new Error(record.message);
  const { line, cells } = record;
  const [only = ""] = cells;
  const separator = cells.length === 1 ? /[;\t]/.exec(only)?.[0] : undefined;
  if (separator !== undefined) {
    const shown = separator === "\t" ? "tabs" : `\`${separator}\``;
    throw new Error(`line ${line} separates its names by ${shown}; columns are separated by commas`);
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
  // Own properties, whatever the names are.
  const { id, ...inputs } = Object.fromEntries(header.map((name, column) => [name, cells[column] ?? ""]));
  return recordEntry(found({ id, inputs }), index, `line ${line}`, folder);
}
