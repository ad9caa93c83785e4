// Follows a name through a module: aliases, imports inside the repository, stars, `__all__`. Promises: every circle and
// every chain ends, and a name is missing only when nothing that was not read could bring it. Whether a statement below a
// condition runs is up to the world that the search is in (`worlds.ts`).

import type { Span } from "../base/source.ts";
import type { Arguments, KeywordArgument } from "./arguments.ts";
import { isBuiltin } from "./builtins.ts";
import { decoratorPath, isOverload } from "./decorators.ts";
import { functionalClass } from "./functional.ts";
import { linearise } from "./linearise.ts";
import { isBinding, withoutName } from "./missing.ts";
import type {
  AssignedValue,
  Binding,
  ClassHeader,
  FunctionHeader,
  ImportedStar,
  NamedBinding,
  PythonModule,
  Reach,
} from "./module.ts";
import { setsAttribute, setsInImported } from "./patches.ts";
import { isMeaning } from "./reach.ts";
import {
  findImported,
  findModule,
  type ImportedPlace,
  type ModuleFile,
  type ModulePlace,
  type Repository,
} from "./repository.ts";
import type { Failure, Reason } from "./resolution.ts";
import type { Part } from "./text.ts";
import { readValue } from "./value.ts";
import type { World } from "./worlds.ts";

/** What a name stands for. */
export type Target =
  | FunctionTarget
  | ClassTarget
  | { readonly kind: "partial"; readonly of: Target; readonly bound: Arguments; readonly span: Span }
  /** What calling a class gives. */
  | { readonly kind: "instance"; readonly of: ClassTarget; readonly span: Span }
  | { readonly kind: "module"; readonly place: ModuleFile | Extract<ModulePlace, { kind: "namespace" }> }
  /** Something that is a type rather than a value to call. */
  | {
      readonly kind: "alias";
      readonly file: ModuleFile;
      readonly typeParameters: Part | undefined;
      readonly value: Part;
      readonly name: Part;
    }
  | { readonly kind: "failure"; readonly failure: Failure };

/** A function. A method that is bound to an instance or a class gets that as its first argument. */
export interface FunctionTarget {
  readonly kind: "function";
  readonly file: ModuleFile;
  readonly header: FunctionHeader;
  readonly overloads: readonly FunctionHeader[];
  /** The class in whose body it is defined. */
  readonly within: ClassHeader | undefined;
  /** Of a method, what it was taken from, and whether it gets that as its first argument. */
  readonly method?: { readonly of: ClassTarget; readonly isBound: boolean };
}

export interface ClassTarget {
  readonly kind: "class";
  readonly file: ModuleFile;
  readonly header: ClassHeader;
  /** The class in whose body it is defined. */
  readonly within: ClassHeader | undefined;
}

/** How far a search has come: what it followed, and which names it is busy with. */
export interface Way {
  readonly trail: readonly Span[];
  readonly seen: readonly string[];
}

export interface Found {
  readonly target: Target;
  readonly way: Way;
}

/**
 * One search in one world. A search for a type does not follow values, sees what stands below `if TYPE_CHECKING:`, and
 * takes every binding of a name for possible, since annotations may be evaluated at any time. `budget` counts down over
 * all worlds, so that hostile imports end.
 */
export interface Search {
  readonly repository: Repository;
  readonly wants: "callable" | "type";
  world: World;
  budget: number;
}

/** More names than any real chain of imports passes. */
export const BUDGET = 2_000;
const MAX_STEPS = 40;

/** When a name is looked up: as the statement at this offset runs, which may be in a loop. */
export interface Moment {
  readonly offset: number;
  readonly isRepeated: boolean;
}

/** Once the module was imported. */
export const IMPORTED: Moment = { offset: Number.POSITIVE_INFINITY, isRepeated: false };

/** As a statement runs that begins at an offset. */
export function momentOf(offset: number, reach: Reach): Moment {
  return { offset, isRepeated: reach === "repeated" };
}

/** What a name of a module stands for at a moment. */
export function lookUp(search: Search, file: ModuleFile, name: string, from: Way, at: Moment = IMPORTED): Found {
  const { path } = file.module.source;
  const key = `${path}:${name}:${at.offset}`;
  if (from.seen.includes(key) || from.seen.length >= MAX_STEPS || search.budget-- <= 0) {
    return submodule(search, file, name, from) ?? unverified(from, { kind: "endless", span: from.trail.at(-1) });
  }
  const way = { ...from, seen: [...from.seen, key] };
  return (
    (search.wants === "type" ? anyBinding(search, file, name, way) : lastBinding(search, file, name, way, at)) ??
    submodule(search, file, name, way) ?? { target: { kind: "failure", failure: withoutName(file.module, name) }, way }
  );
}

/** What the last statement that ran before a moment has made of a name. */
function lastBinding(search: Search, file: ModuleFile, name: string, way: Way, at: Moment): Found | undefined {
  for (const binding of bindingsFor(file.module, name).toReversed()) {
    const isLater = startOf(binding) >= at.offset;
    if (!isBinding(binding) || (isLater && !at.isRepeated)) continue;
    const isCertain = binding.reach === "always" && !isLater;
    if (binding.kind === "import-star") {
      const found = throughStar(search, file, binding, name, way);
      const isOpen = isFromOutside(found);
      const kind = isOpen ? "star-import" : "conditional";
      if (found !== undefined && ((isCertain && !isOpen) || runs(search, file, binding.from.span, kind))) return found;
    } else if (isCertain || runs(search, file, binding.name.span, "conditional")) {
      return binding.kind === "deleted" ? undefined : follow(search, file, binding, way);
    }
  }
  return undefined;
}

const indexes = new WeakMap<PythonModule, ReadonlyMap<string, readonly Binding[]>>();

/** The statements of a module that may bind a name, in the order of the text. */
function bindingsFor(module: PythonModule, name: string): readonly Binding[] {
  const index = indexes.get(module) ?? indexOf(module);
  indexes.set(module, index);
  const own = index.get(name) ?? [];
  const stars = index.get("*") ?? [];
  return stars.length === 0 ? own : [...own, ...stars].sort((a, b) => startOf(a) - startOf(b));
}

function indexOf({ bindings }: PythonModule): ReadonlyMap<string, readonly Binding[]> {
  const index = new Map<string, Binding[]>();
  for (const binding of bindings) {
    const name = binding.kind === "import-star" ? "*" : binding.name.text;
    const others = index.get(name);
    if (others === undefined) index.set(name, [binding]);
    else others.push(binding);
  }
  return index;
}

/** Whether a statement runs in this world. */
function runs({ world }: Search, { module }: ModuleFile, span: Span, kind: "conditional" | "star-import"): boolean {
  return world.choose(`${module.source.path}:${span.start}`, 2, { kind, span }) === 0;
}

/** More statements than give one type its meaning in real code. */
const MAX_MEANINGS = 8;

/** What any of the statements makes of a name that give it a meaning; those that come by a star only when it is the last. */
function anyBinding(search: Search, file: ModuleFile, name: string, way: Way): Found | undefined {
  const possible: (() => Found)[] = [];
  let last: Span | undefined;
  for (const binding of bindingsFor(file.module, name)) {
    if (possible.length > MAX_MEANINGS) break;
    if (binding.kind === "import-star") {
      const found = throughStar(search, file, binding, name, way);
      if (found !== undefined) possible.push(() => found);
    } else if (isMeaning(binding)) {
      if (binding.reach === "always" && binding.kind !== "deleted" && last === undefined) possible.length = 0;
      possible.push(() => follow(search, file, binding, way));
      last = binding.name.span;
    }
  }
  const [first] = possible;
  if (first === undefined || possible.length === 1) return first?.();
  const span = last ?? { source: file.module.source, start: 0, end: 0 };
  if (possible.length > MAX_MEANINGS) return unverified(way, { kind: "conditional", span });
  const pick = search.world.choose(`${file.module.source.path}:${name}`, possible.length, {
    kind: "conditional",
    span,
  });
  return (possible[pick] ?? first)();
}

function startOf(binding: Binding): number {
  if (binding.kind === "value") return binding.start;
  return binding.kind === "import-star" ? binding.from.span.start : binding.name.span.start;
}

function isFromOutside(found: Found | undefined): boolean {
  return found?.target.kind === "failure" && found.target.failure.kind === "unverified";
}

/** What a dotted name stands for at a moment, seen from a module, or from the body of one of its classes. */
export function lookUpDotted(
  search: Search,
  file: ModuleFile,
  path: string,
  span: Span,
  way: Way,
  at: Moment = IMPORTED,
  within?: ClassHeader,
): Found {
  const found = lookUpPath(search, file, path, span, way, at, within);
  // A name that the module does not bind may be one of Python's own.
  return found.target.kind === "builtin"
    ? unverified(way, { kind: "computed", span })
    : { ...found, target: found.target };
}

/** The same; what the module does not bind is one of Python's own names, or missing. */
export function lookUpPath(
  search: Search,
  file: ModuleFile,
  path: string,
  span: Span,
  way: Way,
  at: Moment = IMPORTED,
  within?: ClassHeader,
): { readonly target: Target | { readonly kind: "builtin" }; readonly way: Way } {
  const [first = "", ...rest] = path.split(".");
  let found = (within && inBody(search, file, within, first, way, at)) ?? lookUp(search, file, first, way, at);
  if (found.target.kind === "failure" && found.target.failure.kind === "name-missing") {
    if (!isBuiltin(first)) search.world.fail();
    return { target: { kind: "builtin" }, way };
  }
  for (const name of rest) {
    const { target } = found;
    if (target.kind === "failure")
      return { ...found, target: { kind: "failure", failure: further(target.failure, name) } };
    if (target.kind === "module") {
      if (setsInImported(file.module, name)) return unverified(way, { kind: "computed", span });
      found = inPlace(search, target.place, name, span, found.way);
    } else if (search.wants === "callable" && (target.kind === "class" || target.kind === "instance"))
      found = attributeOf(search, target, name, span, found.way);
    else return unverified(found.way, { kind: "computed", span });
  }
  return found;
}

/** An attribute of something that comes from outside. */
function further(failure: Failure, name: string): Failure {
  if (failure.kind !== "unverified" || failure.reason.kind !== "outside") return failure;
  return { ...failure, reason: { ...failure.reason, path: `${failure.reason.path}.${name}` } };
}

/** What a name in the body of a class stands for as a statement of that body runs; `undefined` when it is the module's. */
function inBody(
  search: Search,
  file: ModuleFile,
  within: ClassHeader,
  name: string,
  way: Way,
  at: Moment,
): Found | undefined {
  const binding = bodyMember(search, file, within, name, at);
  return binding && follow(search, file, binding, way, within);
}

/** The last statement in the body of a class that binds a name before a moment, in this world. */
export function bodyMember(
  search: Search,
  file: ModuleFile,
  { body }: ClassHeader,
  name: string,
  at: Moment = IMPORTED,
): NamedBinding | undefined {
  for (const binding of body.toReversed()) {
    if (binding.kind === "import-star" || binding.name.text !== name || !isBinding(binding)) continue;
    const isLater = startOf(binding) >= at.offset;
    if (isLater && !at.isRepeated) continue;
    const isCertain = binding.reach === "always" && !isLater;
    if (isCertain || runs(search, file, binding.name.span, "conditional"))
      return binding.kind === "deleted" ? undefined : binding;
  }
  return undefined;
}

/** What a statement makes of its name. */
export function follow(search: Search, file: ModuleFile, binding: NamedBinding, way: Way, within?: ClassHeader): Found {
  const { name } = binding;
  switch (binding.kind) {
    case "function": {
      const overloads = within === undefined ? overloadsOf(file, binding) : [];
      return { target: { kind: "function", file, header: binding, overloads, within }, way };
    }
    case "class":
      return { target: { kind: "class", file, header: binding, within }, way };
    case "import": {
      const place = findImported(search.repository, file, { level: 0, module: binding.module, span: binding.span });
      return atPlace(place, binding.module, binding.span, along(way, binding.span));
    }
    case "import-from": {
      const { from, imported } = binding;
      const place = findImported(search.repository, file, from);
      // What is imported may have been put into its module before.
      if (place.kind === "file" && setsInImported(file.module, imported.text))
        return unverified(way, { kind: "computed", span: imported.span });
      return inPlace(search, place, imported.text, imported.span, along(way, imported.span));
    }
    case "value":
      return followValue(search, file, binding, way, within);
    case "type-alias":
      return {
        target: { kind: "alias", file, typeParameters: binding.typeParameters, value: binding.value, name },
        way,
      };
    default:
      return unverified(way, { kind: "computed", span: name.span });
  }
}

function followValue(
  search: Search,
  file: ModuleFile,
  { name, value: part, start, reach }: AssignedValue,
  way: Way,
  within: ClassHeader | undefined,
): Found {
  if (part === undefined) return unverified(way, { kind: "computed", span: name.span });
  if (search.wants === "type")
    return { target: { kind: "alias", file, typeParameters: undefined, value: part, name }, way };
  const { span } = part;
  const value = readValue(file.module, name, part);
  const seek = (path: string) =>
    lookUpDotted(search, file, path, span, along(way, span), momentOf(start, reach), within);
  switch (value.kind) {
    case "reference":
      return seek(value.path);
    case "partial": {
      const found = seek(value.path);
      if (found.target.kind === "failure") return found;
      return { ...found, target: { kind: "partial", of: found.target, bound: value.bound, span } };
    }
    case "call": {
      const header = functionalClass(file.module, name, part);
      if (header !== undefined) return { target: { kind: "class", file, header, within }, way };
      const found = seek(value.path);
      if (found.target.kind === "class") return { ...found, target: { kind: "instance", of: found.target, span } };
      return unverified(way, { kind: "computed", span });
    }
    case "lambda":
      return { target: { kind: "function", file, header: value.header, overloads: [], within }, way };
    case "constant":
      return failed(way, { kind: "not-callable", what: "value", span });
    default:
      return unverified(way, { kind: "computed", span });
  }
}

/** What a module below the root brings by `*`; `undefined` when it does not bring the name. */
function throughStar(search: Search, file: ModuleFile, star: ImportedStar, name: string, way: Way): Found | undefined {
  const { from } = star;
  if (search.budget-- <= 0) return unverified(way, { kind: "endless", span: from.span });
  const place = findImported(search.repository, file, from);
  if (place.kind === "namespace") return undefined;
  if (place.kind !== "file") return unverified(way, { kind: "outside-star", module: from.module, span: from.span });
  if (setsInImported(file.module, name)) return unverified(way, { kind: "computed", span: from.span });
  const { exports } = place.module;
  const isExported = exports.kind === "names" ? exports.names.includes(name) : !name.startsWith("_");
  if (!isExported && exports.kind !== "unknown") return undefined;
  const found = lookUp(search, place, name, along(way, from.span));
  const { target } = found;
  if (target.kind !== "failure") return found;
  const isAbsent = target.failure.kind === "name-missing";
  return isAbsent || (target.failure.kind === "unverified" && target.failure.reason.kind === "endless")
    ? undefined
    : found;
}

/** A name in whatever an import leads to. */
function inPlace(search: Search, place: ImportedPlace, name: string, span: Span, way: Way): Found {
  if (place.kind === "file") return lookUp(search, place, name, way);
  if (place.kind === "outside") return atPlace(place, `${place.module}.${name}`, span, way);
  if (place.kind !== "namespace") return atPlace(place, name, span, way);
  const inner = findModule(search.repository, [...place.parts, name]);
  return atPlace(inner.kind === "missing" ? { kind: "outside", module: inner.module } : inner, name, span, way);
}

function atPlace(place: ImportedPlace, path: string, span: Span, way: Way): Found {
  switch (place.kind) {
    case "file":
    case "namespace":
      return { target: { kind: "module", place }, way };
    case "missing":
      return failed(way, { kind: "module-missing", missing: place });
    case "outside":
      return unverified(way, { kind: "outside", module: place.module, path, span });
    case "unreadable":
      return unverified(way, place);
  }
}

/** A module of a package is a name of the package once it was imported. */
function submodule(search: Search, file: ModuleFile, name: string, way: Way): Found | undefined {
  if (!file.isPackage) return undefined;
  const place = findModule(search.repository, [...file.parts, name]);
  return place.kind === "file" || place.kind === "namespace" ? { target: { kind: "module", place }, way } : undefined;
}

/** What a name in the body of a class stands for, at run time. */
export function bodyBinding({ body }: ClassHeader, name: string): NamedBinding | undefined {
  const isIt = (each: Binding): each is NamedBinding => each.kind !== "import-star" && each.name.text === name;
  return body.filter(isBinding).findLast(isIt);
}

/** One of the ancestors of a class. Of what is `outside`, nothing is known; what is `plain` brings nothing of its own. */
export type Ancestor =
  | { readonly kind: "class"; readonly key: ClassHeader; readonly target: ClassTarget; readonly way: Way }
  | { readonly kind: "outside"; readonly key: unknown; readonly span: Span }
  | { readonly kind: "plain"; readonly key: string };

/** More classes than any real one inherits from. */
const MAX_ANCESTORS = 64;

/** Bases that bring no constructor of their own. `Generic` and `Protocol` may stand in any place among bases. */
const PLAIN = /^(?:(?:builtins\.)?object|(?:abc\.)?ABC|(?:typing\.)?NamedTuple)$/;
const ANYWHERE = /^(?:typing(?:_extensions)?\.)?(?:Generic|Protocol)$/;

const OBJECT: Ancestor = { kind: "plain", key: "object" };

/** A class and its ancestors in the order in which Python looks through them; `undefined` when it refuses the class. */
export function ancestorsOf(search: Search, target: ClassTarget, way: Way): readonly Ancestor[] | undefined {
  let left = MAX_ANCESTORS;
  const basesOf = (of: Ancestor): readonly Ancestor[] => {
    if (of.kind !== "class") return of.key === OBJECT.key ? [] : [OBJECT];
    const { header } = of.target;
    if (left-- <= 0 || header.bases.isOpen) return [{ kind: "outside", key: header, span: header.name.span }, OBJECT];
    const bases = header.bases.positional.flatMap((base) => baseOf(search, of, base));
    return bases.length === 0 ? [OBJECT] : bases;
  };
  return linearise({ kind: "class", key: target.header, target, way }, basesOf);
}

function baseOf(search: Search, of: Extract<Ancestor, { kind: "class" }>, base: Part): readonly Ancestor[] {
  const { file, header, within } = of.target;
  const outside = (key: unknown): readonly Ancestor[] => [{ kind: "outside", key, span: base.span }];
  // A class that is made by a call has that call as its base.
  if (base.span.start === header.span.start) return [];
  const made = functionalClass(file.module, base, base);
  if (made !== undefined) {
    const target: ClassTarget = { kind: "class", file, header: made, within: undefined };
    return [{ kind: "class", key: made, target, way: of.way }];
  }
  const path = pathOf(base);
  if (path === undefined) return outside(base);
  const found = lookUpPath(search, file, path, base.span, of.way, momentOf(header.span.start, header.reach), within);
  const { target, way } = found;
  if (target.kind === "class") return [{ kind: "class", key: target.header, target, way }];
  const full = target.kind === "builtin" ? path : outsidePath(target);
  if (full === undefined) return outside(base);
  if (ANYWHERE.test(full)) return [];
  return PLAIN.test(full) ? [{ kind: "plain", key: full.slice(full.lastIndexOf(".") + 1) }] : outside(full);
}

/** The name in `a.Base` or `a.Base[int]`; `undefined` for anything else. */
function pathOf(base: Part): string | undefined {
  return /^([\p{L}\p{N}_.]+)\s*(?:\[[\s\S]*\])?$/u.exec(base.text)?.[1];
}

/** The full dotted name of what comes from outside of the repository. */
export function outsidePath(target: Target): string | undefined {
  if (target.kind !== "failure" || target.failure.kind !== "unverified") return undefined;
  return target.failure.reason.kind === "outside" ? target.failure.reason.path : undefined;
}

/** What a class or its instance has under a name: its own, or the first in the order of its ancestors. */
export function attributeOf(
  search: Search,
  from: ClassTarget | Extract<Target, { kind: "instance" }>,
  name: string,
  span: Span,
  way: Way,
): Found {
  const unknown = unverified(way, { kind: "computed", span });
  const of = from.kind === "class" ? from : from.of;
  const ancestors = ancestorsOf(search, of, way) ?? [];
  if (ancestors.length === 0 || (from.kind === "instance" && !isOrdinary(search, ancestors, name))) return unknown;
  for (const each of ancestors) {
    if (each.kind === "plain") continue;
    if (each.kind === "outside") return unknown;
    const { file, header } = each.target;
    if (setsAttribute(file.module, name)) return unknown;
    const binding = bodyMember(search, file, header, name);
    if (binding === undefined) {
      // An annotation alone says that instances have the name, and nothing of its value.
      if (header.body.some((other) => other.kind !== "import-star" && other.name.text === name)) return unknown;
      continue;
    }
    const found = follow(search, file, binding, each.way, header);
    return found.target.kind === "function" ? { ...found, target: methodOf(found.target, binding, from) } : found;
  }
  return unknown;
}

/** Whether calling the class gives an instance of it, whose attributes are those of the class. */
function isOrdinary(search: Search, ancestors: readonly Ancestor[], name: string): boolean {
  return ancestors.every((each) => {
    if (each.kind !== "class") return true;
    const { header, file } = each.target;
    return (
      !header.bases.keywords.some((keyword) => !isHarmlessMetaclass(keyword)) &&
      ["__new__", "__getattribute__"].every((special) => bodyMember(search, file, header, special) === undefined) &&
      !(name !== "__call__" && /\bsetattr\s*\(\s*self\b|\bself\s*\.\s*__dict__/.test(file.module.source.text))
    );
  });
}

/** Whether a keyword of a class is a metaclass that makes instances as `type` does. */
export function isHarmlessMetaclass({ name, value }: KeywordArgument): boolean {
  return name.text === "metaclass" && /^(?:abc\.)?ABCMeta$/.test(value.text);
}

function methodOf(
  found: FunctionTarget,
  binding: NamedBinding,
  from: ClassTarget | Extract<Target, { kind: "instance" }>,
): FunctionTarget {
  const of = from.kind === "class" ? from : from.of;
  const { header, file } = found;
  const paths = header.decorators.map((each) => decoratorPath(file.module, each));
  // What is assigned in a class body was decorated before.
  const own = binding.kind === "function" ? paths : [];
  const isOfClass = own.includes("classmethod");
  const isStatic = own.includes("staticmethod");
  const decorators = header.decorators.filter((_, at) => own[at] !== "classmethod");
  const isBound = isOfClass || (from.kind === "instance" && !isStatic);
  return { ...found, header: { ...header, decorators }, method: { of, isBound } };
}

function overloadsOf(file: ModuleFile, { name, decorators }: FunctionHeader): readonly FunctionHeader[] {
  const { module } = file;
  return module.bindings.filter((each): each is FunctionHeader => {
    return (
      each.kind === "function" &&
      each.name.text === name.text &&
      each.decorators !== decorators &&
      isOverload(module, each)
    );
  });
}

function along(way: Way, span: Span): Way {
  return { ...way, trail: [...way.trail, span] };
}

function failed(way: Way, failure: Failure): Found {
  return { target: { kind: "failure", failure }, way };
}

/** What cannot be followed. */
export function unverified(way: Way, reason: Reason): Found {
  return failed(way, { kind: "unverified", reason });
}
