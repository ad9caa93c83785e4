import type { Span } from "../../base/source.ts";
import type { Exports, Reach } from "../module.ts";
import { takeExpression } from "../text/expression.ts";
import { decodeStrings } from "../text/literal.ts";
import { partOf } from "../text/text.ts";
import { advance, type Cursor, isOperator, skipOperator, skipWord } from "../text/tokens.ts";

/** `Exports` while more statements may follow. */
export type ExportsDraft =
  | Exclude<Exports, { kind: "names" }>
  | { readonly kind: "names"; readonly names: string[]; readonly span: Span };

/**
 * Reads a statement that changes `__all__`. The cursor is at that name; `before` is the result of earlier statements.
 */
export function readExports(cursor: Cursor, reach: Reach, before: ExportsDraft): ExportsDraft {
  const { span } = partOf(cursor.from, cursor.start, cursor.stop);
  const unknown: ExportsDraft = { kind: "unknown", span };
  if (reach === "conditional" || reach === "repeated" || before.kind === "unknown") return unknown;
  if (reach !== "always") return before;
  const known = before.kind === "names" ? before.names : [];
  advance(cursor);
  if (skipOperator(cursor, ".")) {
    const isOne = skipWord(cursor, "append");
    const isKnown = (isOne || skipWord(cursor, "extend")) && skipOperator(cursor, "(");
    const isRead = isKnown && (isOne ? takeStrings(cursor, known) : takeLists(cursor, known));
    return isRead ? { kind: "names", names: known, span } : unknown;
  }
  if (skipOperator(cursor, ":")) takeExpression(cursor, "=");
  const isMore = isOperator(cursor, "+=");
  if (!isMore && !isOperator(cursor, "=")) return before;
  advance(cursor);
  const names = isMore ? known : [];
  return takeLists(cursor, names) && cursor.kind === "end" ? { kind: "names", names, span } : unknown;
}

/** `["a", "b"] + ["c"]`. Each list may be a tuple, with or without parentheses. */
function takeLists(cursor: Cursor, names: string[]): boolean {
  do {
    const isOpen = skipOperator(cursor, "[") || skipOperator(cursor, "(");
    if (!takeStrings(cursor, names)) return false;
    if (isOpen && !skipOperator(cursor, "]") && !skipOperator(cursor, ")")) return false;
  } while (skipOperator(cursor, "+"));
  return true;
}

/** Comma-separated strings, up to any other token. */
function takeStrings(cursor: Cursor, names: string[]): boolean {
  while (cursor.kind === "string") {
    const name = decodeStrings(cursor);
    if (name === undefined) return false;
    names.push(name);
    if (!skipOperator(cursor, ",")) break;
  }
  return true;
}
