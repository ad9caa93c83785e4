import type { LiteralValue } from "../text/literal.ts";

/** Types that take nothing in brackets. `any` is what an annotation leaves open on purpose. */
export type SimpleKind =
  | ("any" | "none" | "bool" | "int" | "float" | "complex" | "str" | "bytes" | "path" | "callable")
  /** A class as a value. */
  | "type"
  /** What a function says that never returns. */
  | "never";

/** What an annotation says, as far as a caller needs it. */
export type PythonType =
  | { readonly kind: SimpleKind }
  /** `list` and whatever else has a length and an order; `Sequence` is one that a text is, too. */
  | { readonly kind: "list"; readonly item: PythonType; readonly takesText: boolean }
  /** `Iterable`, `Iterator`, generators: one item after the other. */
  | { readonly kind: "iterable"; readonly item: PythonType }
  | { readonly kind: "set"; readonly item: PythonType }
  | { readonly kind: "dict"; readonly key: PythonType; readonly value: PythonType }
  /** `rest` is the type of any number of further items: `tuple[int, ...]` has no items and a rest. */
  | { readonly kind: "tuple"; readonly items: readonly PythonType[]; readonly rest: PythonType | undefined }
  | { readonly kind: "union"; readonly members: readonly PythonType[] }
  | { readonly kind: "literal"; readonly values: readonly LiteralValue[] }
  | TensorType
  /** A value of the standard library that is usually written as text: a date, a `Decimal`, a `UUID`. */
  | { readonly kind: "value"; readonly name: string }
  /** A name that the annotation's module gives a meaning: a class, an alias, a type variable. */
  | { readonly kind: "reference"; readonly name: string; readonly arguments: readonly PythonType[] }
  | { readonly kind: "unknown"; readonly text: string };

/** An array. `undefined` is what the annotation does not say. */
export interface TensorType {
  readonly kind: "tensor";
  readonly library: TensorLibrary;
  /** In the names of numpy, such as `float32`; `number` is any type of numbers. */
  readonly dtype: string | undefined;
  /** How many dimensions it has. */
  readonly dimensions: number | undefined;
}

/** `buffer` is what Python itself has: `memoryview` and `array.array`. */
export type TensorLibrary = "numpy" | "torch" | "tensorflow" | "jax" | "pillow" | "buffer";

/** A type as one line of Python, for messages and tests. */
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
