import type { Source, Span } from "../base/source.ts";
import { type LogicalLine, logicalLines } from "./lines.ts";
import type { PythonText } from "./text.ts";
import { advance, cursorOver, isWord, skipWord } from "./tokens.ts";

/** Whether a call of the function with this header gives a generator: `yield` stands in its own body. */
export function isGenerator({ source, start, end }: Span): boolean {
  if (!mayYield(source, end)) return false;
  const { from, lines } = logicalLines(source);
  const head = lines.findIndex((line) => line.start === start);
  const first = lines[head];
  if (first === undefined) return false;
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

function mayYield({ text }: Source, from: number): boolean {
  return text.includes("yield", from);
}

function startsDefinition(from: PythonText, { start, end }: LogicalLine): boolean {
  const cursor = cursorOver(from, start, end);
  skipWord(cursor, "async");
  return isWord(cursor, "def") || isWord(cursor, "class");
}

/** A lambda's `yield` is the lambda's; who can tell where it ends says nothing of what is behind it. */
function yields(from: PythonText, { start, end }: LogicalLine): boolean {
  const cursor = cursorOver(from, start, end);
  for (; cursor.kind !== "end"; advance(cursor)) {
    if (isWord(cursor, "lambda")) return false;
    if (isWord(cursor, "yield")) return true;
  }
  return false;
}
