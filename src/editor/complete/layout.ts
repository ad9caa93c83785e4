// The layout of new text: it uses the indentation and the line breaks of the document.
import type { Source } from "../../base/source.ts";

/** The indentation and the line breaks of a document. */
export interface Layout {
  readonly newline: "\n" | "\r\n";
  /** The columns by which a map is indented below its key. */
  readonly step: number;
  /** The columns by which the dashes of a list are indented below its key. */
  readonly dash: number;
}

/** The beginning of a document is enough to see how it is indented. */
const MAX_READ = 20_000;

/** The layout of a document. The default is two columns for each level. */
export function layoutOf({ text }: Source, newline: Layout["newline"]): Layout {
  const beginning = text.slice(0, MAX_READ).replace(/^\ufeff/, "");
  const list = /^( *)(?:- +)?["']?[\w-]+["']?:[ \t]*\r?\n(?:[ \t]*\r?\n)*( *)- /m.exec(beginning);
  const map = /^( *)((?:- +)?)["']?[\w-]+["']?:[ \t]*\r?\n(?:[ \t]*\r?\n)*( *)["']?[\w-]+["']?:/m.exec(beginning);
  const step = map === null ? 2 : (map[3] ?? "").length - (map[1] ?? "").length - (map[2] ?? "").length;
  const dash = list === null ? 2 : (list[2] ?? "").length - (list[1] ?? "").length;
  return { newline, step: step > 0 && step <= 8 ? step : 2, dash: dash >= 0 && dash <= 8 ? dash : 2 };
}

/** A piece of new text, or a place where the user continues to write. */
export type Piece = string | { readonly words: readonly string[] };

/** A place where the user writes something. */
export const HOLE: Piece = { words: [] };

/** Lines with the columns by which they are indented. */
export interface Line {
  readonly indent: number;
  readonly pieces: readonly Piece[];
}

/** The lines, more deeply indented. */
export function indented(lines: readonly Line[], by: number): readonly Line[] {
  return lines.map(({ indent, pieces }) => ({ indent: indent + by, pieces }));
}

/** The lines of an item: a dash before the first one, and the others below it. */
export function itemOf(lines: readonly Line[]): readonly Line[] {
  return lines.map(({ indent, pieces }, i) =>
    i === 0 ? { indent, pieces: ["- ", ...pieces] } : { indent: indent + 2, pieces },
  );
}

/** The text of lines whose first one starts at the cursor, and the same with LSP placeholders. */
export function printLines(
  lines: readonly Line[],
  column: number,
  { newline }: Layout,
): { readonly text: string; readonly snippet: string } {
  let count = 0;
  const print = (piece: Piece, isSnippet: boolean): string => {
    if (typeof piece === "string") return isSnippet ? escapeSnippet(piece) : piece;
    if (!isSnippet) return "";
    count += 1;
    return piece.words.length === 0 ? `$${count}` : `\${${count}|${piece.words.map(escapeChoice).join(",")}|}`;
  };
  const all = (isSnippet: boolean) =>
    lines
      .map(({ indent, pieces }, i) => {
        return (i === 0 ? "" : " ".repeat(column + indent)) + pieces.map((piece) => print(piece, isSnippet)).join("");
      })
      .join(newline);
  return { text: all(false), snippet: all(true) };
}

/** Escapes a text for a snippet. */
export function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, "\\$&");
}

function escapeChoice(text: string): string {
  return text.replace(/[\\,|$}]/g, "\\$&");
}
