// Reads CSV records as in RFC 4180. Cells are separated by commas, and quoted if they contain commas, quotes or newlines.
import { type Line, lines, lineText, MAX_LINE } from "../../system/lines.ts";

/** A record and the line in which it begins, or a message that says what is wrong and where. */
export type CsvRecord =
  | { readonly kind: "cells"; readonly line: number; readonly cells: readonly string[] }
  | { readonly kind: "broken"; readonly line: number; readonly message: string };

/** A record whose last cell is a quoted cell that is not closed yet. */
interface Unfinished {
  readonly line: number;
  /** The line and the column of the quote that opens the cell. */
  readonly quote: { readonly line: number; readonly column: number };
  readonly cells: string[];
  /** The content of the cell so far. */
  readonly pieces: string[];
  size: number;
}

const TEXT_AFTER_QUOTE = "text after a closing quote";

/** The records of a stream, read on demand. Empty lines are skipped. Lines end with LF or CRLF. */
export async function* csvRecords(stream: AsyncIterable<Buffer | string>): AsyncGenerator<CsvRecord> {
  let unfinished: Unfinished | undefined;
  for await (const line of lines(stream)) {
    const read = readLine(line, unfinished);
    unfinished = "pieces" in read ? read : undefined;
    if (unfinished !== undefined && unfinished.size > MAX_LINE) throw new Error(openQuoteMessage(unfinished));
    if ("kind" in read && (read.kind === "broken" || read.cells.length > 0)) yield read;
  }
  if (unfinished !== undefined) yield { kind: "broken", line: unfinished.line, message: openQuoteMessage(unfinished) };
}

function openQuoteMessage({ quote }: Unfinished): string {
  return `the quote in line ${quote.line}, column ${quote.column} is not closed`;
}

/** Reads one line, which may continue an open cell. */
function readLine(source: Line, before: Unfinished | undefined): CsvRecord | Unfinished {
  const { number } = source;
  const line = before?.line ?? number;
  const raw = lineText(source);
  const broken = (message: string): CsvRecord => ({ kind: "broken", line, message: `line ${number}${message}` });
  if (raw === undefined) return broken(" is not valid UTF-8");
  const text = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
  const cells = before?.cells ?? [];
  let at = 0;
  let unfinished = before;
  if (before === undefined) {
    if (text === "") return { kind: "cells", line, cells };
    if (!text.includes('"')) return { kind: "cells", line, cells: text.split(",") };
  } else {
    before.pieces.push("\n");
  }
  for (;;) {
    if (unfinished === undefined && text[at] === '"') {
      at++;
      unfinished = { line, quote: { line: number, column: at }, cells, pieces: [], size: before?.size ?? 0 };
    }
    if (unfinished === undefined) {
      const end = ends(text, at);
      const cell = text.slice(at, end);
      const quote = cell.indexOf('"');
      if (quote >= 0) return broken(`, column ${at + quote + 1}: a quote in an unquoted cell`);
      cells.push(cell);
      at = end;
    } else {
      const end = closingQuote(raw, at);
      unfinished.pieces.push(raw.slice(at, end).replaceAll('""', '"'));
      if (end === raw.length) {
        unfinished.size += raw.length;
        return unfinished;
      }
      cells.push(unfinished.pieces.join(""));
      unfinished = undefined;
      at = end + 1;
      if (at < text.length && text[at] !== ",") return broken(`, column ${at + 1}: ${TEXT_AFTER_QUOTE}`);
    }
    if (at >= text.length) return { kind: "cells", line, cells };
    at++; // the comma
  }
}

function ends(text: string, from: number): number {
  const comma = text.indexOf(",", from);
  return comma < 0 ? text.length : comma;
}

/** The position of the quote that closes a cell; the end of the text if there is none. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at;
  return text.length;
}
