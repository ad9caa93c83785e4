import type { Source, Span } from "../base/source.ts";
import { type LogicalLine, logicalLines } from "./lines.ts";
import type { PythonText } from "./text.ts";
import { advance, cursorOver, isWord, skipWord } from "./tokens.ts";

/** Whether a call of the function with this header gives a generator: `yield` stands in its own body. */
export function isGenerator({ source, start, end }: Span): boolean {
  if (!source.text.includes("yield", end)) return false;
  const { from, lines, indexes } = linesOf(source);
  const head = indexes.get(start);
  const first = head === undefined ? undefined : lines[head];
  if (head === undefined || first === undefined) return false;
  if (yields(from, { ...first, start: end })) return true;
  let inner = Number.POSITIVE_INFINITY;
  for (let at = head + 1; at < lines.length; at++) {
    const line = lines[at];
    if (line === undefined || line.indent <= first.indent) return false;
    // What is defined inside yields for itself.
    if (line.indent > inner) continue;
    const isDefinition = startsDefinition(from, line);
    inner = isDefinition ? line.indent : Number.POSITIVE_INFINITY;
    if (!isDefinition && yields(from, line)) return true;
  }
  return false;
}

interface IndexedLines {
  readonly from: PythonText;
  readonly lines: readonly LogicalLine[];
  /** Which line begins at an offset. */
  readonly indexes: ReadonlyMap<number, number>;
}

const known = new WeakMap<Source, IndexedLines>();

function linesOf(source: Source): IndexedLines {
  const before = known.get(source);
  if (before !== undefined) return before;
  const { from, lines } = logicalLines(source);
  const indexed = { from, lines, indexes: new Map(lines.map(({ start }, index) => [start, index])) };
  known.set(source, indexed);
  return indexed;
}

function startsDefinition(from: PythonText, { start, end }: LogicalLine): boolean {
  const cursor = cursorOver(from, start, end);
  skipWord(cursor, "async");
  return isWord(cursor, "def") || isWord(cursor, "class");
}

/** A lambda's `yield` is the lambda's; nothing is said of what stands behind one. */
function yields(from: PythonText, { start, end }: LogicalLine): boolean {
  const cursor = cursorOver(from, start, end);
  for (; cursor.kind !== "end"; advance(cursor)) {
    if (isWord(cursor, "lambda")) return false;
    if (isWord(cursor, "yield")) return true;
  }
  return false;
}
