import type { Exports, Reach } from "./module.ts";
import { decodeStrings } from "./literal.ts";
import { partOf } from "./text.ts";
import { type Cursor, isOperator, skipOperator, skipWord, advance } from "./tokens.ts";
import { takeExpression } from "./expression.ts";

/** Reads a statement about `__all__`; the cursor is on that name. `before` is what earlier statements said. */
export function readExports(cursor: Cursor, reach: Reach, before: Exports): Exports {
  const { span } = partOf(cursor.from, cursor.start, cursor.stop);
  const unknown: Exports = { kind: "unknown", span };
  if (reach === "conditional" || before.kind === "unknown") return unknown;
  if (reach !== "always") return before;
  const known = before.kind === "names" ? before.names : [];
  advance(cursor);
  if (skipOperator(cursor, ".")) {
    const isOne = skipWord(cursor, "append");
    if (!isOne && !skipWord(cursor, "extend")) return unknown;
    if (!skipOperator(cursor, "(")) return unknown;
    const names = isOne ? takeStrings(cursor) : takeLists(cursor);
    return names === undefined ? unknown : { kind: "names", names: [...known, ...names], span };
  }
  if (skipOperator(cursor, ":")) takeExpression(cursor, "=");
  const isMore = isOperator(cursor, "+=");
  if (!isMore && !isOperator(cursor, "=")) return before;
  advance(cursor);
  const names = takeLists(cursor);
  if (names === undefined || cursor.kind !== "end") return unknown;
  return { kind: "names", names: isMore ? [...known, ...names] : names, span };
}

/** `["a", "b"] + ["c"]`; a list may be a tuple, with or without its brackets. */
function takeLists(cursor: Cursor): readonly string[] | undefined {
  const names: string[] = [];
  do {
    const isOpen = skipOperator(cursor, "[") || skipOperator(cursor, "(");
    const some = takeStrings(cursor);
    if (some === undefined) return undefined;
    names.push(...some);
    if (isOpen && !skipOperator(cursor, "]") && !skipOperator(cursor, ")")) return undefined;
  } while (skipOperator(cursor, "+"));
  return names;
}

/** Strings with commas between them, up to whatever else follows. */
function takeStrings(cursor: Cursor): readonly string[] | undefined {
  const names: string[] = [];
  while (cursor.kind === "string") {
    const name = decodeStrings(cursor);
    if (typeof name !== "string") return undefined;
    names.push(name);
    if (!skipOperator(cursor, ",")) break;
  }
  return names;
}
