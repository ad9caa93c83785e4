import type { ClassHeader, PythonModule } from "../python/module.ts";
import type { TypeMeaning } from "../python/type-lookup.ts";
import { fullPath } from "../python/types/annotation.ts";
import { decoratorPath, unknownDecorators } from "../python/types/decorators.ts";
import { namesOf } from "../python/types/names-in-module.ts";
import type { PythonType } from "../python/types/python-type.ts";
import type { Given, GivenPart } from "./given.ts";
import { meaningsIn, type TypeContext, type Wanted } from "./wanted.ts";

type Known = Exclude<Given, { readonly kind: "one-of" | "unknown" }>;

/**
 * The part of a value that contradicts an annotation: the value itself, or one item of its list. `undefined` if there is no
 * contradiction or it is not certain, because Python does not enforce annotations.
 */
export function contradicts(context: TypeContext, part: GivenPart, wanted: Wanted): GivenPart | undefined {
  return compare({ ...context, left: MAX_STEPS }, part, wanted, 0);
}

/**
 * The maximum number of names and union members that are followed for one value. Unions of aliases of unions grow
 * exponentially.
 */
const MAX_STEPS = 2000;

interface Steps extends TypeContext {
  left: number;
}

function takeSteps(context: Steps, count: number): boolean {
  context.left -= count;
  return context.left >= 0;
}

function compare(context: Steps, part: GivenPart, wanted: Wanted, depth: number): GivenPart | undefined {
  const { given } = part;
  const { type } = wanted;
  if (given.kind === "unknown" || depth > MAX_DEPTH) return undefined;
  const isOwn = given.kind === "class" && type.kind !== "reference" && type.kind !== "union";
  if (isOwn && !isPlainClass(context, given.header, given.module)) return undefined;
  if (given.kind === "one-of") {
    if (!takeSteps(context, given.members.length)) return undefined;
    const isNever = given.members.every((member) => compare(context, { ...part, given: member }, wanted, 0));
    return isNever && given.members.length > 0 ? part : undefined;
  }
  switch (type.kind) {
    case "any":
    case "unknown":
      return undefined;
    case "union": {
      if (!takeSteps(context, type.members.length)) return undefined;
      const parts = type.members.map((member) => compare(context, part, { ...wanted, type: member }, depth + 1));
      return parts.includes(undefined) ? undefined : (parts.find((each) => each?.value !== part.value) ?? part);
    }
    case "reference":
      return contradictsReference(context, part, wanted, type.name, depth);
    case "literal":
      return isLiteral(given, type.values) ? undefined : part;
    case "list":
    case "tuple":
    case "iterable":
      if (NEVER[given.kind].includes(type.kind) && !isSequenceOfText(given, type)) return part;
      return contradictsItem(context, part, { ...wanted, type }, depth);
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
    case "set":
    case "dict":
    case "tensor":
    case "value":
      return isNever(given, type) ? part : undefined;
  }
}

/** Deeper types are not compared. Types in real code are not nested that deeply. */
const MAX_DEPTH = 12;

/** Names with several meanings are followed only down to this depth. */
const MAX_OPEN_DEPTH = 3;

/**
 * The types that a value of each kind can never have. Common conversions are allowed: YAML has no `Path`, so a text may
 * be meant as one.
 */
const NEVER: Readonly<Record<Known["kind"], readonly PythonType["kind"][]>> = {
  text: ["int", "float", "complex", "bool", "none", "bytes", "dict", "set", "list", "tuple", "callable", "tensor"],
  number: ["str", "bytes", "path", "none", "bool", "list", "iterable", "dict", "set", "tuple", "callable", "tensor"],
  boolean: ["str", "bytes", "path", "none", "list", "iterable", "dict", "set", "tuple", "callable", "tensor"],
  complex: ["int", "float", "bool", "str", "bytes", "path", "none", "list", "iterable", "dict", "set", "tuple"],
  null: [
    ...(["int", "float", "complex", "bool", "str", "bytes", "path", "list", "iterable", "dict", "set"] as const),
    ...(["tuple", "callable", "tensor"] as const),
  ],
  list: ["int", "float", "complex", "bool", "str", "bytes", "path", "none", "dict", "callable"],
  map: [
    "int",
    "float",
    "complex",
    "bool",
    "str",
    "bytes",
    "path",
    "none",
    "list",
    "set",
    "tuple",
    "callable",
    "tensor",
  ],
  datapoints: ["int", "float", "complex", "bool", "str", "bytes", "path", "none", "dict", "set", "callable", "tensor"],
  datapoint: ["int", "float", "complex", "bool", "str", "bytes", "none", "list", "set", "tuple", "callable", "tensor"],
  bytes: ["int", "float", "complex", "bool", "str", "path", "none", "dict", "set", "tuple", "callable", "tensor"],
  path: ["int", "float", "complex", "bool", "bytes", "none", "list", "iterable", "dict", "set", "tuple", "tensor"],
  set: ["int", "float", "complex", "bool", "str", "bytes", "path", "none", "list", "dict", "tuple", "tensor"],
  tuple: ["int", "float", "complex", "bool", "str", "bytes", "path", "none", "dict", "set", "callable", "tensor"],
  callable: ["int", "float", "complex", "bool", "str", "bytes", "none"],
  tensor: ["int", "float", "bool", "str", "bytes", "path", "none", "list", "dict", "set", "tuple", "callable"],
  class: ["int", "float", "complex", "bool", "str", "bytes", "none", "list", "dict", "set", "tuple", "tensor"],
};

function isNever(given: Known, type: PythonType): boolean {
  if (given.kind === "number") {
    if (type.kind === "int") return !given.isWhole;
    // 0 and 1 are common spellings of booleans.
    if (type.kind === "bool") return given.value !== 0 && given.value !== 1;
  }
  // Arrays of different libraries are often interchangeable; tensors of torch are not.
  if (given.kind === "tensor" && type.kind === "tensor")
    return given.library !== type.library && (given.library === "torch" || type.library === "torch");
  return NEVER[given.kind].includes(type.kind);
}

/** Whether a text is passed for a `Sequence[str]`, which accepts it. The kind of that type is also `list`. */
function isSequenceOfText(given: Given, type: PythonType): boolean {
  return given.kind === "text" && type.kind === "list" && type.takesText;
}

function isLiteral(given: Given, values: readonly (string | number | boolean | null)[]): boolean {
  // A class may be an enumeration, and literals may contain its members.
  if (given.kind === "null" || given.kind === "class") return given.kind === "class" || values.includes(null);
  if (given.kind !== "text" && given.kind !== "number" && given.kind !== "boolean") return false;
  if (given.value !== undefined) return values.includes(given.value);
  const type = given.kind === "text" ? "string" : given.kind;
  return values.some((value) => typeof value === type);
}

type Ordered = Extract<PythonType, { readonly kind: "list" | "tuple" | "iterable" }>;

/**
 * Compares the items of a list. A list may also be meant as a tuple, which YAML does not have; then the number of items
 * must match.
 */
function contradictsItem(
  context: Steps,
  part: GivenPart,
  wanted: Wanted & { readonly type: Ordered },
  depth: number,
): GivenPart | undefined {
  const { given } = part;
  const { type } = wanted;
  if (given.kind === "datapoints" && type.kind !== "tuple") {
    const datapoint: GivenPart = { ...part, given: { kind: "datapoint" } };
    return type.item.kind === "reference"
      ? undefined
      : compare(context, datapoint, { ...wanted, type: type.item }, depth + 1);
  }
  if (given.kind !== "list") return undefined;
  if (type.kind === "tuple" && type.rest === undefined && type.items.length !== given.items.length) return part;
  for (const [at, item] of given.items.entries()) {
    const own = type.kind === "tuple" ? (type.items[at] ?? type.rest) : type.item;
    if (own === undefined) return undefined;
    const found = compare(context, item, { ...wanted, type: own }, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Compares a value with a name in an annotation. It contradicts only if it contradicts every meaning of the name. */
function contradictsReference(
  context: Steps,
  part: GivenPart,
  wanted: Wanted,
  name: string,
  depth: number,
): GivenPart | undefined {
  let found: GivenPart | undefined;
  const meanings = meaningsIn(context, wanted, name);
  if (!takeSteps(context, meanings.length) || (meanings.length > 1 && depth > MAX_OPEN_DEPTH)) return undefined;
  for (const meaning of meanings) {
    const wrong = contradictsMeaning(context, part, meaning, depth);
    if (wrong === undefined) return undefined;
    found ??= wrong;
  }
  return found;
}

function contradictsMeaning(
  context: Steps,
  part: GivenPart,
  meaning: TypeMeaning,
  depth: number,
): GivenPart | undefined {
  if (meaning.kind === "alias") {
    return compare(context, part, { type: meaning.type, module: meaning.module }, depth + 1);
  }
  if (meaning.kind !== "class") return undefined;
  const wanted = familyOf(context, meaning.header, meaning.module);
  if (wanted === undefined || !wanted.isPlain) return undefined;
  const { given } = part;
  if (given.kind !== "class") return given.kind === "callable" ? undefined : part;
  const own = familyOf(context, given.header, given.module);
  return own === undefined || own.classes.includes(meaning.header) ? undefined : part;
}

interface Family {
  readonly classes: readonly ClassHeader[];
  /** Whether only its instances are accepted: it is not a protocol or an enumeration and has no virtual subclasses. */
  readonly isPlain: boolean;
}

const MAX_CLASSES = 64;

/** Bases outside of the repository that are neither protocols nor types of text, numbers or lists. */
const PLAIN_BASE = /^(?:object|(?:torch|tensorflow|keras)\..+|(?:typing\.|typing_extensions\.)?Generic)$/;

/** A class with all its bases in the repository; `undefined` if not all bases are known. */
function familyOf(context: TypeContext, header: ClassHeader, module: PythonModule): Family | undefined {
  const classes: ClassHeader[] = [];
  const waiting = [{ header, module }];
  let isPlain = true;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { header: each, module: owner } = next;
    if (classes.includes(each)) continue;
    if (classes.push(each) > MAX_CLASSES || each.bases.isOpen || each.isBroken) return undefined;
    const decorators = unknownDecorators(owner, each).filter(
      (decorator) => decoratorPath(owner, decorator) !== "dataclasses.dataclass",
    );
    if (each.bases.keywords.length > 0 || decorators.length > 0 || each.reach !== "always") isPlain = false;
    // `__new__` may return an object of another class.
    if (each.body.some((binding) => binding.kind === "function" && binding.name.text === "__new__")) isPlain = false;
    for (const base of each.bases.positional) {
      const path = /^[^[(]*/.exec(base.text)?.[0].trim() ?? "";
      const full = fullPath(path, namesOf(owner));
      if (full !== undefined && PLAIN_BASE.test(full)) continue;
      const meaning = context.code.meaningOf(context.root, owner, path);
      if (meaning.kind !== "class") return undefined;
      waiting.push({ header: meaning.header, module: meaning.module });
    }
  }
  return { classes, isPlain };
}

/** Whether a value of this type is certainly neither a list nor a tuple. */
export function isNotList(context: TypeContext, wanted: Wanted): boolean {
  return isNotListWithin({ ...context, left: MAX_STEPS }, wanted, 0);
}

function isNotListWithin(context: Steps, wanted: Wanted, depth: number): boolean {
  const { type } = wanted;
  switch (type.kind) {
    case "none":
    case "bool":
    case "int":
    case "float":
    case "complex":
    case "str":
    case "bytes":
    case "path":
    case "set":
    case "dict":
    case "tensor":
    case "literal":
      return true;
    case "union":
      if (!takeSteps(context, type.members.length)) return false;
      return type.members.every((member) => isNotListWithin(context, { ...wanted, type: member }, depth));
    case "reference": {
      const meanings = depth > MAX_DEPTH ? [] : meaningsIn(context, wanted, type.name);
      if (meanings.length === 0 || !takeSteps(context, meanings.length)) return false;
      return meanings.every((meaning) => {
        if (meaning.kind === "alias")
          return isNotListWithin(context, { type: meaning.type, module: meaning.module }, depth + 1);
        return meaning.kind === "class" && isPlainClass(context, meaning.header, meaning.module);
      });
    }
    case "any":
    case "unknown":
    case "never":
    case "type":
    case "value":
    case "callable":
    case "list":
    case "tuple":
    case "iterable":
      return false;
  }
}

/** Whether instances of a class are certainly not also a list, a text or a number. */
export function isPlainClass(context: TypeContext, header: ClassHeader, module: PythonModule): boolean {
  return familyOf(context, header, module)?.isPlain === true;
}
