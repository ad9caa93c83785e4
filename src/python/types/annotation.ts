// Parses the text of an annotation into a type. Guarantees: never throws, linear time, limited depth. Anything else is
// `unknown` with its text, and a name that the module defines stays a reference.

import type { LiteralValue } from "../text/literal.ts";
import { type Expression, parseExpression } from "./annotation-syntax.ts";
import { type PythonType, showType } from "./python-type.ts";
import { conventionalPath, dtypeOf, type Generic, jaxDtypeOf, knownName } from "./type-names.ts";

/**
 * What the first part of a dotted name refers to in a module: an import, by its full path (with leading dots if it is
 * relative), or a definition of the module.
 */
export type NameMeaning = { readonly kind: "imported"; readonly path: string } | { readonly kind: "local" };

/** Resolves a name in a module. Without it, names have their conventional meaning: `np` is NumPy. */
export type Names = (name: string) => NameMeaning | undefined;

/** Parses the text of an annotation; see `PythonType`. */
export function parseAnnotation(text: string, names: Names = () => undefined): PythonType {
  return typeOf({ names, depth: 0 }, parseExpression(text));
}

/** The full path of a dotted name in a module; `undefined` if it belongs to the repository. */
export function fullPath(path: string, names: Names): string | undefined {
  const dot = path.indexOf(".");
  const meaning = names(dot < 0 ? path : path.slice(0, dot));
  if (meaning === undefined) return conventionalPath(path);
  if (meaning.kind === "local" || meaning.path.startsWith(".")) return undefined;
  return dot < 0 ? meaning.path : meaning.path + path.slice(dot);
}

interface Context {
  readonly names: Names;
  /** How many string annotations are nested around this one. */
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
    case "star":
    case "sequence":
    case "ellipsis":
    case "other":
      return unknown;
  }
}

function reference(context: Context, name: string, items: readonly Expression[]): PythonType {
  return { kind: "reference", name, arguments: items.map((item) => typeOf(context, item)) };
}

type Item = Extract<Expression, { kind: "item" }>;

/** The type of a well-known name, with or without arguments; `undefined` if the module defines the name. */
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
      return {
        kind: "tensor",
        library: "numpy",
        dtype: elementType(context, items.at(-1)),
        dimensions: dimensionsOf(context, items),
      };
    case "jaxtyped":
      return items.length === 2 ? jaxtyped(context, item?.of, items) : at(0);
    case "literal": {
      return literalOf(context, items) ?? { kind: "unknown", text: item?.text ?? "Literal" };
    }
  }
}

/** `tuple[int, str]`, `tuple[int, ...]`, `tuple[()]`, `tuple[int, *tuple[str, ...]]` */
function tupleOf(context: Context, items: readonly Expression[]): PythonType {
  const types: PythonType[] = [];
  for (const [at, item] of items.entries()) {
    if (item.kind === "sequence" && item.items.length === 0) continue;
    if (item.kind === "ellipsis") return { kind: "tuple", items: types, rest: types.pop() ?? ANY };
    const several = unpacked(context, item);
    if (several === undefined) {
      types.push(typeOf(context, item));
      continue;
    }
    const inner = typeOf(context, several);
    if (inner.kind === "tuple") for (const type of inner.items) types.push(type);
    const isOpen = inner.kind !== "tuple" || inner.rest !== undefined;
    if (isOpen) {
      const isLast = at === items.length - 1 && inner.kind === "tuple";
      return { kind: "tuple", items: types, rest: isLast ? inner.rest : ANY };
    }
  }
  return { kind: "tuple", items: types, rest: undefined };
}

/** The operand of `*X` or `Unpack[X]`. */
function unpacked({ names }: Context, item: Expression): Expression | undefined {
  if (item.kind === "star") return item.of;
  if (item.kind !== "item" || item.of.kind !== "name") return undefined;
  return /^(?:typing(?:_extensions)?\.)?Unpack$/.test(fullPath(item.of.path, names) ?? "") ? item.items[0] : undefined;
}

/** The union of several types, flattened and without duplicates. */
export function unionOf(members: readonly PythonType[]): PythonType {
  const seen = new Map<string, PythonType>();
  for (const member of members.flatMap((each) => (each.kind === "union" ? each.members : [each]))) {
    seen.set(showType(member), member);
  }
  const [only, second] = seen.values();
  return only !== undefined && second === undefined ? only : { kind: "union", members: [...seen.values()] };
}

/** `Literal[…]`: its values, enumeration members and nested literals. `undefined` for anything else. */
function literalOf(context: Context, items: readonly Expression[]): PythonType | undefined {
  const values: LiteralValue[] = [];
  const others: PythonType[] = [];
  for (const item of items) {
    if (item.kind === "literal") values.push(item.value);
    else if (item.kind === "item" || item.kind === "name") {
      const inner = typeOf(context, item);
      const { kind } = inner;
      if (kind === "literal") for (const value of inner.values) values.push(value);
      else if (kind === "reference" || kind === "union") others.push(inner);
      else return undefined;
    } else return undefined;
  }
  if (values.length === 0) return others.length === 0 ? undefined : unionOf(others);
  const literal: PythonType = { kind: "literal", values };
  return others.length === 0 ? literal : unionOf([literal, ...others]);
}

/** The element type in `NDArray[np.float32]` or `np.ndarray[Any, np.dtype[np.float32]]`. */
function elementType(context: Context, item: Expression | undefined): string | undefined {
  if (item?.kind === "item") return elementType(context, item.items[0]);
  if (item?.kind !== "name") return undefined;
  const full = fullPath(item.path, context.names);
  return full?.startsWith("numpy.") || full === "bool" ? dtypeOf(full) : undefined;
}

/** The number of dimensions in `np.ndarray[tuple[int, int], np.dtype[np.float32]]`. */
function dimensionsOf(context: Context, items: readonly Expression[]): number | undefined {
  const [first] = items;
  const shape = first === undefined || items.length !== 2 ? undefined : typeOf(context, first);
  return shape?.kind === "tuple" && shape.rest === undefined ? shape.items.length : undefined;
}

/**
 * `Float[Tensor, "batch 4"]`: an array with the names or sizes of its dimensions; `...` and `*` match any number of
 * dimensions.
 */
function jaxtyped(context: Context, name: Expression | undefined, items: readonly Expression[]): PythonType {
  const [array, shape] = items;
  const path = name?.kind === "name" ? (fullPath(name.path, context.names) ?? "") : "";
  const text = shape?.kind === "literal" && typeof shape.value === "string" ? shape.value : "...";
  const parts = text.split(/\s+/).filter((part) => part !== "");
  const isOpen = parts.some((part) => part === "..." || part.includes("*"));
  const typed = (type: PythonType): PythonType => {
    if (type.kind === "union") return unionOf(type.members.map(typed));
    if (type.kind !== "tensor") return type;
    return { ...type, dtype: jaxDtypeOf(path) ?? type.dtype, dimensions: isOpen ? undefined : parts.length };
  };
  return array === undefined ? ANY : typed(typeOf(context, array));
}
