// Takes the text of an annotation, gives the type that it says. Promises: never throws, linear, of limited depth; what is
// not understood is `unknown` with its text, what the module gives a meaning stays a reference.

import { type Expression, parseExpression } from "./annotation-syntax.ts";
import type { LiteralValue } from "./literal.ts";
import { type PythonType, showType } from "./python-type.ts";
import { dtypeOf, type Generic, habitualPath, knownName } from "./type-names.ts";

/**
 * What the first part of a dotted name stands for in a module: something that it imports, by its full path (with dots
 * in front when it is inside the repository), or something of its own.
 */
export type NameMeaning = { readonly kind: "imported"; readonly path: string } | { readonly kind: "local" };

/** Tells what a name means in a module; without it names mean what they mean by habit: `np` is numpy. */
export type Names = (name: string) => NameMeaning | undefined;

/** Reads the text of an annotation; see `PythonType`. */
export function parseAnnotation(text: string, names: Names = () => undefined): PythonType {
  return typeOf({ names, depth: 0 }, parseExpression(text));
}

/** The full path of a dotted name in a module; `undefined` when it is of that repository. */
export function fullPath(path: string, names: Names): string | undefined {
  const dot = path.indexOf(".");
  const meaning = names(dot < 0 ? path : path.slice(0, dot));
  if (meaning === undefined) return habitualPath(path);
  if (meaning.kind === "local" || meaning.path.startsWith(".")) return undefined;
  return dot < 0 ? meaning.path : meaning.path + path.slice(dot);
}

interface Context {
  readonly names: Names;
  /** How many string annotations this one stands in. */
  readonly depth: number;
}

const ANY: PythonType = { kind: "any" };
const NONE: PythonType = { kind: "none" };
const MAX_STRINGS = 4;

function typeOf(context: Context, expression: Expression): PythonType {
  const unknown: PythonType = { kind: "unknown", text: expression.text };
  switch (expression.kind) {
    case "name":
      return typeOfName(context, expression.path, undefined) ?? reference(context, expression.path, []);
    case "item": {
      if (expression.of.kind !== "name") return unknown;
      const { path } = expression.of;
      return typeOfName(context, path, expression) ?? reference(context, path, expression.items);
    }
    case "or":
      return unionOf(expression.members.map((member) => typeOf(context, member)));
    case "literal": {
      const { value } = expression;
      if (value === null) return NONE;
      if (typeof value !== "string" || context.depth >= MAX_STRINGS) return unknown;
      return typeOf({ ...context, depth: context.depth + 1 }, parseExpression(value));
    }
    default:
      return unknown;
  }
}

function reference(context: Context, name: string, items: readonly Expression[]): PythonType {
  return { kind: "reference", name, arguments: items.map((item) => typeOf(context, item)) };
}

type Item = Extract<Expression, { kind: "item" }>;

/** The type of a well-known name, alone or with its brackets; `undefined` when the name is the module's own. */
function typeOfName(context: Context, path: string, item: Item | undefined): PythonType | undefined {
  const full = fullPath(path, context.names);
  const known = full === undefined ? undefined : knownName(full);
  if (known?.kind === "type") return known.type;
  return known && generic(context, known.generic, item);
}

function generic(context: Context, name: Generic, item: Item | undefined): PythonType | undefined {
  const items = item?.items ?? [];
  const at = (index: number): PythonType => {
    const argument = items[index];
    return argument === undefined ? ANY : typeOf(context, argument);
  };
  switch (name) {
    case "list":
    case "sequence":
      return { kind: "list", item: at(0), takesText: name === "sequence" };
    case "iterable":
    case "set":
      return { kind: name, item: at(0) };
    case "dict":
      return { kind: "dict", key: at(0), value: at(1) };
    case "counter":
      return { kind: "dict", key: at(0), value: { kind: "int" } };
    case "tuple":
      return item === undefined ? { kind: "tuple", items: [], rest: ANY } : tupleOf(context, items);
    case "optional":
      return unionOf([at(0), NONE]);
    case "union":
      return items.length === 0 ? ANY : unionOf(items.map((_, index) => at(index)));
    case "annotated":
      return at(0);
    case "array":
      return { kind: "tensor", library: "numpy", dtype: elementType(context, items.at(-1)) };
    case "literal": {
      const values = literalValues(context, items);
      return values === undefined ? { kind: "unknown", text: item?.text ?? "Literal" } : { kind: "literal", values };
    }
  }
}

/** `tuple[int, str]`, `tuple[int, ...]`, `tuple[()]`, `tuple[int, *tuple[str, ...]]` */
function tupleOf(context: Context, items: readonly Expression[]): PythonType {
  const types: PythonType[] = [];
  for (const [at, item] of items.entries()) {
    if (item.kind === "sequence" && item.items.length === 0) continue;
    if (item.kind === "ellipsis") return { kind: "tuple", items: types, rest: types.pop() ?? ANY };
    if (item.kind !== "star") {
      types.push(typeOf(context, item));
      continue;
    }
    const inner = typeOf(context, item.of);
    if (inner.kind === "tuple") for (const type of inner.items) types.push(type);
    const isOpen = inner.kind !== "tuple" || inner.rest !== undefined;
    if (isOpen) {
      const isLast = at === items.length - 1 && inner.kind === "tuple";
      return { kind: "tuple", items: types, rest: isLast ? inner.rest : ANY };
    }
  }
  return { kind: "tuple", items: types, rest: undefined };
}

/** One type for several: unions are taken apart, repetitions left out. */
export function unionOf(members: readonly PythonType[]): PythonType {
  const seen = new Map<string, PythonType>();
  for (const member of members.flatMap((each) => (each.kind === "union" ? each.members : [each]))) {
    seen.set(showType(member), member);
  }
  const [only, second] = seen.values();
  return only !== undefined && second === undefined ? only : { kind: "union", members: [...seen.values()] };
}

/** The values of `Literal[…]`; `undefined` when one is no literal, such as the member of an enumeration. */
function literalValues(context: Context, items: readonly Expression[]): readonly LiteralValue[] | undefined {
  const values: LiteralValue[] = [];
  for (const item of items) {
    if (item.kind === "literal") values.push(item.value);
    else if (item.kind === "item") {
      const inner = typeOf(context, item);
      if (inner.kind !== "literal") return undefined;
      for (const value of inner.values) values.push(value);
    } else return undefined;
  }
  return values.length === 0 ? undefined : values;
}

/** The element type in `NDArray[np.float32]` or `np.ndarray[Any, np.dtype[np.float32]]`. */
function elementType(context: Context, item: Expression | undefined): string | undefined {
  if (item?.kind === "item") return elementType(context, item.items[0]);
  if (item?.kind !== "name") return undefined;
  const full = fullPath(item.path, context.names);
  return full?.startsWith("numpy.") || full === "bool" ? dtypeOf(full) : undefined;
}
