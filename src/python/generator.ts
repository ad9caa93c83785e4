import { remember } from "../base/remember.ts";
import type { Source, Span } from "../base/source.ts";
import { type LogicalLine, logicalLines } from "./lines.ts";
import type { PythonText } from "./text.ts";
import { advance, copyOf, cursorOver, isOperator, isWord, skipOperator, skipWord } from "./tokens.ts";

/** Whether a call of the function with this header gives a generator: `yield` stands in its own body. */
export const isGenerator: (header: Span) => boolean = remember(
  (header) => lastYield(header.source) >= header.end && hasInBody(header, yields),
);

/** Whether the function with this header gives something back: a value stands behind a `return` or `yield` of its own. */
export const returnsValue: (header: Span) => boolean = remember((header) => {
  // What is no `def` has no body to look at.
  if (!linesOf(header.source).indexes.has(header.start)) return true;
  return hasInBody(header, (from, line) => returns(from, line) || yields(from, line));
});

/** Whether the body of the function with this header only says that it is still to be written, or nothing at all. */
export const isDraft: (header: Span) => boolean = remember((header) => !hasInBody(header, works));

const lastYield = remember(({ text }: Source) => text.lastIndexOf("yield"));

function hasInBody(
  { source, start, end }: Span,
  isMeant: (from: PythonText, line: Pick<LogicalLine, "start" | "end">) => boolean,
): boolean {
  const { from, lines, indexes } = linesOf(source);
  const head = indexes.get(start);
  const first = head === undefined ? undefined : lines[head];
  if (head === undefined || first === undefined) return false;
  if (isMeant(from, { ...first, start: end })) return true;
  let inner = Number.POSITIVE_INFINITY;
  for (let at = head + 1; at < lines.length; at++) {
    const line = lines[at];
    if (line === undefined || line.indent <= first.indent) return false;
    // What is defined inside returns and yields for itself.
    if (line.indent > inner) continue;
    const isDefinition = startsDefinition(from, line);
    inner = isDefinition ? line.indent : Number.POSITIVE_INFINITY;
    if (!isDefinition && isMeant(from, line)) return true;
  }
  return false;
}

/** Whether a line does more than `pass`, `...`, a text, `return None` or `raise`. What follows a `raise` is not looked at. */
function works(from: PythonText, { start, end }: Pick<LogicalLine, "start" | "end">): boolean {
  const cursor = cursorOver(from, start, end);
  // Of a body on the line of its header.
  skipOperator(cursor, ":");
  if (isWord(cursor, "raise")) return false;
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
function returns(from: PythonText, { start, end }: Pick<LogicalLine, "start" | "end">): boolean {
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

interface IndexedLines {
  readonly from: PythonText;
  readonly lines: readonly LogicalLine[];
  /** Which line begins at an offset. */
  readonly indexes: ReadonlyMap<number, number>;
}

const linesOf = remember((source: Source): IndexedLines => {
  const { from, lines } = logicalLines(source);
  return { from, lines, indexes: new Map(lines.map(({ start }, index) => [start, index])) };
});

function startsDefinition(from: PythonText, { start, end }: LogicalLine): boolean {
  const cursor = cursorOver(from, start, end);
  skipWord(cursor, "async");
  return isWord(cursor, "def") || isWord(cursor, "class");
}

/** A lambda's `yield` is the lambda's; nothing is said of what stands behind one. */
function yields(from: PythonText, { start, end }: Pick<LogicalLine, "start" | "end">): boolean {
  const cursor = cursorOver(from, start, end);
  for (; cursor.kind !== "end"; advance(cursor)) {
    if (isWord(cursor, "lambda")) return false;
    if (isWord(cursor, "yield")) return true;
  }
  return false;
}
