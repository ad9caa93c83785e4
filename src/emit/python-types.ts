// The TypeScript counterparts of Python types. Predictions and datapoints are transferred as JSON with separate arrays.
// The worker and `run/worker/prediction.ts` convert them: a tuple becomes an array, a dataclass a map of its fields, a
// path a string.
import type { PlanClass, PlanType, UnknownReason } from "../plan/execution-plan.ts";
import { commentCode, stringLiteral } from "./escape.ts";

/**
 * The direction of a value: a prediction with arrays as `lists` or `raw` arrays, or an argument for Python (`given`).
 */
export type Form = "lists" | "raw" | "given";

/** The classes of a model, and the names of their interfaces. */
export interface PythonTypes {
  readonly classes: ReadonlyMap<string, PlanClass>;
  readonly interfaceOf: (name: string, form: Form) => string;
}

/** The TypeScript type of a Python type; `unknown` if it cannot be known, never `any`. */
export function typeText(types: PythonTypes, type: PlanType, form: Form): string {
  const inner = (of: PlanType): string => typeText(types, of, form);
  switch (type.kind) {
    case "text":
    case "path":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
    case "null":
      return type.kind;
    case "literal":
      return unionText(type.values.map(literalText));
    case "list":
      return arrayText(inner(type.item));
    case "tuple":
      return tupleText(type.items.map(inner), type.rest && inner(type.rest));
    case "map":
      return mapText(type.keys, inner(type.value));
    case "value":
      return form === "given" ? "unknown" : "string";
    case "enum":
      return isInternal(types, type, form) ? "unknown" : inner(type.value);
    case "union":
      return unionText(transferable(types, type.members, form).map(inner));
    case "tensor":
      return form === "given" ? givenTensorText(type) : tensorText(type, form);
    case "class":
      return isInternal(types, type, form) ? "unknown" : types.interfaceOf(type.name, form);
    case "bytes":
    case "set":
    case "unknown":
      return "unknown";
  }
}

/**
 * The members of a union that can arrive. Members that cannot be transferred are omitted, unless only `None` would be left of an
 * argument.
 */
export function transferable(
  types: Pick<PythonTypes, "classes">,
  all: readonly PlanType[],
  form: Form,
): readonly PlanType[] {
  const members = all.filter((member) => !isInternal(types, member, form));
  const isNothing = form === "given" && members.length < all.length && members.every(({ kind }) => kind === "null");
  return members.length > 0 && !isNothing ? members : all;
}

/** A note about what the TypeScript type does not show, such as why it is `unknown`. */
export function typeNote(types: PythonTypes, type: PlanType, form: Form): string {
  switch (type.kind) {
    case "path":
      return "A path.";
    case "bytes":
    case "set":
      return notTransferable(type.kind);
    case "value":
      return form === "given" ? notTransferable(type.name) : `${commentCode(type.name)} as text.`;
    case "enum":
      return isInternal(types, type, form) ? notTransferable(type.name) : `The value of ${commentCode(type.name)}.`;
    case "tensor":
      return isInternal(types, type, form) ? "Arrays of this type cannot be passed to Python." : "";
    case "class":
      return isInternal(types, type, form) ? notTransferable(type.name) : "";
    case "unknown":
      return type.reason === "internal" ? notTransferable(type.text) : UNKNOWN[type.reason](commentCode(type.text));
    case "text":
    case "integer":
    case "number":
    case "boolean":
    case "null":
    case "literal":
    case "list":
    case "map":
    case "tuple":
    case "union":
      for (const part of partsOf(type)) {
        const note = typeNote(types, part, form);
        if (note !== "") return note;
      }
      return "";
  }
}

const notTransferable = (what: string): string =>
  `Values of the Python type ${commentCode(what)} cannot be transferred.`;

const UNKNOWN: Readonly<Record<Exclude<UnknownReason, "internal">, (text: string) => string>> = {
  open: () => "The Python type is unspecified.",
  outside: (text) => `The Python type ${text} is not defined in the repository.`,
  class: (text) => `The Python class ${text} does not declare all of its fields.`,
  enum: (text) => `The Python enumeration ${text} has computed values.`,
  unread: (text) => `The Python annotation ${text} is not a type.`,
  large: () => "The Python type is too large, or recursive.",
};

/** Whether values of a type cannot be transferred in this direction. JSON cannot become an instance of a class. */
export function isInternal({ classes }: Pick<PythonTypes, "classes">, type: PlanType, form: Form): boolean {
  if (type.kind === "bytes" || type.kind === "set") return true;
  if (type.kind === "unknown") return type.reason === "internal";
  if (form !== "given") return false;
  if (type.kind === "enum") return !type.passes;
  return (
    (type.kind === "tensor" && givenTensorText(type) === "unknown") ||
    type.kind === "value" ||
    (type.kind === "class" && classes.get(type.name)?.form !== "typed-dict")
  );
}

/** The types that a type consists of. */
export function partsOf(type: PlanType): readonly PlanType[] {
  switch (type.kind) {
    case "list":
    case "set":
      return [type.item];
    case "map":
    case "enum":
      return [type.value];
    case "tuple":
      return [...type.items, ...(type.rest === undefined ? [] : [type.rest])];
    case "union":
      return type.members;
    case "text":
    case "path":
    case "integer":
    case "number":
    case "boolean":
    case "null":
    case "bytes":
    case "literal":
    case "tensor":
    case "value":
    case "class":
    case "unknown":
      return [];
  }
}

/** The union of several types; `unknown` absorbs all others. */
export function unionText(members: readonly string[]): string {
  const unique = [...new Set(members)];
  return unique.includes("unknown") || unique.length === 0 ? "unknown" : unique.join(" | ");
}

function mapText(keys: readonly string[] | undefined, value: string): string {
  if (keys === undefined) return `Readonly<Record<string, ${value}>>`;
  const names = keys.length === 0 ? "never" : unionText(keys.map(stringLiteral));
  return `Readonly<Partial<Record<${names}, ${value}>>>`;
}

/** The type of a read-only array. */
export function arrayText(item: string): string {
  return `readonly ${bracketed(item)}[]`;
}

function bracketed(item: string): string {
  return /^[\p{ID_Continue}$]+$/u.test(item) ? item : `(${item})`;
}

function tupleText(items: readonly string[], rest: string | undefined): string {
  if (rest === undefined) return `readonly [${items.join(", ")}]`;
  return items.length === 0 ? arrayText(rest) : `readonly [${items.join(", ")}, ...${bracketed(rest)}[]]`;
}

export function literalText(value: string | number | boolean | null): string {
  if (typeof value === "string") return stringLiteral(value);
  // Beyond 2^53, the digits would differ from those in Python.
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) return "number";
  return String(value);
}

/** NumPy element types by their name in the Open Inference Protocol. */
export const ELEMENTS: ReadonlyMap<string, string> = new Map([
  ["bool", "BOOL"],
  ...["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"].map(
    (name) => [name, name.toUpperCase()] as const,
  ),
  ["float16", "FP16"],
  ["bfloat16", "BF16"],
  ["float32", "FP32"],
  ["float64", "FP64"],
]);

/** An array without dimensions arrives as its only element, in both forms. */
function tensorText({ library, dtype, dimensions }: Extract<PlanType, { kind: "tensor" }>, form: Form): string {
  const element = dtype === undefined ? undefined : ELEMENTS.get(dtype);
  const isNumber = dtype === "number";
  if (dtype !== undefined && element === undefined && !isNumber) return "unknown";
  // Strings have no raw form; only NumPy has arrays of them.
  const mayBeText = library === "numpy" && dtype === undefined;
  const open = mayBeText ? "number | boolean | string" : "number | boolean";
  const item = dtype === undefined ? open : element === "BOOL" ? "boolean" : "number";
  if (dimensions === 0) return item;
  const isListed = form === "lists" || mayBeText;
  const lists = dimensions === undefined ? `NestedArray<${item}>` : nested(item, dimensions);
  const raw = element === undefined ? "RawArray" : `RawArray<"${element}">`;
  if (form !== "raw") return lists;
  return unionText([raw, ...(isListed ? [lists] : dimensions === undefined ? [item] : [])]);
}

/** Only NumPy arrays can be arguments. A plain typed array has one dimension and determines its element type. */
function givenTensorText({ library, dtype, dimensions = 1 }: Extract<PlanType, { kind: "tensor" }>): string {
  const element = dtype === undefined || dtype === "number" ? "" : ELEMENTS.get(dtype);
  if (library !== "numpy" || element === undefined || dimensions === 0) return "unknown";
  const raw = element === "" ? "RawArray" : `RawArray<"${element}">`;
  const alone = element === "" ? "ElementData" : TYPED_ARRAYS.get(element);
  return dimensions > 1 || alone === undefined ? raw : `${raw} | ${alone}`;
}

/** Typed arrays that determine the element type. */
const TYPED_ARRAYS: ReadonlyMap<string, string> = new Map([
  ...["Int8", "Int16", "Int32", "Uint8", "Uint16", "Uint32"].map(
    (name) => [name.toUpperCase(), `${name}Array`] as const,
  ),
  ["INT64", "BigInt64Array"],
  ["UINT64", "BigUint64Array"],
  ["FP32", "Float32Array"],
  ["FP64", "Float64Array"],
]);

function nested(item: string, dimensions: number): string {
  let text = item;
  for (let left = dimensions; left > 0; left--) text = arrayText(text);
  return text;
}
