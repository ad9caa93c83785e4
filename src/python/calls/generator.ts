import { remember } from "../../base/remember.ts";
import type { Source, Span } from "../../base/source.ts";
import { bodyLines, type LogicalLine, lineAt, linesOf } from "../text/lines.ts";
import type { PythonText } from "../text/text.ts";
import { advance, copyOf, cursorOver, isOperator, isWord, skipOperator, skipWord } from "../text/tokens.ts";

/** Whether calling a function returns a generator, that is, whether its own body contains `yield`. */
export const isGenerator: (header: Span) => boolean = remember(
  (header) => lastYield(header.source) >= header.end && hasInBody(header, yields),
);

/** Whether a function returns or yields a value in its own body. */
export const returnsValue: (header: Span) => boolean = remember((header) => {
  // A lambda has no body with statements.
  if (lineAt(linesOf(header.source), header.start) === undefined) return true;
  return hasInBody(header, (from, line) => returns(from, line) || yields(from, line));
});

/** Whether the body of a function is empty or a placeholder. */
export const isStub: (header: Span) => boolean = remember((header) => !hasInBody(header, hasEffect));

const lastYield = remember(({ text }: Source) => text.lastIndexOf("yield"));

function hasInBody(header: Span, matches: (from: PythonText, line: Line) => boolean): boolean {
  const { from } = linesOf(header.source);
  return ownLines(header).some((line) => matches(from, line));
}

type Line = Pick<LogicalLine, "start" | "end">;

/** The lines of a function's body, without those of nested definitions. */
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

/** Whether a line is more than `pass`, `...`, a string, `return None` or `raise`. The operand of `raise` is ignored. */
function hasEffect(from: PythonText, { start, end }: Line): boolean {
  const cursor = cursorOver(from, start, end);
  // For a body on the line of its header.
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

/** Whether any statement of a line is `return` with a value. */
function returns(from: PythonText, { start, end }: Line): boolean {
  const cursor = cursorOver(from, start, end);
  for (; cursor.kind !== "end"; advance(cursor)) {
    if (!isWord(cursor, "return")) continue;
    advance(cursor);
    skipWord(cursor, "None");
    const next = copyOf(cursor);
    if (next.kind !== "end" && !isOperator(next, ";")) return true;
  }
  return false;
}

function startsDefinition(from: PythonText, { start, end }: LogicalLine): boolean {
  // The first letter rules out most lines.
  if (!/[acd]/.test(from.text[start] ?? "")) return false;
  const cursor = cursorOver(from, start, end);
  skipWord(cursor, "async");
  return isWord(cursor, "def") || isWord(cursor, "class");
}

/**
 * Whether a line contains `yield`. A `yield` in a lambda belongs to the lambda, so anything after `lambda` is ignored.
 */
function yields(from: PythonText, { start, end }: Line): boolean {
  const cursor = cursorOver(from, start, end);
  for (; cursor.kind !== "end"; advance(cursor)) {
    if (isWord(cursor, "lambda")) return false;
    if (isWord(cursor, "yield")) return true;
  }
  return false;
}
