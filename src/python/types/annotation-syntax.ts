import { skipBracket, takeExpression } from "../text/expression.ts";
import { type LiteralValue, takeLiteral } from "../text/literal.ts";
import { advance, type Cursor, cursorOver, isOperator, isWord, skipOperator, takeDotted } from "../text/tokens.ts";

/** A parsed annotation. `other` is anything that is not a type; its text is kept. */
export type Expression = (
  | { readonly kind: "name"; readonly path: string }
  | { readonly kind: "item"; readonly of: Expression; readonly items: readonly Expression[] }
  | { readonly kind: "or"; readonly members: readonly Expression[] }
  | { readonly kind: "star"; readonly of: Expression }
  /** `[a, b]` or `(a, b)` */
  | { readonly kind: "sequence"; readonly items: readonly Expression[] }
  | { readonly kind: "literal"; readonly value: LiteralValue }
  | { readonly kind: "ellipsis" }
  | { readonly kind: "other" }
) & { readonly text: string };

/** Deeper than any real annotation. */
const MAX_DEPTH = 24;

/** Parses a text as one type expression. */
export function parseExpression(text: string): Expression {
  const source = { path: "", text };
  const cursor = cursorOver({ source, text, distrust: false }, 0, text.length);
  const expression = readOr(cursor, 0);
  return cursor.kind === "end" ? expression : { kind: "other", text: text.trim() };
}

/**
 * A Pratt loop with `|` as the only infix operator. Anything that cannot follow a type makes the entire expression
 * `other`.
 */
function readOr(cursor: Cursor, depth: number): Expression {
  const { start } = cursor;
  if (depth > MAX_DEPTH) return readOther(cursor, start);
  const first = readPostfix(cursor, depth);
  const members = [first];
  while (skipOperator(cursor, "|")) members.push(readPostfix(cursor, depth));
  const isWhole = cursor.kind === "end" || [",", "]", ")"].some((operator) => isOperator(cursor, operator));
  if (!isWhole) return readOther(cursor, start);
  return members.length === 1 ? first : { kind: "or", members, text: textFrom(cursor, start) };
}

function readPostfix(cursor: Cursor, depth: number): Expression {
  const { start } = cursor;
  let expression = readPrimary(cursor, depth);
  for (let count = 0; ; count++) {
    if (isOperator(cursor, "[") && count < MAX_DEPTH) {
      advance(cursor);
      const items = readItems(cursor, "]", depth + 1);
      expression = { kind: "item", of: expression, items, text: textFrom(cursor, start) };
    } else if (isOperator(cursor, "(")) {
      skipBracket(cursor);
      expression = { kind: "other", text: textFrom(cursor, start) };
    } else return expression;
  }
}

function readPrimary(cursor: Cursor, depth: number): Expression {
  const { start } = cursor;
  if (isWord(cursor, "None") || isWord(cursor, "True") || isWord(cursor, "False")) return readLiteral(cursor);
  if (cursor.kind === "string" || cursor.kind === "number" || isOperator(cursor, "-")) return readLiteral(cursor);
  const name = takeDotted(cursor);
  if (name !== undefined) return { kind: "name", path: name.path.text, text: name.path.text };
  if (skipOperator(cursor, "*"))
    return { kind: "star", of: readPostfix(cursor, depth + 1), text: textFrom(cursor, start) };
  if (isOperator(cursor, "[")) {
    advance(cursor);
    return { kind: "sequence", items: readItems(cursor, "]", depth + 1), text: textFrom(cursor, start) };
  }
  if (isOperator(cursor, "(")) return readGroup(cursor, depth);
  if (isOperator(cursor, ".")) {
    while (skipOperator(cursor, "."));
    const text = textFrom(cursor, start);
    return { kind: text === "..." ? "ellipsis" : "other", text };
  }
  return readOther(cursor, start);
}

/** Parentheses around one type have no effect; with a comma they form a tuple. */
function readGroup(cursor: Cursor, depth: number): Expression {
  const { start } = cursor;
  advance(cursor);
  const items = readItems(cursor, ")", depth + 1);
  const text = textFrom(cursor, start);
  const [only] = items;
  return only !== undefined && items.length === 1 && !/,\s*\)$/.test(text) ? only : { kind: "sequence", items, text };
}

function readItems(cursor: Cursor, closer: string, depth: number): readonly Expression[] {
  const items: Expression[] = [];
  while (cursor.kind !== "end" && !isOperator(cursor, closer)) {
    items.push(readOr(cursor, depth));
    if (!skipOperator(cursor, ",")) break;
  }
  if (!skipOperator(cursor, closer)) advance(cursor);
  return items;
}

function readLiteral(cursor: Cursor): Expression {
  const { start } = cursor;
  const value = takeLiteral(cursor);
  const text = textFrom(cursor, start);
  return value === undefined ? { kind: "other", text } : { kind: "literal", value, text };
}

function readOther(cursor: Cursor, start: number): Expression {
  takeExpression(cursor, ",");
  return { kind: "other", text: textFrom(cursor, start) };
}

function textFrom({ from, before }: Cursor, start: number): string {
  return from.text.slice(start, Math.max(start, before));
}
