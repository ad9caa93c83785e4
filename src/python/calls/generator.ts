import { remember } from "../../base/remember.ts";
import type { Source, Span } from "../../base/source.ts";
import { bodyLines, type LogicalLine, lineAt, linesOf } from "../text/lines.ts";
import type { PythonText } from "../text/text.ts";
import { advance, copyOf, cursorOver, isOperator, isWord, skipOperator, skipWord } from "../text/tokens.ts";

/** Whether a call of the function with this header gives a generator: `yield` stands in its own body. */
export const isGenerator: (header: Span) => boolean = remember(
  (header) => lastYield(header.source) >= header.end && hasInBody(header, yields),
);

/** Whether the function with this header gives something back: a value stands behind a `return` or `yield` of its own. */
export const returnsValue: (header: Span) => boolean = remember((header) => {
  // What is no `def` has no body to look at.
  if (lineAt(linesOf(header.source), header.start) === undefined) return true;
  return hasInBody(header, (from, line) => returns(from, line) || yields(from, line));
});

/** Whether the body of the function with this header only says that it is still to be written, or nothing at all. */
export const isDraft: (header: Span) => boolean = remember((header) => !hasInBody(header, works));

const lastYield = remember(({ text }: Source) => text.lastIndexOf("yield"));

function hasInBody(header: Span, isMeant: (from: PythonText, line: Line) => boolean): boolean {
  const { from } = linesOf(header.source);
  return ownLines(header).some((line) => isMeant(from, line));
}

type Line = Pick<LogicalLine, "start" | "end">;

/** The lines of a function's body without those of what is defined inside, which returns and yields for itself. */
export function ownLines(header: Span): readonly LogicalLine[] {
  const { from } = linesOf(header.source);
  let inner = Number.POSITIVE_INFINITY;
  return bodyLines(header).filter((line) => {
    if (line.indent > inner) return false;
    const isDefinition = startsDefinition(from, line);
    inner = isDefinition ? line.indent : Number.POSITIVE_INFINITY;
    return !isDefinition;
  });
}

/** Whether a line does more than `pass`, `...`, a text, `return None` or `raise`. What follows a `raise` is not looked at. */
function works(from: PythonText, { start, end }: Line): boolean {
  const cursor = cursorOver(from, start, end);
  // Of a body on the line of its header.
  skipOperator(cursor, ":");
  if (isWord(cursor, "raise")) return false;
  if (returns(from, { start, end })) return true;
  for (; cursor.kind !== "end"; advance(cursor)) {
    // `...` is three tokens.
    const isNothing =
      cursor.kind === "string" ||
      isWord(cursor, "pass") ||
      isWord(cursor, "return") ||
      isWord(cursor, "None") ||
      isOperator(cursor, ".");
    if (!isNothing && !isOperator(cursor, ";")) return true;
  }
  return false;
}

/** `return` and something behind it, in any of the statements of a line. */
function returns(from: PythonText, { start, end }: Line): boolean {
  const cursor = cursorOver(from, start, end);
  for (; cursor.kind !== "end"; advance(cursor)) {
    if (!isWord(cursor, "return")) continue;
    advance(cursor);
    skipWord(cursor, "None");
    const behind = copyOf(cursor);
    if (behind.kind !== "end" && !isOperator(behind, ";")) return true;
  }
  return false;
}

function startsDefinition(from: PythonText, { start, end }: LogicalLine): boolean {
  // Most lines are told by their first letter.
  if (!/[acd]/.test(from.text[start] ?? "")) return false;
  const cursor = cursorOver(from, start, end);
  skipWord(cursor, "async");
  return isWord(cursor, "def") || isWord(cursor, "class");
}

/** A lambda's `yield` is the lambda's; nothing is said of what stands behind one. */
function yields(from: PythonText, { start, end }: Line): boolean {
  const cursor = cursorOver(from, start, end);
  for (; cursor.kind !== "end"; advance(cursor)) {
    if (isWord(cursor, "lambda")) return false;
    if (isWord(cursor, "yield")) return true;
  }
  return false;
}
