import { remember } from "../../base/remember.ts";
import type { ClassHeader, NamedBinding } from "../module.ts";
import { type Ancestor, isHarmlessMetaclass } from "../names/ancestors.ts";
import { bodyMember } from "../names/bindings.ts";
import { ancestorsOf, follow } from "../names/lookup.ts";
import type { Doubt, Reason } from "../names/resolution.ts";
import type { Search } from "../names/search.ts";
import type { ClassTarget, Way } from "../names/target.ts";
import { brokenAt } from "../syntax/broken.ts";
import { type Parameter, withoutFirst } from "../text/parameters.ts";
import { attrsClass } from "../types/attrs.ts";
import { dataclassField, type Field, type Fields, fieldsOf } from "../types/fields.ts";
import { decorated, decoratorsOfClass, patchesClasses } from "./decorated.ts";

/** What calling a class takes; `unknown` is up to what cannot be read. */
export type Constructor =
  | { readonly kind: "known"; readonly parameters: readonly Parameter[]; readonly doubts: readonly Doubt[] }
  | { readonly kind: "unknown"; readonly reason: Reason };

type Known = Extract<Constructor, { readonly kind: "known" }>;
type ClassAncestor = Extract<Ancestor, { readonly kind: "class" }>;

/** Reads what calling a class takes: `__new__` and `__init__`, each from the first of its ancestors that has one. */
export function constructorOf(search: Search, target: ClassTarget, way: Way): Constructor {
  const { header, file } = target;
  const ancestors = ancestorsOf(search, target, way);
  if (ancestors === undefined) return unknown({ kind: "class-order", span: header.name.span });
  const classes = ancestors.filter((each) => each.kind === "class");
  const metaclass = classes
    .flatMap(({ target: { header } }) => header.bases.keywords)
    .find((keyword) => keyword.name.text === "metaclass" && !isHarmlessMetaclass(keyword));
  if (metaclass !== undefined) return unknown({ kind: "base-class", span: metaclass.value.span });
  const init = firstMaker(search, ancestors, initOf);
  const make = firstMaker(search, ancestors, newOf);
  const isOpen = init !== undefined && "kind" in init && init.kind === "outside";
  if (isOpen && (make === undefined || isBehind(ancestors, make, init)))
    return unknown({ kind: "base-class", span: init.span });
  const makers = [init, make].filter((each): each is Maker => each !== undefined && "read" in each);
  const doubts = [...doubtsAbout(search, target, way, ancestors, makers)];
  if (makers.length === 0) {
    const broken = brokenAt(file.module);
    if (broken !== undefined) doubts.push({ kind: "broken", span: broken });
    return { kind: "known", parameters: [], doubts };
  }
  // Python calls both with the same arguments, the second only when the first gives an instance.
  const pick =
    makers.length === 1
      ? 0
      : search.world.choose(`new ${file.module.source.path}:${header.name.span.start}`, 2, {
          kind: "constructor",
          span: header.name.span,
        });
  const made = makers[pick]?.read();
  if (made === undefined || made.kind === "unknown")
    return made ?? unknown({ kind: "base-class", span: header.name.span });
  return { ...made, doubts: [...doubts, ...made.doubts] };
}

function unknown(reason: Reason): Constructor {
  return { kind: "unknown", reason };
}

/** One of the two methods, and the class that it is of. */
interface Maker {
  readonly owner: ClassAncestor;
  readonly read: () => Constructor;
}

type MakerOf = (search: Search, ancestor: ClassAncestor) => (() => Constructor) | undefined;

/** The first of the ancestors that has a method, unless one stands before it of which nothing is known. */
function firstMaker(
  search: Search,
  ancestors: readonly Ancestor[],
  makerOf: MakerOf,
): Maker | Extract<Ancestor, { kind: "outside" }> | undefined {
  for (const each of ancestors) {
    if (each.kind === "outside") return each;
    const read = each.kind === "class" ? makerOf(search, each) : undefined;
    if (each.kind === "class" && read !== undefined) return { owner: each, read };
  }
  return undefined;
}

function isBehind(ancestors: readonly Ancestor[], make: Maker | Ancestor, outside: Ancestor): boolean {
  return "kind" in make || ancestors.indexOf(make.owner) > ancestors.indexOf(outside);
}

/** `__init__` as the body has it, or as it is made of fields. */
const initOf: MakerOf = (search, ancestor) => {
  const { target, way } = ancestor;
  const { module } = target.file;
  const own = bodyMember(search, target.file, target.header, "__init__");
  const attrs = attrsClass(module, target.header);
  if (attrs?.makesConstructor === true && (own === undefined || attrs.replacesInit)) {
    if (attrs.isOpen || own !== undefined) return () => unknown({ kind: "base-class", span: target.header.name.span });
    return () => fromFields(search, ancestor, attrsFields);
  }
  if (own !== undefined) return () => fromMethod(search, target, own, way);
  const fields = fieldsOf(module, target.header);
  if (fields?.form === "typed-dict") return () => unknown({ kind: "base-class", span: target.header.name.span });
  return fields?.form === "dataclass" && fields.makesConstructor
    ? () => fromFields(search, ancestor, dataclassFields)
    : undefined;
};

/** `__new__` as the body has it, or as a named tuple makes it. */
const newOf: MakerOf = (search, { target, way }) => {
  const own = bodyMember(search, target.file, target.header, "__new__");
  if (own !== undefined) return () => fromMethod(search, target, own, way);
  const fields = fieldsOf(target.file.module, target.header);
  if (fields?.form !== "named-tuple") return undefined;
  return () => ({ kind: "known", parameters: parametersOf(fields.fields), doubts: [] });
};

function fromMethod(search: Search, target: ClassTarget, binding: NamedBinding, way: Way): Constructor {
  const { target: method, way: onward } = follow(search, target.file, binding, way, target.header);
  if (method.kind !== "function") return unknown({ kind: "base-class", span: binding.name.span });
  const { header, doubts } = decorated(search, method, onward);
  const broken: readonly Doubt[] = header.isBroken ? [{ kind: "broken", span: header.span }] : [];
  return { kind: "known", parameters: withoutFirst(header.parameters), doubts: [...doubts, ...broken] };
}

/** What decorators, and statements outside of the classes, may change about their constructor. */
function doubtsAbout(
  search: Search,
  target: ClassTarget,
  way: Way,
  ancestors: readonly Ancestor[],
  makers: readonly Maker[],
): readonly Doubt[] {
  const last = Math.max(...makers.map(({ owner }) => ancestors.indexOf(owner)));
  const asked = makers.length === 0 ? ancestors : ancestors.slice(0, last + 1);
  const classes = asked.filter((each) => each.kind === "class");
  const doubts = classes.flatMap((each) => decoratorsOfClass(search, each.target, each.way));
  const names = new Set(classes.map((each) => each.target.header.name.text));
  const modules = new Map(
    [target, ...classes.map((each) => each.target)].map(({ file }) => [file.module, file.module]),
  );
  for (const { source } of way.trail) {
    const module = search.repository.modules.get(source.path);
    if (module !== undefined && !("kind" in module)) modules.set(module, module);
  }
  const isPatched = [...modules.keys()].some((module) => patchesClasses(module, names));
  return isPatched ? [...doubts, { kind: "patched", span: target.header.name.span }] : doubts;
}

/** The fields of a class, those that it inherits among them, as what its constructor takes. */
function fromFields(search: Search, of: ClassAncestor, fieldsIn: FieldsIn): Constructor {
  const ofClass = withoutConditions(of.target.header);
  const { root } = search.repository;
  const before = search.world.doubts.length === 0 ? ofClass.get(root) : undefined;
  if (before !== undefined) return before;
  const made = readFields(search, of, fieldsIn);
  if (search.world.doubts.length === 0) ofClass.set(root, made);
  return made;
}

/** By the root of the repository, what classes take whose fields depend on no condition: many names may lead to one. */
const withoutConditions = remember((_: ClassHeader) => new Map<string, Constructor>());

function readFields(search: Search, of: ClassAncestor, fieldsIn: FieldsIn): Constructor {
  const collected = collectFields({ search, fieldsIn, known: new Map(), left: MOST_FIELDS }, of);
  const parameters = parametersOf([...collected.fields.values()]);
  return { kind: "known", parameters, doubts: collected.doubts };
}

function parametersOf(fields: readonly Field[]): readonly Parameter[] {
  const taken = fields.filter(({ isParameter }) => isParameter);
  const ordered = [...taken.filter((field) => !field.isKeywordOnly), ...taken.filter((field) => field.isKeywordOnly)];
  return ordered.map((field): Parameter => {
    const kind = field.isKeywordOnly ? "keyword-only" : "positional-or-keyword";
    return { kind, name: field.name, annotation: field.annotation, default: field.default };
  });
}

/** The fields of a class's own body, when it is of the form that is collected. */
type FieldsIn = (search: Search, ancestor: ClassAncestor) => readonly Field[] | undefined;

const dataclassFields: FieldsIn = (search, ancestor) => {
  const { file, header } = ancestor.target;
  const fields = fieldsOf(file.module, header);
  if (fields?.form !== "dataclass") return undefined;
  return fields.fields.map((field) => (field.isRequired ? withInherited(search, ancestor, field) : field));
};

const attrsFields: FieldsIn = (_, { target: { file, header } }) => attrsClass(file.module, header)?.fields;

/**
 * A field with the default that its class has under its name, its own or inherited. A dataclass takes what `field(…)` says
 * away from itself, unless that is a default.
 */
function withInherited(search: Search, of: ClassAncestor, field: Field): Field {
  for (const each of ancestorsOf(search, of.target, of.way) ?? []) {
    if (each.kind !== "class") continue;
    const { file, header } = each.target;
    const binding = bodyMember(search, file, header, field.name.text);
    if (binding === undefined) continue;
    const value = (binding.kind === "value" && binding.value) || binding.name;
    const fields = fieldsOf(file.module, header);
    const own = fields?.form === "dataclass" && byName(fields).get(field.name.text);
    if (!own) return dataclassField(file.module, { ...field, default: value, isRequired: false });
    if (!own.isRequired) return { ...field, default: own.default, isRequired: false };
    if (each.key === of.key) return field;
  }
  return field;
}

const byName = remember(({ fields }: Fields) => new Map(fields.map((field) => [field.name.text, field])));

/** More inherited fields than any class has, those counted again that come by several ways. */
const MOST_FIELDS = 50_000;

interface Collecting {
  readonly search: Search;
  readonly fieldsIn: FieldsIn;
  readonly known: Map<unknown, Collected>;
  /** How many inherited fields may still be looked at. */
  left: number;
}

interface Collected {
  readonly fields: ReadonlyMap<string, Field>;
  readonly doubts: Known["doubts"];
}

/**
 * The fields of a class after those of its ancestors, the last of these first. Each of them brings all of its own, those
 * that it inherits too; a name that comes again keeps its first place. A class that is not of the form has the fields of
 * the first of its ancestors that is.
 */
function collectFields(collecting: Collecting, of: ClassAncestor): Collected {
  const { search, fieldsIn, known } = collecting;
  const before = known.get(of.key);
  if (before !== undefined) return before;
  const [, ...ancestors] = ancestorsOf(search, of.target, of.way) ?? [];
  const fields = new Map<string, Field>();
  const doubts: Doubt[] = [];
  for (const each of ancestors.toReversed()) {
    if (each.kind === "outside") doubts.push({ kind: "base-class", span: each.span });
    if (each.kind !== "class") continue;
    const inherited = collectFields(collecting, each);
    collecting.left -= inherited.fields.size;
    if (collecting.left < 0) {
      doubts.push({ kind: "base-class", span: of.target.header.name.span });
      break;
    }
    for (const [name, field] of inherited.fields) fields.set(name, field);
    doubts.push(...inherited.doubts);
  }
  const own = fieldsIn(search, of);
  const isFirst = (each: Ancestor): each is ClassAncestor =>
    each.kind === "class" && fieldsIn(search, each) !== undefined;
  const first = own === undefined ? ancestors.find(isFirst) : undefined;
  for (const field of own ?? []) fields.set(field.name.text, field);
  const collected =
    first !== undefined
      ? collectFields(collecting, first)
      : { fields: own === undefined ? new Map() : fields, doubts: unique(doubts) };
  known.set(of.key, collected);
  return collected;
}

function unique(doubts: readonly Doubt[]): readonly Doubt[] {
  return [...new Map(doubts.map((each) => [each.span.start, each])).values()];
}
