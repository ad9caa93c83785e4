import type { Binding, ClassHeader, Decorator, Definition, FunctionHeader, Reach } from "../module.ts";
import { NO_ARGUMENTS, readArguments } from "../text/arguments.ts";
import { skipBracket, takeExpression } from "../text/expression.ts";
import { readParameters } from "../text/parameters.ts";
import { partOf } from "../text/text.ts";
import { type Cursor, copyOf, isOperator, skipOperator, takeDotted, takeName } from "../text/tokens.ts";
import { takeTypeParameters } from "../types/type-parameters.ts";

/** What is known about a definition before its header is read. */
export interface Opening {
  /** The start of `def`, `async` or `class`. */
  readonly start: number;
  readonly decorators: readonly Decorator[];
  readonly reach: Reach;
}

/** A header whose body has not been read yet. */
export type FunctionDraft = FunctionHeader & { docstring: string | undefined; readonly inner: Definition[] };
export type ClassDraft = ClassHeader & { docstring: string | undefined; readonly body: Binding[] };

/** Reads `def name(…) -> …:`, with the cursor after `def`. Returns `undefined` without a name. */
export function readFunction(cursor: Cursor, isAsync: boolean, opening: Opening): FunctionDraft | undefined {
  const name = takeName(cursor);
  if (name === undefined) return undefined;
  const typeParameters = takeTypeParameters(cursor);
  const hasList = skipOperator(cursor, "(");
  const { parameters, isBroken } = hasList ? readParameters(cursor, ")") : { parameters: [], isBroken: true };
  const hasArrow = skipOperator(cursor, "->");
  const returns = hasArrow ? takeExpression(cursor, ":") : undefined;
  const isWhole = skipOperator(cursor, ":") && !isBroken && hasArrow === (returns !== undefined);
  return {
    kind: "function",
    name,
    reach: opening.reach,
    isAsync,
    decorators: opening.decorators,
    typeParameters,
    parameters,
    returns,
    docstring: undefined,
    span: partOf(cursor.from, opening.start, cursor.before).span,
    isBroken: !isWhole,
    inner: [],
  };
}

/** Reads `class Name(…):`, with the cursor after `class`. Returns `undefined` without a name. */
export function readClass(cursor: Cursor, opening: Opening): ClassDraft | undefined {
  const name = takeName(cursor);
  if (name === undefined) return undefined;
  const typeParameters = takeTypeParameters(cursor);
  const bases = skipOperator(cursor, "(") ? readArguments(cursor) : NO_ARGUMENTS;
  const isWhole = skipOperator(cursor, ":");
  return {
    kind: "class",
    name,
    reach: opening.reach,
    decorators: opening.decorators,
    typeParameters,
    bases,
    docstring: undefined,
    span: partOf(cursor.from, opening.start, cursor.before).span,
    isBroken: !isWhole,
    body: [],
  };
}

/** Reads a decorator, with the cursor after `@`. */
export function readDecorator(cursor: Cursor): Decorator | undefined {
  const ahead = copyOf(cursor);
  const expression = takeExpression(cursor, "");
  if (expression === undefined) return undefined;
  const name = takeDotted(ahead)?.path.text;
  if (isOperator(ahead, "(")) skipBracket(ahead);
  return { expression, name: ahead.kind === "end" ? name : undefined };
}
