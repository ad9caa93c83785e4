import { Character, classOf, namePart, type Part, partOf } from "./text.ts";
import { advance, type Cursor, isWord } from "./tokens.ts";

/**
 * Takes one expression: everything up to one of the characters in `stops` outside of brackets, an unmatched closing
 * bracket, or the end. Returns `undefined` if that is empty. Calls `onWalrus` with each name that `:=` binds.
 */
export function takeExpression(cursor: Cursor, stops: string, onWalrus?: (name: Part) => void): Part | undefined {
  const { from } = cursor;
  const { start } = cursor;
  let depth = 0;
  let lambdas = 0;
  for (; cursor.kind !== "end"; advance(cursor)) {
    if (cursor.kind === "operator") {
      const code = from.text.charCodeAt(cursor.start);
      const kind = classOf(code);
      const isSingle = cursor.stop - cursor.start === 1;
      if (kind === Character.OPEN) depth++;
      else if (kind === Character.CLOSE) {
        if (depth === 0) break;
        depth--;
      } else if (depth === 0 && isSingle) {
        // The parameters and the colon of a lambda belong to the lambda.
        if (lambdas > 0) {
          if (code === 58 /* : */) lambdas--;
        } else if (stops.includes(from.text[cursor.start] ?? "")) break;
      } else if (onWalrus !== undefined && from.text.startsWith(":=", cursor.start)) {
        const name = wordBefore(cursor);
        if (name !== undefined) onWalrus(name);
      }
    } else if (depth === 0 && isWord(cursor, "lambda")) lambdas++;
  }
  return cursor.start > start && cursor.before > start ? partOf(from, start, cursor.before) : undefined;
}

function wordBefore({ from, before }: Cursor): Part | undefined {
  let start = before;
  while (start > 0 && classOf(from.text.charCodeAt(start - 1)) === Character.WORD) start--;
  return start === before ? undefined : namePart(from, start, before);
}

/** Moves past the bracket that the current token opens. */
export function skipBracket(cursor: Cursor): void {
  advance(cursor);
  takeExpression(cursor, "");
  if (cursor.kind === "operator") advance(cursor);
}
