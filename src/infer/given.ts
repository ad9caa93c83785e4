import type { BoundInput, BoundModel, BoundValue } from "../bind/bound.ts";
import { literalText } from "../bind/value.ts";
import type { ClassHeader, PythonModule } from "../python/module.ts";
import type { Resolution } from "../python/names/resolution.ts";
import type { TensorLibrary } from "../python/types/python-type.ts";
import type { PythonCode } from "./python-code.ts";
import { meaningIn, type TypeContext, type Wanted, wantedBy } from "./wanted.ts";

/** What Python receives for a value, as far as it is known without running anything. */
export type Given =
  /** `mayBeRetyped`: a reader that substitutes variables before it parses YAML may read a number or a boolean. */
  | {
      readonly kind: "text";
      readonly value: string | undefined;
      readonly from: TextSource;
      readonly mayBeRetyped?: boolean;
    }
  | { readonly kind: "number"; readonly value: number | undefined; readonly isWhole: boolean }
  | { readonly kind: "boolean"; readonly value: boolean | undefined }
  /** A list in a definition, whose items are known. */
  | { readonly kind: "list"; readonly items: readonly GivenPart[]; readonly size: number }
  | { readonly kind: "tensor"; readonly library: TensorLibrary }
  | { readonly kind: "class"; readonly header: ClassHeader; readonly module: PythonModule }
  /** One of several values; which one is not known. */
  | { readonly kind: "one-of"; readonly members: readonly Given[] }
  | { readonly kind: "null" | "map" | "datapoints" | "datapoint" }
  /** Values that only Python has. */
  | { readonly kind: "complex" | "bytes" | "path" | "set" | "tuple" | "callable" }
  | { readonly kind: "unknown" };

/** The origin of a text. */
export type TextSource = "written" | "name" | "path" | "device" | "environment" | "python";

/** A value and the part of the definition that it comes from. `device` may be passed without being written. */
export interface GivenPart {
  readonly value: BoundValue | undefined;
  readonly given: Given;
}

/** What the values of one model can refer to. */
export interface GivenContext {
  readonly bound: BoundModel;
  readonly code: PythonCode;
  readonly root: string;
  /** The target of the entry point of `load`. */
  readonly load: Resolution | undefined;
  /** What Python receives for each input. */
  readonly inputs: ReadonlyMap<BoundInput, Given>;
}

const UNKNOWN: Given = { kind: "unknown" };

/** Adds the inputs of both calls, each after those that it refers to. An input in a cycle is unknown. */
export function withInputs(context: Omit<GivenContext, "inputs">, ordered: readonly BoundInput[]): GivenContext {
  const inputs = new Map<BoundInput, Given>();
  const whole = { ...context, inputs };
  for (const input of ordered) inputs.set(input, givenOf(whole, input.value));
  return whole;
}

/** Larger values are not repeated where an input refers to them: inputs that repeat one another grow exponentially. */
const MAX_REPEATED_SIZE = 1000;

function givenOf(context: GivenContext, value: BoundValue | undefined): Given {
  switch (value?.kind) {
    case "literal":
      return ofScalar(value.node.value);
    case "list":
      return listOf(value.items.map((item) => ({ value: item, given: givenOf(context, item) })));
    case "map":
      return { kind: "map" };
    case "template":
      return { kind: "text", value: literalText(value), from: "written", mayBeRetyped: isOfEnvironment(value) };
    case "reference":
      return ofReference(context, value);
    case "hole":
    case undefined:
      return UNKNOWN;
  }
}

function listOf(items: readonly GivenPart[]): Given {
  return { kind: "list", items, size: items.reduce((size, { given }) => size + sizeOf(given), 1) };
}

function sizeOf(given: Given): number {
  return given.kind === "list" ? given.size : 1;
}

function ofScalar(value: string | number | boolean | null): Given {
  if (value === null) return { kind: "null" };
  if (typeof value === "number") return { kind: "number", value, isWhole: Number.isInteger(value) };
  return typeof value === "boolean" ? { kind: "boolean", value } : { kind: "text", value, from: "written" };
}

type ReferenceValue = Extract<BoundValue, { readonly kind: "reference" }>;

type TemplateValue = Extract<BoundValue, { readonly kind: "template" }>;

/** Whether a value is a plain scalar whose only expressions are environment variables. */
function isOfEnvironment({ node, parts }: TemplateValue): boolean {
  return (
    node.style === "plain" && parts.every((part) => typeof part === "string" || part.meaning.kind === "environment")
  );
}

/**
 * The value as it may be read by a reader that substitutes variables before it parses YAML: also as a number or a
 * boolean.
 */
export function retyped(part: GivenPart): GivenPart {
  const { given } = part;
  if (given.kind === "list") return { ...part, given: { ...given, items: given.items.map(retyped) } };
  if (given.kind !== "text" || given.mayBeRetyped !== true) return part;
  const number: Given = { kind: "number", value: undefined, isWhole: true };
  return { ...part, given: { kind: "one-of", members: [given, number, { kind: "boolean", value: undefined }] } };
}

function ofReference(context: GivenContext, { node, reference: { meaning } }: ReferenceValue): Given {
  const text = (from: TextSource): Given => ({ kind: "text", value: undefined, from });
  switch (meaning.kind) {
    case "environment":
      return { kind: "text", value: undefined, from: "environment", mayBeRetyped: node.style === "plain" };
    case "model-name":
      return text("name");
    case "device":
      return deviceOf(context);
    case "file":
    case "required-file":
      return text("path");
    case "datapoints":
      return { kind: "datapoints" };
    case "load-output":
      return loadResult(context);
    case "input":
      return inputNamed(context, meaning);
    case "image":
    case "undefined":
    case "wrong-phase":
    case "incomplete":
    case "late":
    case "unknown":
      return UNKNOWN;
  }
}

/** The device that Python receives: `gpu` means `cuda`, and the default is `cpu`. */
export function deviceOf({ bound: { runtime } }: GivenContext): Given {
  const device = "runtime" in runtime ? runtime.runtime.device : undefined;
  const written = device?.kind === "literal" ? device.node.text.trim() : device === undefined ? "cpu" : undefined;
  const value = written === "gpu" ? "cuda" : written === "cuda" || written === "cpu" ? written : undefined;
  return { kind: "text", value, from: "device" };
}

function inputNamed(
  { bound: { runtime }, inputs }: GivenContext,
  { of, name }: { readonly of: "load" | "predict"; readonly name: string },
): Given {
  const input = "runtime" in runtime ? runtime.runtime[of]?.inputs.get(name) : undefined;
  const given = (input && inputs.get(input)) ?? UNKNOWN;
  return sizeOf(given) > MAX_REPEATED_SIZE ? UNKNOWN : given;
}

const results = new WeakMap<Resolution, Given>();

/** What `load` returns according to its annotation. For a class, this is an instance of it. */
export function loadResult(context: GivenContext): Given {
  const { load } = context;
  const known = load && results.get(load);
  if (known !== undefined) return known;
  const result = resultOf(context);
  if (load !== undefined) results.set(load, result);
  return result;
}

function resultOf({ code, root, load }: GivenContext): Given {
  if (load === undefined || !("doubts" in load) || load.doubts.length > 0) return UNKNOWN;
  const { module, returns } = load.signature;
  if (load.kind === "class") return { kind: "class", header: load.header, module };
  return returns === undefined ? UNKNOWN : ofPython({ code, root, left: MAX_STEPS }, wantedBy(module, returns), 0);
}

/** Deeper types are unknown. Types in real code are not nested that deeply. */
const MAX_DEPTH = 8;

/** The maximum number of types that are followed for one result. Unions of aliases of unions grow exponentially. */
const MAX_STEPS = 2000;

interface Steps extends TypeContext {
  left: number;
}

/** A value of a Python type. */
function ofPython(context: Steps, wanted: Wanted, depth: number): Given {
  if (context.left-- <= 0) return UNKNOWN;
  const { type } = wanted;
  switch (type.kind) {
    case "none":
      return { kind: "null" };
    case "int":
    case "float":
      return { kind: "number", value: undefined, isWhole: type.kind === "int" };
    case "bool":
      return { kind: "boolean", value: undefined };
    case "str":
      return { kind: "text", value: undefined, from: "python" };
    case "dict":
      return { kind: "map" };
    case "tensor":
      return { kind: "tensor", library: type.library };
    case "complex":
    case "bytes":
    case "path":
    case "set":
    case "tuple":
      return { kind: type.kind };
    case "callable":
      return { kind: "callable" };
    case "literal":
      return { kind: "one-of", members: type.values.map(ofScalar) };
    case "union":
      return {
        kind: "one-of",
        members: type.members.map((member) => ofPython(context, { ...wanted, type: member }, depth)),
      };
    case "reference": {
      if (depth >= MAX_DEPTH) return UNKNOWN;
      const meaning = meaningIn(context, wanted, type.name);
      if (meaning.kind === "alias") return ofPython(context, { type: meaning.type, module: meaning.module }, depth + 1);
      return meaning.kind === "class" ? { kind: "class", header: meaning.header, module: meaning.module } : UNKNOWN;
    }
    case "any":
    case "unknown":
    case "never":
    case "type":
    case "value":
    case "list":
    case "iterable":
      return UNKNOWN;
  }
}
