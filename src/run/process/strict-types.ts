// Compares predictions and the inputs of datapoints with the type annotations of the Python code. Predictions are compared after conversion to JSON: a tuple
// is a list, a dataclass is a map of its fields, and an enum is its value. A value without a declared type is accepted.
import { quote } from "../../base/quote.ts";
import { datapointType } from "../../plan/datapoint-type.ts";
import type { PlanClass, PlanType } from "../../plan/execution-plan.ts";
import type { PreparedModel } from "../prepare/prepare.ts";
import type { ElementType, RawArray } from "../worker/raw-array.ts";

/** Describes where a value does not have the declared type: `label: expected "cat" | "dog", but got "bird"`. */
export type TypeChecker = (value: unknown) => string | undefined;

/** The checker for the predictions of a model; `undefined` if the Python code declares no type. */
export function typeChecker({
  predict,
  keys,
  classes,
}: Pick<PreparedModel, "predict" | "keys" | "classes">): TypeChecker | undefined {
  const { item } = predict.step.output;
  if (item === undefined) return undefined;
  const types = { byName: classesOf(classes), isInput: false };
  const list = keys.length === 0 ? undefined : listIn(item);
  return (prediction) => {
    const mismatch = mismatchOf(types, prediction, item, []);
    if (mismatch === undefined || list === undefined || !isMap(prediction)) return mismatch && describe(mismatch);
    // A list of field objects with key names is converted to a map by key name.
    const grouped = firstOf(keys, (key) => mismatchOf(types, prediction[key], list, [key]));
    return grouped && describe(grouped);
  };
}

/** The checker for the inputs of datapoints; `undefined` if the Python code declares no type. */
export function inputChecker({
  predict,
  classes,
}: Pick<PreparedModel, "predict" | "classes">): TypeChecker | undefined {
  const types = { byName: classesOf(classes), isInput: true };
  const type = datapointType(types.byName, predict.step.arguments);
  if (type === undefined) return undefined;
  return (inputs) => {
    const mismatch = mismatchOf(types, inputs, type, ["inputs"]);
    return mismatch && describe(mismatch);
  };
}

function classesOf(classes: PreparedModel["classes"]): ReadonlyMap<string, PlanClass> {
  return new Map(classes.map((each) => [each.name, each]));
}

interface Mismatch {
  readonly path: readonly (string | number)[];
  readonly expected: string;
  readonly found: unknown;
}

interface Types {
  readonly byName: ReadonlyMap<string, PlanClass>;
  /** Whether the value is passed to Python. */
  readonly isInput: boolean;
}

/** The first mismatch, in the order of the value. */
function mismatchOf(types: Types, value: unknown, type: PlanType, path: Mismatch["path"]): Mismatch | undefined {
  const wrong = (): Mismatch => ({ path, expected: nameOf(type), found: value });
  if (types.isInput && isOpaque(types, type)) return undefined;
  switch (type.kind) {
    case "text":
    case "path":
    case "value":
      return typeof value === "string" ? undefined : wrong();
    case "integer":
      return isInteger(value) ? undefined : wrong();
    case "number":
      return isNumber(value) ? undefined : wrong();
    case "boolean":
      return typeof value === "boolean" ? undefined : wrong();
    case "null":
      return value === null ? undefined : wrong();
    case "literal":
      return type.values.some((each) => each === value) ? undefined : wrong();
    case "enum":
      return mismatchOf(types, value, type.value, path);
    case "list":
      return Array.isArray(value)
        ? firstOf(value.entries(), ([i, each]) => mismatchOf(types, each, type.item, [...path, i]))
        : wrong();
    case "tuple": {
      const { items, rest } = type;
      if (!Array.isArray(value) || value.length < items.length) return wrong();
      if (rest === undefined && value.length > items.length) return wrong();
      return firstOf(value.entries(), ([i, each]) => {
        const inner = items[i] ?? rest;
        return inner && mismatchOf(types, each, inner, [...path, i]);
      });
    }
    case "map": {
      if (!isMap(value)) return wrong();
      return firstOf(Object.entries(value), ([key, found]) => {
        const at = [...path, key];
        if (type.keys?.includes(key) === false) return { path: at, expected: "no key of this name", found };
        return mismatchOf(types, found, type.value, at);
      });
    }
    case "class":
      return classMismatch(types, value, type.name, path);
    case "union": {
      const mismatches = type.members.map((member) => mismatchOf(types, value, member, path));
      if (mismatches.includes(undefined)) return undefined;
      // If only one member of the union matches at this level, its inner mismatch is more specific.
      const inner = mismatches.filter((each) => each !== undefined && each.path.length > path.length);
      return inner.length === 1 ? inner[0] : wrong();
    }
    case "tensor":
      return fitsTensor(value, type) ? undefined : wrong();
    case "bytes":
    case "set":
    case "unknown":
      return undefined;
  }
}

/** Whether JSON cannot be such a value, so that the code itself decides what to do with an input. Arrays are checked by the worker. */
function isOpaque({ byName }: Types, type: PlanType): boolean {
  if (type.kind === "class") return byName.get(type.name)?.form !== "typed-dict";
  return type.kind === "tensor" || type.kind === "value" || (type.kind === "enum" && !type.passes);
}

/** The list type in a type, if it is a list or a union with a list. */
function listIn(type: PlanType): PlanType | undefined {
  if (type.kind === "union") return firstOf(type.members, listIn);
  return type.kind === "list" ? type : undefined;
}

function classMismatch(types: Types, value: unknown, name: string, path: Mismatch["path"]): Mismatch | undefined {
  const fields = types.byName.get(name)?.fields;
  if (fields === undefined) return undefined;
  if (!isMap(value)) return { path, expected: `the fields of ${quote(name)}`, found: value };
  return firstOf(fields, ({ name: field, type, optional }) => {
    const at = [...path, field];
    if (Object.hasOwn(value, field)) return mismatchOf(types, value[field], type, at);
    return optional ? undefined : { path: at, expected: nameOf(type), found: undefined };
  });
}

/** The first result of a function for several values that is not `undefined`. */
function firstOf<Value, Found>(values: Iterable<Value>, find: (value: Value) => Found | undefined): Found | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** In Python, a boolean is an integer, and an integer is accepted as a float. */
function isInteger(value: unknown): boolean {
  return typeof value === "boolean" || typeof value === "bigint" || Number.isInteger(value);
}

function isNumber(value: unknown): boolean {
  return isInteger(value) || typeof value === "number";
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawArray(value);
}

/** Only an array has a typed array as `data`; JSON values never do. */
function isRawArray(value: unknown): value is RawArray {
  return typeof value === "object" && value !== null && "data" in value && ArrayBuffer.isView(value.data);
}

/** NumPy names of the element types of the Open Inference Protocol, if they differ in more than case. */
const ELEMENTS: Readonly<Partial<Record<ElementType, string>>> = {
  BOOL: "bool",
  FP16: "float16",
  BF16: "bfloat16",
  FP32: "float32",
  FP64: "float64",
};

/** An array is a `RawArray`, nested lists, or a single element. */
function fitsTensor(value: unknown, { dtype, dimensions }: Extract<PlanType, { kind: "tensor" }>): boolean {
  if (isRawArray(value)) {
    const element = ELEMENTS[value.dtype] ?? value.dtype.toLowerCase();
    const isElement =
      dtype === undefined || dtype === "number" ? element !== "bool" || dtype === undefined : dtype === element;
    return isElement && (dimensions === undefined || dimensions === value.shape.length);
  }
  let [inner, depth]: [unknown, number] = [value, 0];
  while (Array.isArray(inner)) {
    depth++;
    if (inner.length === 0) return dimensions === undefined || depth <= dimensions;
    inner = inner[0];
  }
  const isElement =
    dtype === undefined
      ? isNumber(inner) || typeof inner === "string"
      : dtype === "bool"
        ? typeof inner === "boolean"
        : isNumber(inner);
  return isElement && (dimensions === undefined || dimensions === depth);
}

function describe({ path, expected, found }: Mismatch): string {
  const place = path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${part}`)).join("");
  return `${place === "" ? "" : `${place.slice(0, 200)}: `}expected ${expected}, but got ${shown(found)}`;
}

function shown(value: unknown): string {
  if (value === undefined) return "no value";
  if (value === null) return "None";
  if (Array.isArray(value)) return `a list of length ${value.length}`;
  if (isRawArray(value)) return `an array of ${value.dtype} with shape [${value.shape.join(", ")}]`;
  if (typeof value === "object") return `a map with ${Object.keys(value).length} keys`;
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Describes a type for a Python user. */
function nameOf(type: PlanType): string {
  switch (type.kind) {
    case "text":
    case "path":
      return "a string";
    case "value":
      return `a string for ${type.name}`;
    case "integer":
      return "an integer";
    case "number":
      return "a number";
    case "boolean":
      return "True or False";
    case "null":
      return "None";
    case "literal":
      return type.values
        .map((each) => (each === null ? "None" : JSON.stringify(each)))
        .slice(0, 8)
        .join(" | ");
    case "enum":
      return `a value of ${quote(type.name)}`;
    case "list":
      return "a list";
    case "tuple":
      return type.rest === undefined
        ? `a list of length ${type.items.length}`
        : `a list of at least ${type.items.length} items`;
    case "map":
      return "a map";
    case "class":
      return `the fields of ${quote(type.name)}`;
    case "union":
      return [...new Set(type.members.map(nameOf))].slice(0, 8).join(" | ");
    case "tensor": {
      const of = type.dtype === undefined || type.dtype === "number" ? "" : ` of ${type.dtype}`;
      const dimensions = type.dimensions === undefined ? "" : ` with ${type.dimensions} dimensions`;
      return `an array${of}${dimensions}`;
    }
    case "bytes":
    case "set":
    case "unknown":
      return "anything";
  }
}
