import type { LiteralValue } from "../text/literal.ts";

/** Types without arguments. `any` means that the annotation leaves the type open on purpose. */
export type SimpleKind =
  | ("any" | "none" | "bool" | "int" | "float" | "complex" | "str" | "bytes" | "path" | "callable")
  /** A class used as a value. */
  | "type"
  /** The return type of a function that never returns. */
  | "never";

/** The type of an annotation, as far as callers need it. */
export type PythonType =
  | { readonly kind: SimpleKind }
  /** `list` and other types with a length and an order. `takesText` is true for `Sequence`, which `str` is, too. */
  | { readonly kind: "list"; readonly item: PythonType; readonly takesText: boolean }
  /** `Iterable`, `Iterator`, generators: types that only support iteration. */
  | { readonly kind: "iterable"; readonly item: PythonType }
  | { readonly kind: "set"; readonly item: PythonType }
  | { readonly kind: "dict"; readonly key: PythonType; readonly value: PythonType }
  /** `rest` is the type of any number of further items: `tuple[int, ...]` has no items and a rest. */
  | { readonly kind: "tuple"; readonly items: readonly PythonType[]; readonly rest: PythonType | undefined }
  | { readonly kind: "union"; readonly members: readonly PythonType[] }
  | { readonly kind: "literal"; readonly values: readonly LiteralValue[] }
  | TensorType
  /** A type of the standard library whose values are usually written as text: a date, a `Decimal`, a `UUID`. */
  | { readonly kind: "value"; readonly name: string }
  /** A name that the annotation's module defines: a class, an alias, a type variable. */
  | { readonly kind: "reference"; readonly name: string; readonly arguments: readonly PythonType[] }
  | { readonly kind: "unknown"; readonly text: string };

/** An array type; fields are `undefined` if the annotation does not specify them. */
export interface TensorType {
  readonly kind: "tensor";
  readonly library: TensorLibrary;
  /** The NumPy name of the element type, such as `float32`; `number` is any numeric type. */
  readonly dtype: string | undefined;
  /** The number of dimensions. */
  readonly dimensions: number | undefined;
}

/** `buffer` stands for the arrays of Python itself: `memoryview` and `array.array`. */
export type TensorLibrary = "numpy" | "torch" | "tensorflow" | "jax" | "pillow" | "buffer";

/** Prints a type as one line of Python, for messages and tests. */
export function showType(type: PythonType): string {
  switch (type.kind) {
    case "any":
      return "Any";
    case "none":
      return "None";
    case "path":
      return "Path";
    case "callable":
      return "Callable";
    case "never":
      return "Never";
    case "value":
      return type.name;
    case "list":
    case "set":
      return `${type.kind}[${showType(type.item)}]`;
    case "iterable":
      return `Iterable[${showType(type.item)}]`;
    case "dict":
      return `dict[${showType(type.key)}, ${showType(type.value)}]`;
    case "tuple": {
      const items = [...type.items.map(showType), ...(type.rest === undefined ? [] : [`${showType(type.rest)}, ...`])];
      return `tuple[${items.join(", ") || "()"}]`;
    }
    case "union":
      return type.members.map(showType).join(" | ");
    case "literal":
      return `Literal[${type.values.map(showLiteral).join(", ")}]`;
    case "tensor":
      return (
        type.library + showDetails([type.dtype, type.dimensions === undefined ? undefined : `${type.dimensions}d`])
      );
    case "reference":
      return type.arguments.length === 0 ? type.name : `${type.name}[${type.arguments.map(showType).join(", ")}]`;
    case "unknown":
      return `unknown(${type.text})`;
    case "bool":
    case "int":
    case "float":
    case "complex":
    case "str":
    case "bytes":
    case "type":
      return type.kind;
  }
}

/** The types that a type is made of, in the order of the text. */
export function partsOf(type: PythonType): readonly PythonType[] {
  switch (type.kind) {
    case "list":
    case "iterable":
    case "set":
      return [type.item];
    case "dict":
      return [type.key, type.value];
    case "tuple":
      return type.rest === undefined ? type.items : [...type.items, type.rest];
    case "union":
      return type.members;
    case "reference":
      return type.arguments;
    case "any":
    case "none":
    case "bool":
    case "int":
    case "float":
    case "complex":
    case "str":
    case "bytes":
    case "path":
    case "callable":
    case "type":
    case "never":
    case "literal":
    case "tensor":
    case "value":
    case "unknown":
      return [];
  }
}

function showDetails(details: readonly (string | undefined)[]): string {
  const known = details.filter((each) => each !== undefined);
  return known.length === 0 ? "" : `[${known.join(", ")}]`;
}

function showLiteral(value: LiteralValue): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}
