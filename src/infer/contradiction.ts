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
 * The part of a value that cannot be what an annotation says: the value itself, or one item of its list. `undefined`
 * when it can, and whenever that is not certain: Python does not look at annotations, so a doubt is no finding.
 */
export function contradicts(context: TypeContext, part: GivenPart, wanted: Wanted): GivenPart | undefined {
  return compare({ ...context, left: MOST_STEPS }, part, wanted, 0);
}

/** Names and members of unions that are followed for one value at most: aliases of unions of aliases grow with every step. */
const MOST_STEPS = 2000;

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

/** Nothing that people write is nested deeper. */
const MAX_DEPTH = 12;

/** How deep names may have several meanings. */
const MAX_OPEN_DEPTH = 3;

/** What a value of each kind can never be, as far as no conversion is usual: nobody can write a `Path` in YAML. */
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
    // 0 and 1 are a habit of those who write YAML.
    if (type.kind === "bool") return given.value !== 0 && given.value !== 1;
  }
  // Arrays of other libraries often pass for one another; a tensor of torch never does.
  if (given.kind === "tensor" && type.kind === "tensor")
    return given.library !== type.library && (given.library === "torch" || type.library === "torch");
  return NEVER[given.kind].includes(type.kind);
}

/** `Sequence[str]` takes a text, too; the type does not tell it from `list[str]`. */
function isSequenceOfText(given: Given, type: PythonType): boolean {
  return given.kind === "text" && type.kind === "list" && type.takesText;
}

function isLiteral(given: Given, values: readonly (string | number | boolean | null)[]): boolean {
  // A class may be an enumeration, whose members are literals.
  if (given.kind === "null" || given.kind === "class") return given.kind === "class" || values.includes(null);
  if (given.kind !== "text" && given.kind !== "number" && given.kind !== "boolean") return false;
  if (given.value !== undefined) return values.includes(given.value);
  const type = given.kind === "text" ? "string" : given.kind;
  return values.some((value) => typeof value === type);
}

type Ordered = Extract<PythonType, { readonly kind: "list" | "tuple" | "iterable" }>;

/** A list may stand for a tuple, which YAML cannot write; then the number of items counts. */
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

/** Everything that the name may mean has to contradict. */
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
  /** Whether nothing else than its instances passes for it: no protocol, no virtual subclasses, no enumeration. */
  readonly isPlain: boolean;
}

const MAX_CLASSES = 64;

/** Bases outside of the repository that are no protocol and no kind of text, number or list. */
const PLAIN_BASE = /^(?:object|(?:torch|tensorflow|keras)\..+|(?:typing\.|typing_extensions\.)?Generic)$/;

/** A class with everything in the repository that it inherits from; `undefined` when not all of it is known. */
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
    // It may make something else.
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

/** Whether a value of this type is certainly no list and no tuple. */
export function isNoList(context: TypeContext, wanted: Wanted): boolean {
  return isNeverList({ ...context, left: MOST_STEPS }, wanted, 0);
}

function isNeverList(context: Steps, wanted: Wanted, depth: number): boolean {
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
      return type.members.every((member) => isNeverList(context, { ...wanted, type: member }, depth));
    case "reference": {
      const meanings = depth > MAX_DEPTH ? [] : meaningsIn(context, wanted, type.name);
      if (meanings.length === 0 || !takeSteps(context, meanings.length)) return false;
      return meanings.every((meaning) => {
        if (meaning.kind === "alias")
          return isNeverList(context, { type: meaning.type, module: meaning.module }, depth + 1);
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

/** Whether an instance of a class can be nothing but that: no list, no text, no number. */
export function isPlainClass(context: TypeContext, header: ClassHeader, module: PythonModule): boolean {
  return familyOf(context, header, module)?.isPlain === true;
}
