// Splits a text into logical lines, each with one or more statements. Brackets and backslashes join lines; strings and
// comments hide their contents. Guarantees: never throws; takes one pass (two if a string is unclosed); every
// definition in column 0 starts a logical line.

import { remember } from "../../base/remember.ts";
import type { Source, Span } from "../../base/source.ts";
import { startsDefinition, startsStatement } from "./statement-start.ts";
import { isPrefix, stringEnd } from "./strings.ts";
import { Character, classOf, lineEnd, type PythonText, skipBlanks, skipLineEnd, wordEnd } from "./text.ts";

/** A logical line without its indentation and line break. A tab advances to the next multiple of eight columns. */
export interface LogicalLine {
  readonly start: number;
  readonly end: number;
  readonly indent: number;
}

/** The logical lines of a text. `damage` lists unclosed brackets and strings: the text is incomplete. */
export interface Lines {
  readonly from: PythonText;
  readonly lines: readonly LogicalLine[];
  readonly damage: readonly Span[];
}

/** Splits a source into logical lines, once. */
export const linesOf: (source: Source) => Lines = remember((source) => {
  const trusted = split({ source, text: source.text, distrust: false });
  return trusted.isSuspicious ? split({ source, text: source.text, distrust: true }) : trusted;
});

/** The index of the line that starts at an offset; `undefined` if none does. */
export function lineAt({ lines }: Lines, offset: number): number | undefined {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return lines[low]?.start === offset ? low : undefined;
}

/** The lines of a definition's body. Statements on the line of the header come first. */
export function bodyLines({ source, start, end }: Span): readonly LogicalLine[] {
  const all = linesOf(source);
  const { lines } = all;
  const head = lineAt(all, start);
  const first = head === undefined ? undefined : lines[head];
  if (head === undefined || first === undefined) return [];
  let next = head + 1;
  while ((lines[next]?.indent ?? Number.NEGATIVE_INFINITY) > first.indent) next++;
  const below = lines.slice(head + 1, next);
  return first.end > end ? [{ start: end, end: first.end, indent: first.indent }, ...below] : below;
}

interface Splitter {
  readonly from: PythonText;
  readonly end: number;
  readonly lines: LogicalLine[];
  readonly damage: Span[];
  /**
   * Whether a triple-quoted string has no end, or is followed by something that cannot follow a string: quotes are
   * missing somewhere.
   */
  isSuspicious: boolean;
  at: number;
}

function split(from: PythonText): Splitter {
  const { text } = from;
  const splitter: Splitter = { from, end: text.length, lines: [], damage: [], isSuspicious: false, at: 0 };
  if (text.charCodeAt(0) === 0xfeff) splitter.at = 1;
  while (splitter.at < splitter.end) {
    const indent = readIndent(splitter);
    const start = splitter.at;
    const end = readLine(splitter);
    if (end > start) splitter.lines.push({ start, end, indent });
  }
  return splitter;
}

/** Moves to the first character of a line that is not blank or a comment, and measures its indentation. */
function readIndent(splitter: Splitter): number {
  const { text } = splitter.from;
  let column = 0;
  for (; splitter.at < splitter.end; splitter.at++) {
    const code = text.charCodeAt(splitter.at);
    if (code === 32) column++;
    else if (code === 9) column = (column | 7) + 1;
    else if (code === 12) column = 0;
    else if (code === 35 /* # */) splitter.at = lineEnd(text, splitter.at, splitter.end) - 1;
    else if (code === 10 || code === 13) column = 0;
    else if (column === 0 && isConflictMark(text, splitter.at)) skipConflictMark(splitter);
    else if (code !== 92 || !isLineEnd(text, splitter.at + 1)) break;
    else splitter.at = skipLineEnd(text, splitter.at + 1) - 1;
  }
  return column;
}

/**
 * `<<<<<<<`, `|||||||`, `=======` or `>>>>>>>`, the markers of a merge conflict. They are not Python, and not part of
 * any block.
 */
function isConflictMark(text: string, at: number): boolean {
  const mark = text[at] ?? "";
  return "<|=>".includes(mark) && text.startsWith(mark.repeat(7), at) && " \r\n".includes(text[at + 7] ?? "");
}

function skipConflictMark(splitter: Splitter): void {
  const { from, at, end } = splitter;
  const { source, text } = from;
  splitter.damage.push({ source, start: at, end: at + 7 });
  splitter.at = lineEnd(text, at, end) - 1;
}

function isLineEnd(text: string, at: number): boolean {
  return classOf(text.charCodeAt(at)) === Character.LINE_END;
}

/** Moves past the logical line that starts here and returns its end. */
function readLine(splitter: Splitter): number {
  const { from, end } = splitter;
  const { text } = from;
  const start = splitter.at;
  let depth = 0;
  let opened = start;
  let i = start;
  while (i < end) {
    const code = text.charCodeAt(i);
    switch (classOf(code)) {
      case Character.WORD: {
        const stop = wordEnd(text, i, end);
        const isLiteral = stop < end && classOf(text.charCodeAt(stop)) === Character.QUOTE && isPrefix(text, i, stop);
        i = isLiteral ? skipString(splitter, i, stop) : stop;
        break;
      }
      case Character.QUOTE:
        i = skipString(splitter, i, i);
        break;
      case Character.OPEN:
        if (depth++ === 0) opened = i;
        i++;
        break;
      case Character.CLOSE:
        if (depth > 0) depth--;
        i++;
        break;
      case Character.COMMENT:
        i = lineEnd(text, i, end);
        break;
      case Character.BACKSLASH: {
        const next = isLineEnd(text, i + 1) ? skipLineEnd(text, i + 1) : i + 1;
        // A definition can only follow a line continuation if the rest of the line is still being written.
        const isJoin = next > i + 1 && text.charCodeAt(next) !== 64; /* @ */
        if (isJoin && startsDefinition(text, next, end) && !isAsync(text, start, i)) {
          return leaveLine(splitter, i, next);
        }
        i = next;
        break;
      }
      case Character.LINE_END: {
        const next = skipLineEnd(text, i);
        if (depth === 0) return leaveLine(splitter, i, next);
        if (startsStatement(text, next, end)) {
          splitter.damage.push({ source: from.source, start: opened, end: opened + 1 });
          return leaveLine(splitter, i, next);
        }
        i = next;
        break;
      }
      default:
        i++;
    }
  }
  if (depth > 0) splitter.damage.push({ source: from.source, start: opened, end: opened + 1 });
  return leaveLine(splitter, end, end);
}

/** `async` at the end of a line may be continued by `def` on the next one. */
function isAsync(text: string, start: number, end: number): boolean {
  const stop = wordEnd(text, start, end);
  return text.slice(start, stop) === "async" && skipBlanks(text, stop, end) === end;
}

function leaveLine(splitter: Splitter, end: number, next: number): number {
  splitter.at = next;
  return end;
}

function skipString(splitter: Splitter, start: number, quote: number): number {
  const { from, end, damage } = splitter;
  const { text } = from;
  const literal = stringEnd(from, start, quote, end);
  if (literal.ending !== "closed") damage.push({ source: from.source, start, end: quote + 1 });
  const isTriple = text.startsWith((text[quote] ?? "").repeat(3), quote);
  const isDoubtful = isTriple && literal.ending === "closed" && isFollowedByWord(text, literal.end, end);
  if (literal.ending === "endless" || isDoubtful) splitter.isSuspicious = true;
  return literal.end;
}

const FOLLOWING: ReadonlySet<string> = new Set(["and", "as", "async", "else", "for", "if", "in", "is", "not", "or"]);

/** Whether a word follows that cannot follow a string; then the string starts or ends in the wrong place. */
function isFollowedByWord(text: string, at: number, end: number): boolean {
  const start = skipBlanks(text, at, end);
  const stop = wordEnd(text, start, Math.min(end, start + 8));
  if (stop === start || FOLLOWING.has(text.slice(start, stop))) return false;
  return !(classOf(text.charCodeAt(stop)) === Character.QUOTE && isPrefix(text, start, stop));
}
