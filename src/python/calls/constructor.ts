import { remember } from "../../base/remember.ts";
import type { ClassHeader, NamedBinding } from "../module.ts";
import { type Ancestor, isHarmlessMetaclass } from "../names/ancestors.ts";
import { bodyMember } from "../names/bindings.ts";
import { ancestorsOf, follow } from "../names/lookup.ts";
import type { Doubt, Reason } from "../names/resolution.ts";
import type { Search } from "../names/search.ts";
import type { ClassTarget, Route } from "../names/target.ts";
import { brokenAt } from "../syntax/broken.ts";
import { type Parameter, withoutFirst } from "../text/parameters.ts";
import { attrsClass } from "../types/attrs.ts";
import { dataclassField, type Field, type Fields, fieldsOf } from "../types/fields.ts";
import { decorated, decoratorsOfClass, patchesClasses } from "./decorated.ts";

/** The parameters of a class's constructor; `unknown` if they depend on code that cannot be read. */
export type Constructor =
  | { readonly kind: "known"; readonly parameters: readonly Parameter[]; readonly doubts: readonly Doubt[] }
  | { readonly kind: "unknown"; readonly reason: Reason };

type Known = Extract<Constructor, { readonly kind: "known" }>;
type ClassAncestor = Extract<Ancestor, { readonly kind: "class" }>;

/**
 * Determines the parameters of a class's constructor from `__new__` and `__init__`, each taken from the first class in
 * the MRO that defines it.
 */
export function constructorOf(search: Search, target: ClassTarget, route: Route): Constructor {
  const { header, file } = target;
  const ancestors = ancestorsOf(search, target, route);
  if (ancestors === undefined) return unknown({ kind: "class-order", span: header.name.span });
  const classes = ancestors.filter((each) => each.kind === "class");
  const metaclass = classes
    .flatMap(({ target: { header } }) => header.bases.keywords)
    .find((keyword) => keyword.name.text === "metaclass" && !isHarmlessMetaclass(keyword));
  if (metaclass !== undefined) return unknown({ kind: "base-class", span: metaclass.value.span });
  const initSource = firstDefining(search, ancestors, initOf);
  const newSource = firstDefining(search, ancestors, newOf);
  const isOpen = initSource !== undefined && "kind" in initSource && initSource.kind === "outside";
  if (isOpen && (newSource === undefined || isAfter(ancestors, newSource, initSource)))
    return unknown({ kind: "base-class", span: initSource.span });
  const sources = [initSource, newSource].filter((each): each is MethodSource => each !== undefined && "read" in each);
  const doubts = [...doubtsAbout(search, target, route, ancestors, sources)];
  if (sources.length === 0) {
    const broken = brokenAt(file.module);
    if (broken !== undefined) doubts.push({ kind: "broken", span: broken });
    return { kind: "known", parameters: [], doubts };
  }
  // Python passes the same arguments to both, and calls `__init__` only if `__new__` returns an instance.
  const pick =
    sources.length === 1
      ? 0
      : search.world.choose(`new ${file.module.source.path}:${header.name.span.start}`, 2, {
          kind: "constructor",
          span: header.name.span,
        });
  const made = sources[pick]?.read();
  if (made === undefined || made.kind === "unknown")
    return made ?? unknown({ kind: "base-class", span: header.name.span });
  return { ...made, doubts: [...doubts, ...made.doubts] };
}

function unknown(reason: Reason): Constructor {
  return { kind: "unknown", reason };
}

/** `__new__` or `__init__`, and the class that defines it. */
interface MethodSource {
  readonly owner: ClassAncestor;
  readonly read: () => Constructor;
}

type FindMethod = (search: Search, ancestor: ClassAncestor) => (() => Constructor) | undefined;

/** The first class in the MRO that defines a method, unless an unknown class precedes it. */
function firstDefining(
  search: Search,
  ancestors: readonly Ancestor[],
  findMethod: FindMethod,
): MethodSource | Extract<Ancestor, { kind: "outside" }> | undefined {
  for (const each of ancestors) {
    if (each.kind === "outside") return each;
    const read = each.kind === "class" ? findMethod(search, each) : undefined;
    if (each.kind === "class" && read !== undefined) return { owner: each, read };
  }
  return undefined;
}

function isAfter(ancestors: readonly Ancestor[], newSource: MethodSource | Ancestor, outside: Ancestor): boolean {
  return "kind" in newSource || ancestors.indexOf(newSource.owner) > ancestors.indexOf(outside);
}

/** `__init__` as defined in the class body, or as generated from fields. */
const initOf: FindMethod = (search, ancestor) => {
  const { target, route } = ancestor;
  const { module } = target.file;
  const own = bodyMember(search, target.file, target.header, "__init__");
  const attrs = attrsClass(module, target.header);
  if (attrs?.generatesConstructor === true && (own === undefined || attrs.replacesInit)) {
    if (attrs.isOpen || own !== undefined) return () => unknown({ kind: "base-class", span: target.header.name.span });
    return () => fromFields(search, ancestor, attrsFields);
  }
  if (own !== undefined) return () => fromMethod(search, target, own, route);
  const fields = fieldsOf(module, target.header);
  if (fields?.form === "typed-dict") return () => unknown({ kind: "base-class", span: target.header.name.span });
  return fields?.form === "dataclass" && fields.generatesConstructor
    ? () => fromFields(search, ancestor, dataclassFields)
    : undefined;
};

/** `__new__` as defined in the class body, or as generated for a named tuple. */
const newOf: FindMethod = (search, { target, route }) => {
  const own = bodyMember(search, target.file, target.header, "__new__");
  if (own !== undefined) return () => fromMethod(search, target, own, route);
  const fields = fieldsOf(target.file.module, target.header);
  if (fields?.form !== "named-tuple") return undefined;
  return () => ({ kind: "known", parameters: parametersOf(fields.fields), doubts: [] });
};

function fromMethod(search: Search, target: ClassTarget, binding: NamedBinding, route: Route): Constructor {
  const { target: method, route: methodRoute } = follow(search, target.file, binding, route, target.header);
  if (method.kind !== "function") return unknown({ kind: "base-class", span: binding.name.span });
  const { header, doubts } = decorated(search, method, methodRoute);
  const broken: readonly Doubt[] = header.isBroken ? [{ kind: "broken", span: header.span }] : [];
  return { kind: "known", parameters: withoutFirst(header.parameters), doubts: [...doubts, ...broken] };
}

/** The decorators and the statements outside of the classes that may change the constructor. */
function doubtsAbout(
  search: Search,
  target: ClassTarget,
  route: Route,
  ancestors: readonly Ancestor[],
  sources: readonly MethodSource[],
): readonly Doubt[] {
  const last = Math.max(...sources.map(({ owner }) => ancestors.indexOf(owner)));
  const asked = sources.length === 0 ? ancestors : ancestors.slice(0, last + 1);
  const classes = asked.filter((each) => each.kind === "class");
  const doubts = classes.flatMap((each) => decoratorsOfClass(search, each.target, each.route));
  const names = new Set(classes.map((each) => each.target.header.name.text));
  const modules = new Map(
    [target, ...classes.map((each) => each.target)].map(({ file }) => [file.module, file.module]),
  );
  for (const { source } of route.trail) {
    const module = search.repository.modules.get(source.path);
    if (module !== undefined && !("kind" in module)) modules.set(module, module);
  }
  const isPatched = [...modules.keys()].some((module) => patchesClasses(module, names));
  return isPatched ? [...doubts, { kind: "patched", span: target.header.name.span }] : doubts;
}

/** The constructor that is generated from the fields of a class, including inherited ones. */
function fromFields(search: Search, of: ClassAncestor, fieldsIn: FieldsIn): Constructor {
  const ofClass = withoutConditions(of.target.header);
  const { root } = search.repository;
  const before = search.world.doubts.length === 0 ? ofClass.get(root) : undefined;
  if (before !== undefined) return before;
  const made = readFields(search, of, fieldsIn);
  if (search.world.doubts.length === 0) ofClass.set(root, made);
  return made;
}

/**
 * Per repository root, the constructors that do not depend on any condition. Many names may refer to the same class.
 */
const withoutConditions = remember((_: ClassHeader) => new Map<string, Constructor>());

function readFields(search: Search, of: ClassAncestor, fieldsIn: FieldsIn): Constructor {
  const collected = collectFields({ search, fieldsIn, known: new Map(), remaining: MAX_FIELDS }, of);
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

/** Returns the fields declared in a class's own body if the class is of the kind that is being collected. */
type FieldsIn = (search: Search, ancestor: ClassAncestor) => readonly Field[] | undefined;

const dataclassFields: FieldsIn = (search, ancestor) => {
  const { file, header } = ancestor.target;
  const fields = fieldsOf(file.module, header);
  if (fields?.form !== "dataclass") return undefined;
  return fields.fields.map((field) => (field.isRequired ? withInherited(search, ancestor, field) : field));
};

const attrsFields: FieldsIn = (_, { target: { file, header } }) => attrsClass(file.module, header)?.fields;

/**
 * A field with the default that the class has under its name, its own or inherited. A dataclass removes `field(…)` from
 * itself unless it has a default.
 */
function withInherited(search: Search, of: ClassAncestor, field: Field): Field {
  for (const each of ancestorsOf(search, of.target, of.route) ?? []) {
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

/** More inherited fields than any real class has; fields inherited along several paths count once per path. */
const MAX_FIELDS = 50_000;

interface Collecting {
  readonly search: Search;
  readonly fieldsIn: FieldsIn;
  readonly known: Map<unknown, Collected>;
  /** How many more inherited fields may be visited. */
  remaining: number;
}

interface Collected {
  readonly fields: ReadonlyMap<string, Field>;
  readonly doubts: Known["doubts"];
}

/**
 * The fields of a class, after those of its ancestors in reverse MRO. Each ancestor contributes all of its fields,
 * including inherited ones; a redeclared name keeps its first position. A class of another kind has the fields of its
 * first ancestor of this kind.
 */
function collectFields(collecting: Collecting, of: ClassAncestor): Collected {
  const { search, fieldsIn, known } = collecting;
  const before = known.get(of.key);
  if (before !== undefined) return before;
  const [, ...ancestors] = ancestorsOf(search, of.target, of.route) ?? [];
  const fields = new Map<string, Field>();
  const doubts: Doubt[] = [];
  for (const each of ancestors.toReversed()) {
    if (each.kind === "outside") doubts.push({ kind: "base-class", span: each.span });
    if (each.kind !== "class") continue;
    const inherited = collectFields(collecting, each);
    collecting.remaining -= inherited.fields.size;
    if (collecting.remaining < 0) {
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
