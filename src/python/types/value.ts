import type { FunctionHeader, PythonModule } from "../module.ts";
import { type Arguments, cursorOverPart, readCall, readDotted } from "../text/arguments.ts";

import { skipBracket } from "../text/expression.ts";
import { readParameters } from "../text/parameters.ts";
import type { Part } from "../text/text.ts";
import { advance, isOperator, isWord } from "../text/tokens.ts";
import { fullPath } from "./annotation.ts";
import { namesOf } from "./names-in-module.ts";

/** The value of an assignment, as far as callers need it. */
export type Value =
  | { readonly kind: "reference"; readonly path: string }
  /** `functools.partial(path, …)`; `bound` are the arguments after the function. */
  | { readonly kind: "partial"; readonly path: string; readonly bound: Arguments }
  /** `path(…)`: an instance, if that is a class. */
  | { readonly kind: "call"; readonly path: string }
  | { readonly kind: "lambda"; readonly header: FunctionHeader }
  /** A number, a string, `None`, `[…]` or `{…}`: not callable. */
  | { readonly kind: "constant" }
  | { readonly kind: "computed" };

/** Reads the value of `name = value`. */
export function readValue(module: PythonModule, name: Part, value: Part): Value {
  const path = readDotted(value);
  if (path !== undefined) return { kind: "reference", path };
  const call = readCall(value);
  if (call !== undefined) return readPartial(module, call.name, call.arguments) ?? { kind: "call", path: call.name };
  return readLambda(name, value) ?? (isConstant(value) ? { kind: "constant" } : { kind: "computed" });
}

function readPartial(
  module: PythonModule,
  name: string,
  { positional, keywords, isOpen }: Arguments,
): Value | undefined {
  const [first, ...others] = positional;
  const path = first === undefined ? undefined : readDotted(first);
  if (path === undefined || fullPath(name, namesOf(module)) !== "functools.partial") return undefined;
  return { kind: "partial", path, bound: { positional: others, keywords, isOpen } };
}

function readLambda(name: Part, value: Part): Value | undefined {
  const cursor = cursorOverPart(value);
  if (!isWord(cursor, "lambda")) return undefined;
  advance(cursor);
  const { parameters, isBroken } = readParameters(cursor, ":");
  const header: FunctionHeader = {
    kind: "function",
    name,
    reach: "always",
    isAsync: false,
    decorators: [],
    typeParameters: undefined,
    parameters,
    returns: undefined,
    docstring: undefined,
    span: value.span,
    isBroken,
    inner: [],
  };
  return { kind: "lambda", header };
}

/** Whether a value is a single literal, or a single pair of square or curly brackets. */
function isConstant(value: Part): boolean {
  const cursor = cursorOverPart(value);
  if (isWord(cursor, "None") || isWord(cursor, "True") || isWord(cursor, "False")) advance(cursor);
  else if (cursor.kind === "string" || cursor.kind === "number") advance(cursor);
  else if (isOperator(cursor, "[") || isOperator(cursor, "{")) skipBracket(cursor);
  else return false;
  return cursor.kind === "end";
}
