// The layout of text in a terminal: a character takes no column, one or two.
import stringWidth from "string-width";
import { printable } from "../base/quote.ts";
import { olderCommandsIn } from "../base/runner-commands.ts";

/** What a terminal shows as one character; `start` and `end` are its offsets in the original text. */
export interface Cell {
  readonly text: string;
  readonly width: number;
  readonly start: number;
  readonly end: number;
}

const TAB_STOP = 4;

/** Nearly all text; the segmenter for the rest of Unicode is slow to start. */
const PLAIN = /^[ -~]*$/;

let segmenter: Intl.Segmenter | undefined;

/** The characters of a text, as a terminal shows them. */
function charactersOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/** How many columns a text takes. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text, { countAnsiEscapeCodes: true });
}

/**
 * A piece of source text as cells: tabs extend to the next tab stop, and nothing is left that a terminal or GitHub's runner
 * would interpret.
 */
export function cellsOf(text: string): readonly Cell[] {
  const commands = olderCommandsIn(text);
  if (commands.size === 0 && PLAIN.test(text))
    return [...text].map((letter, at) => ({ text: letter, width: 1, start: at, end: at + 1 }));
  const cells: Cell[] = [];
  let column = 0;
  const add = (piece: string, start: number) => {
    const visible = commands.has(start) ? piece.replace("#", "\\u0023") : piece;
    const shown = piece === "\t" ? " ".repeat(TAB_STOP - (column % TAB_STOP)) : printable(visible);
    const width = widthOf(shown);
    cells.push({ text: shown, width, start, end: start + piece.length });
    column += width;
  };
  for (const { segment, index } of charactersOf(text)) {
    let at = index;
    for (const piece of segment === "\t" ? [segment] : withoutHidden(segment)) {
      add(piece, at);
      at += piece.length;
    }
  }
  return cells;
}

/** Splits a segment: an invisible character belongs to the letter before it, but its escape has a cell of its own. */
function withoutHidden(segment: string): readonly string[] {
  if (printable(segment) === segment) return [segment];
  const pieces: string[] = [];
  let wasHidden = true;
  for (const point of segment) {
    const isHidden = printable(point) !== point;
    if (isHidden || wasHidden) pieces.push(point);
    else pieces.push(`${pieces.pop() ?? ""}${point}`);
    wasHidden = isHidden;
  }
  return pieces;
}

/** A word; text in backquotes counts as one. */
const WORD = /((?:`[^`]{1,30}`|[^ ])*)(?: |$)/g;

/** Breaks text between words into lines of at most `room` columns; all but the first are indented. */
export function wrap(text: string, room: number, indent = ""): readonly string[] {
  if (widthOf(text) <= room) return [text];
  const lines: string[] = [];
  let line = "";
  let left = room;
  const begin = () => {
    lines.push(line.trimEnd());
    line = indent;
    left = Math.max(1, room - indent.length);
  };
  for (const [, word = ""] of text.matchAll(WORD)) {
    const width = widthOf(word);
    if (width > left && left < room - indent.length) begin();
    for (const piece of width > left ? broken(word, left, room - indent.length) : [word]) {
      const columns = widthOf(piece);
      if (columns > left) begin();
      line += piece;
      left -= columns;
    }
    line += " ";
    left = Math.max(left - 1, 0);
  }
  begin();
  return lines;
}

/** A word that is too long for a line, split after a separator if there is one, otherwise anywhere. */
function broken(word: string, first: number, room: number): readonly string[] {
  const pieces: string[] = [];
  let piece: string[] = [];
  let columns = 0;
  for (const { segment } of charactersOf(word)) {
    const width = widthOf(segment);
    const limit = pieces.length === 0 ? first : room;
    if (columns + width > limit && piece.length > 0) {
      const separator = piece.findLastIndex((character) => /[ ./\\_:,-]/.test(character));
      const end = separator >= piece.length / 2 ? separator + 1 : piece.length;
      pieces.push(piece.slice(0, end).join(""));
      piece = piece.slice(end);
      columns = widthOf(piece.join(""));
    }
    piece.push(segment);
    columns += width;
  }
  return [...pieces, piece.join("")];
}
