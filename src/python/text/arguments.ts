import { takeExpression } from "./expression.ts";
import type { Part, PythonText } from "./text.ts";
import { type Cursor, cursorOver, isOperator, skipOperator, takeDotted, takeName } from "./tokens.ts";

/** `name=value` in a call, or in the parentheses of a class. */
export interface KeywordArgument {
  readonly name: Part;
  readonly value: Part;
}

/** The contents of the parentheses of a call or class. */
export interface Arguments {
  readonly positional: readonly Part[];
  readonly keywords: readonly KeywordArgument[];
  /** Whether there is a `*…` or `**…`, whose contents are unknown. */
  readonly isOpen: boolean;
}

export const NO_ARGUMENTS: Arguments = { positional: [], keywords: [], isOpen: false };

/** Reads arguments up to the closing parenthesis, with the cursor after the opening one. */
export function readArguments(cursor: Cursor): Arguments {
  const positional: Part[] = [];
  const keywords: KeywordArgument[] = [];
  let isOpen = false;
  do {
    if (isOperator(cursor, "*") || isOperator(cursor, "**")) isOpen = true;
    const start = { ...cursor };
    const name = takeName(cursor);
    if (name !== undefined && skipOperator(cursor, "=")) {
      const value = takeExpression(cursor, ",");
      if (value !== undefined) keywords.push({ name, value });
    } else {
      Object.assign(cursor, start);
      const value = takeExpression(cursor, ",");
      if (value !== undefined && !/^\*/.test(value.text)) positional.push(value);
    }
  } while (skipOperator(cursor, ","));
  skipOperator(cursor, ")");
  return { positional, keywords, isOpen };
}

/** `a.b.c(…)` and nothing else. */
export interface Call {
  readonly name: string;
  readonly arguments: Arguments;
}

/** Reads an expression as the call of a dotted name; `undefined` for anything else. */
export function readCall(part: Part): Call | undefined {
  const cursor = cursorOverPart(part);
  const name = takeDotted(cursor);
  if (name === undefined || !skipOperator(cursor, "(")) return undefined;
  const args = readArguments(cursor);
  return cursor.kind === "end" ? { name: name.path.text, arguments: args } : undefined;
}

/** Reads an expression as a dotted name; `undefined` for anything else. */
export function readDotted(part: Part): string | undefined {
  const cursor = cursorOverPart(part);
  const name = takeDotted(cursor);
  return cursor.kind === "end" ? name?.path.text : undefined;
}

/** A cursor over a part of a module. */
export function cursorOverPart({ span: { source, start, end } }: Part): Cursor {
  const from: PythonText = { source, text: source.text, distrust: false };
  return cursorOver(from, start, end);
}
