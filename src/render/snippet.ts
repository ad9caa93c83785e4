// The lines of one source that a finding is about, with the places that are marked in them.
import { printable } from "../base/quote.ts";
import { lineStartsOf, positionAt, type Source, type Span } from "../base/source.ts";
import { widthOf, wrap } from "./columns.ts";
import type { Paint, Style } from "./paint.ts";
import { type View, viewOf } from "./view.ts";

/** A place to underline, with its label. */
export interface Mark {
  readonly span: Span;
  readonly label: string | undefined;
  readonly sign: "^" | "-";
  readonly style: Style;
}

/** The part of a mark on one line, in offsets of that line. */
interface Piece extends Omit<Mark, "span"> {
  readonly from: number;
  readonly to: number;
}

export interface Layout {
  /** Columns of the line numbers. */
  readonly gutter: number;
  /** Columns of the terminal; `undefined` without a terminal, when nothing is wrapped. */
  readonly width: number | undefined;
  readonly paint: Paint;
}

/** The most columns of a line of source without a terminal. */
const WIDE = 160;

/** Of a mark over more lines than this, only the first and the last line are shown. */
const MOST_LINES = 4;

/** The fewest columns of a label below its mark. */
const LABEL_ROOM = 18;

/** The last line that is shown of a span. */
export function lastLineOf(span: Span): number {
  return positionAt(span.source, lastOffsetOf(span)).line;
}

/** The marked lines in their order, each with its underlines and labels; `·` replaces the lines between them. */
export function renderSnippet(source: Source, marks: readonly Mark[], layout: Layout): readonly string[] {
  const { gutter, paint } = layout;
  const byLine = piecesByLine(source, marks);
  const rows: string[] = [];
  const row = (margin: string, bar: string, text: string) =>
    rows.push(`${paint("frame", margin.padStart(gutter))} ${paint("frame", bar)} ${text}`.trimEnd());
  let before: number | undefined;
  for (const line of [...byLine.keys()].sort((a, b) => a - b)) {
    if (before !== undefined && line === before + 2)
      row(`${line - 1}`, "│", viewOf(lineText(source, line - 1), [0, 0], roomOf(layout)).text);
    else if (before !== undefined && line > before + 2) row("", "·", "");
    before = line;
    const text = lineText(source, line);
    for (const pieces of together(text, byLine.get(line) ?? [], layout)) {
      const view = viewOf(text, extentOf(pieces), roomOf(layout));
      row(`${line}`, "│", view.text);
      for (const group of apart(pieces)) for (const drawn of underline(group, view, layout)) row("", "│", drawn);
    }
  }
  return rows;
}

function piecesByLine(source: Source, marks: readonly Mark[]): ReadonlyMap<number, readonly Piece[]> {
  const byLine = new Map<number, Piece[]>();
  for (const { span, label, sign, style } of marks) {
    const first = positionAt(source, span.start).line;
    const last = lastLineOf(span);
    const isLong = last - first >= MOST_LINES;
    for (let line = first; line <= last; line = isLong && line < last ? last : line + 1) {
      const start = lineStartsOf(source)[line - 1] ?? 0;
      const text = lineText(source, line);
      const from = line === first ? Math.max(span.start - start, 0) : text.length - text.trimStart().length;
      const to = Math.max(line === last ? Math.min(span.end - start, text.length) : text.trimEnd().length, from);
      const pieces = byLine.get(line) ?? [];
      if (to > from || first === last || line === last) {
        pieces.push({ from, to, label: line === last ? label : undefined, sign, style });
      }
      byLine.set(line, pieces);
    }
  }
  return byLine;
}

/** A span that ends with a line break ends on the line before it. */
function lastOffsetOf({ source, start, end }: Span): number {
  const isBreak = end > start && source.text[end - 1] === "\n";
  return isBreak ? end - 1 : end;
}

function lineText(source: Source, line: number): string {
  const starts = lineStartsOf(source);
  const from = starts[line - 1] ?? 0;
  const next = starts[line];
  const text = source.text.slice(from, next === undefined ? source.text.length : next - 1);
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}

/** Pieces that can be shown in one view of a long line, and those that need a view of their own. */
function together(text: string, pieces: readonly Piece[], layout: Layout): readonly (readonly Piece[])[] {
  const ordered = [...pieces].sort((a, b) => a.from - b.from || a.to - b.to);
  const [start, end] = extentOf(ordered);
  const room = roomOf(layout) - 2;
  const fits = ordered.length === 1 || (end - start <= room && widthOf(text.slice(start, end)) <= room);
  return fits ? [ordered] : ordered.map((piece) => [piece]);
}

/** From where to where a line is marked. */
function extentOf(pieces: readonly Piece[]): readonly [number, number] {
  return [Math.min(...pieces.map(({ from }) => from)), Math.max(...pieces.map(({ to }) => to))];
}

function roomOf({ width, gutter }: Layout): number {
  return width === undefined ? WIDE : Math.max(width - gutter - 3, 8);
}

/** Groups of pieces that do not overlap; the place of the finding is nearest to the text. */
function apart(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const groups: Piece[][] = [];
  for (const piece of pieces) {
    const group = groups.find((each) => (each.at(-1)?.to ?? 0) < Math.max(piece.from, 1));
    if (group === undefined) groups.push([piece]);
    else group.push(piece);
  }
  const isWrong = (group: readonly Piece[]) => group.some(({ sign }) => sign === "^");
  return groups.sort((a, b) => Number(isWrong(b)) - Number(isWrong(a)));
}

interface Drawn {
  readonly column: number;
  readonly text: string;
  readonly style: Style;
}

/** The underlines of one line, and their labels: after the last underline if there is room, otherwise below. */
function underline(pieces: readonly Piece[], view: View, layout: Layout): readonly string[] {
  const { paint, width } = layout;
  const room = width === undefined ? Number.POSITIVE_INFINITY : roomOf(layout);
  const signs = pieces.map(({ from, to, sign, style }) => {
    const column = view.columnOf(from);
    return { column, text: sign.repeat(Math.max(1, view.endOf(to) - column)), style };
  });
  const rows: Drawn[][] = [signs];
  let hanging = pieces.flatMap(({ label, style }, i) =>
    label === undefined ? [] : [{ column: signs[i]?.column ?? 0, label: printable(label), style }],
  );
  const last = hanging.at(-1);
  const lastSign = signs.at(-1);
  if (last !== undefined && lastSign !== undefined && last.column === lastSign.column) {
    const column = lastSign.column + lastSign.text.length + 1;
    if (column + widthOf(last.label) <= room) {
      signs.push({ column, text: last.label, style: last.style });
      hanging = hanging.slice(0, -1);
    }
  }
  while (hanging.length > 0) {
    const { column: under, label, style } = hanging.pop() ?? { column: 0, label: "", style: "frame" };
    const column = Math.max(0, Math.min(under, room - Math.min(widthOf(label), LABEL_ROOM)));
    for (const text of wrap(label, room - column)) {
      const bars = hanging.filter((each) => each.column < column).map((each) => ({ ...each, text: "│" }));
      rows.push([...bars, { column, text, style }]);
    }
  }
  return rows.map((row) => draw(row, paint));
}

function draw(row: readonly Drawn[], paint: Paint): string {
  let text = "";
  let column = 0;
  for (const drawn of row) {
    text += " ".repeat(Math.max(drawn.column - column, 0)) + paint(drawn.style, drawn.text);
    column = drawn.column + widthOf(drawn.text);
  }
  return text;
}
