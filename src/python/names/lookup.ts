// Resolves a name in a module: follows aliases, imports within the repository, star imports and `__all__`. Guarantees:
// terminates on every cycle and chain, and reports a name as missing only if no unread code could define it. Whether a
// conditional statement runs depends on the world of the search (`worlds.ts`).

import { remember } from "../../base/remember.ts";
import type { Span } from "../../base/source.ts";
import type {
  AssignedValue,
  Binding,
  ClassHeader,
  FunctionHeader,
  ImportedStar,
  NamedBinding,
  PythonModule,
  Reach,
} from "../module.ts";
import { isMeaning } from "../reach.ts";
import type { Arguments, KeywordArgument } from "../text/arguments.ts";
import type { Part } from "../text/text.ts";
import { decoratorPath, isOverload } from "../types/decorators.ts";
import { functionalClass } from "../types/functional.ts";
import { readValue } from "../types/value.ts";
import { isBuiltin } from "./builtins.ts";
import { linearize } from "./linearize.ts";
import { isBinding, mayBeRebound, unboundName } from "./missing.ts";
import { setsAttribute, setsInImported, setsOnSelf } from "./patches.ts";
import {
  findImported,
  findModule,
  type ImportedPlace,
  type ModuleFile,
  type ModulePlace,
  type Repository,
} from "./repository.ts";
import type { Failure, Reason } from "./resolution.ts";
import { NO_WORLD, type World } from "./worlds.ts";

/** What a name refers to. */
export type Target =
  | FunctionTarget
  | ClassTarget
  | { readonly kind: "partial"; readonly of: Target; readonly bound: Arguments; readonly span: Span }
  /** The result of calling a class. */
  | { readonly kind: "instance"; readonly of: ClassTarget; readonly span: Span }
  | { readonly kind: "module"; readonly place: ModuleFile | Extract<ModulePlace, { kind: "namespace" }> }
  /** A type, as opposed to a callable value. */
  | {
      readonly kind: "alias";
      readonly file: ModuleFile;
      readonly typeParameters: Part | undefined;
      readonly value: Part;
      readonly name: Part;
    }
  | { readonly kind: "failure"; readonly failure: Failure };

/** A function. A bound method receives the instance or class as its first argument. */
export interface FunctionTarget {
  readonly kind: "function";
  readonly file: ModuleFile;
  readonly header: FunctionHeader;
  readonly overloads: readonly FunctionHeader[];
  /** The class in whose body it is defined. */
  readonly within: ClassHeader | undefined;
  /** For a method: the class on which it was looked up, and whether it is bound. */
  readonly method?: { readonly of: ClassTarget; readonly isBound: boolean };
}

export interface ClassTarget {
  readonly kind: "class";
  readonly file: ModuleFile;
  readonly header: ClassHeader;
  /** The class in whose body it is defined. */
  readonly within: ClassHeader | undefined;
}

/** The path of a lookup: the imports and aliases followed so far, and the names that are being resolved. */
export interface Route {
  readonly trail: readonly Span[];
  readonly seen: readonly string[];
}

export interface Found {
  readonly target: Target;
  readonly route: Route;
}

/**
 * A search in one world. A search for a type does not follow values, includes definitions below `if TYPE_CHECKING:`,
 * and considers every binding of a name, because annotations may be evaluated at any time. `budget` is shared by all
 * worlds, so that the search terminates on hostile imports.
 */
export interface Search {
  readonly repository: Repository;
  readonly wants: "callable" | "type";
  world: World;
  budget: number;
  /** The remaining budget of all searches in the repository together. */
  readonly all: { budget: number };
}

/** More names than any real chain of imports contains. */
const BUDGET = 2_000;
/** The budget of all searches together. Once it is used up, each search only gets enough for a simple chain. */
const BUDGET_OF_ALL = 20_000;
const MAX_STEPS = 40;

/** The point in time at which a name is looked up: when the statement at `offset` runs, which may be in a loop. */
export interface Moment {
  readonly offset: number;
  readonly isRepeated: boolean;
}

/** After the module has been imported. */
export const IMPORTED: Moment = { offset: Number.POSITIVE_INFINITY, isRepeated: false };

/** When the statement at an offset runs. */
export function momentOf(offset: number, reach: Reach): Moment {
  return { offset, isRepeated: reach === "repeated" };
}

const budgets = remember((_: Repository["modules"]) => ({ budget: BUDGET_OF_ALL }));

/** Starts a search in a repository, before its first world. */
export function searchIn(repository: Repository, wants: Search["wants"]): Search {
  const all = budgets(repository.modules);
  return { repository, wants, world: NO_WORLD, budget: Math.max(MAX_STEPS, Math.min(BUDGET, all.budget)), all };
}

/** Deducts steps from the budget of a search. Returns whether the search may continue. */
export function takeStep(search: Search, count = 1): boolean {
  search.all.budget -= count;
  search.budget -= count;
  return search.budget >= 0;
}

/** Resolves a name of a module at a moment. */
export function lookUp(search: Search, file: ModuleFile, name: string, from: Route, at: Moment = IMPORTED): Found {
  const { path } = file.module.source;
  const key = `${path}:${name}:${at.offset}`;
  if (from.seen.includes(key) || from.seen.length >= MAX_STEPS || !takeStep(search)) {
    return submodule(search, file, name, from) ?? unverified(from, { kind: "endless", span: from.trail.at(-1) });
  }
  const route = { ...from, seen: [...from.seen, key] };
  return (
    (search.wants === "type" ? anyBinding(search, file, name, route) : lastBinding(search, file, name, route, at)) ??
    submodule(search, file, name, route) ?? {
      target: { kind: "failure", failure: unboundName(file.module, name) },
      route,
    }
  );
}

/** Resolves a name by the last statement that bound it before a moment. */
function lastBinding(search: Search, file: ModuleFile, name: string, route: Route, at: Moment): Found | undefined {
  for (const binding of lastFirst(file.module, name, at)) {
    if (!takeStep(search)) return unverified(route, { kind: "endless", span: spanOf(binding) });
    if (!isBinding(binding)) continue;
    const isCertain = binding.reach === "always" && startOf(binding) < at.offset;
    if (binding.kind === "import-star") {
      const found = throughStar(search, file, binding, name, route);
      const isOpen = isFromOutside(found);
      const kind = isOpen ? "star-import" : "conditional";
      if (found !== undefined && ((isCertain && !isOpen) || runs(search, file, binding.from.span, kind))) return found;
    } else if (isCertain || runs(search, file, binding.name.span, "conditional")) {
      return binding.kind === "deleted" ? undefined : follow(search, file, binding, route);
    }
  }
  return undefined;
}

/**
 * The statements of a module by the name that they bind, and its star imports, which may bind any name; in text order.
 */
const statementsOf = remember(({ bindings }: PythonModule) => {
  const stars = bindings.filter((each) => each.kind === "import-star");
  return { byName: byName(bindings), stars };
});

/** Groups statements by the name that they bind, in text order. */
function byName(bindings: readonly Binding[]): ReadonlyMap<string, readonly NamedBinding[]> {
  const found = new Map<string, NamedBinding[]>();
  for (const binding of bindings) {
    if (binding.kind === "import-star") continue;
    const others = found.get(binding.name.text);
    if (others === undefined) found.set(binding.name.text, [binding]);
    else others.push(binding);
  }
  return found;
}

/** The statements of a module that may bind a name. */
function statementsFor(
  module: PythonModule,
  name: string,
): readonly [readonly NamedBinding[], readonly ImportedStar[]] {
  const { byName, stars } = statementsOf(module);
  return [byName.get(name) ?? [], stars];
}

/** Those that may have run before a moment, last one first. */
function* lastFirst(module: PythonModule, name: string, at: Moment): Generator<Binding> {
  const [named, stars] = statementsFor(module, name);
  for (let [i, j] = [countBefore(named, at), countBefore(stars, at)]; i > 0 || j > 0; ) {
    const [binding, star] = [named[i - 1], stars[j - 1]];
    const isStar = binding === undefined || (star !== undefined && startOf(star) > startOf(binding));
    const next = isStar ? star : binding;
    if (isStar) j--;
    else i--;
    if (next !== undefined) yield next;
  }
}

/** The same in text order. */
function* inTextOrder(module: PythonModule, name: string): Generator<Binding> {
  const [named, stars] = statementsFor(module, name);
  for (let [i, j] = [0, 0]; i < named.length || j < stars.length; ) {
    const [binding, star] = [named[i], stars[j]];
    const isStar = binding === undefined || (star !== undefined && startOf(star) < startOf(binding));
    const next = isStar ? star : binding;
    if (isStar) j++;
    else i++;
    if (next !== undefined) yield next;
  }
}

/**
 * The number of statements that start before a moment; `bindings` must be in text order. In a loop, all of them may
 * have run.
 */
function countBefore(bindings: readonly Binding[], { offset, isRepeated }: Moment): number {
  if (isRepeated) return bindings.length;
  let [low, high] = [0, bindings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const binding = bindings[middle];
    if (binding !== undefined && startOf(binding) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a statement runs in this world. */
function runs({ world }: Search, { module }: ModuleFile, span: Span, kind: "conditional" | "star-import"): boolean {
  return world.choose(`${module.source.path}:${span.start}`, 2, { kind, span }) === 0;
}

/** More bindings than any real type has. */
const MAX_MEANINGS = 8;

/**
 * Resolves a name by any of the statements that give it a meaning. Star imports only count after the last other
 * statement.
 */
function anyBinding(search: Search, file: ModuleFile, name: string, route: Route): Found | undefined {
  const possible: (() => Found)[] = [];
  let last: Span | undefined;
  for (const binding of inTextOrder(file.module, name)) {
    if (possible.length > MAX_MEANINGS) break;
    if (binding.kind === "import-star") {
      const found = throughStar(search, file, binding, name, route);
      if (found !== undefined) possible.push(() => found);
    } else if (isMeaning(binding)) {
      if (binding.reach === "always" && binding.kind !== "deleted" && last === undefined) possible.length = 0;
      possible.push(() => follow(search, file, binding, route));
      last = binding.name.span;
    }
  }
  const [first] = possible;
  if (first === undefined || possible.length === 1) return first?.();
  const span = last ?? { source: file.module.source, start: 0, end: 0 };
  if (possible.length > MAX_MEANINGS) return unverified(route, { kind: "conditional", span });
  const pick = search.world.choose(`${file.module.source.path}:${name}`, possible.length, {
    kind: "conditional",
    span,
  });
  return (possible[pick] ?? first)();
}

function startOf(binding: Binding): number {
  return binding.kind === "value" ? binding.start : spanOf(binding).start;
}

function spanOf(binding: Binding): Span {
  return binding.kind === "import-star" ? binding.from.span : binding.name.span;
}

function isFromOutside(found: Found | undefined): boolean {
  return found?.target.kind === "failure" && found.target.failure.kind === "unverified";
}

/** Resolves a dotted name at a moment, as seen from a module or from the body of one of its classes. */
export function lookUpDotted(
  search: Search,
  file: ModuleFile,
  path: string,
  span: Span,
  route: Route,
  at: Moment = IMPORTED,
  within?: ClassHeader,
): Found {
  const found = lookUpPath(search, file, path, span, route, at, within);
  // A name that the module does not bind may be a built-in.
  return found.target.kind === "builtin"
    ? unverified(route, { kind: "computed", span })
    : { ...found, target: found.target };
}

/** The same, but a name that the module does not bind is reported as `builtin`. */
export function lookUpPath(
  search: Search,
  file: ModuleFile,
  path: string,
  span: Span,
  route: Route,
  at: Moment = IMPORTED,
  within?: ClassHeader,
): { readonly target: Target | { readonly kind: "builtin" }; readonly route: Route } {
  const [first = "", ...rest] = path.split(".");
  let found = (within && inBody(search, file, within, first, route, at)) ?? lookUp(search, file, first, route, at);
  if (found.target.kind === "failure" && found.target.failure.kind === "name-missing") {
    if (!isBuiltin(first)) search.world.fail();
    return { target: { kind: "builtin" }, route };
  }
  for (const name of rest) {
    const { target } = found;
    if (target.kind === "failure")
      return { ...found, target: { kind: "failure", failure: withAttribute(target.failure, name) } };
    if (target.kind === "module") {
      if (setsInImported(file.module, name)) return unverified(route, { kind: "computed", span });
      found = lookUpInPlace(search, target.place, name, span, found.route);
    } else if (search.wants === "callable" && (target.kind === "class" || target.kind === "instance"))
      found = attributeOf(search, target, name, span, found.route);
    else return unverified(found.route, { kind: "computed", span });
  }
  return found;
}

/** Appends an attribute to the path of something outside of the repository. */
function withAttribute(failure: Failure, name: string): Failure {
  if (failure.kind !== "unverified" || failure.reason.kind !== "outside") return failure;
  return { ...failure, reason: { ...failure.reason, path: `${failure.reason.path}.${name}` } };
}

/** Resolves a name in a class body when a statement of that body runs; `undefined` if the body does not bind it. */
function inBody(
  search: Search,
  file: ModuleFile,
  within: ClassHeader,
  name: string,
  route: Route,
  at: Moment,
): Found | undefined {
  const binding = bodyMember(search, file, within, name, at);
  return binding && follow(search, file, binding, route, within);
}

/** The last statement in a class body that binds a name before a moment, in this world. */
export function bodyMember(
  search: Search,
  file: ModuleFile,
  header: ClassHeader,
  name: string,
  at: Moment = IMPORTED,
): NamedBinding | undefined {
  const named = bodies(header).atRunTime.get(name) ?? [];
  for (let i = countBefore(named, at) - 1; i >= 0; i--) {
    const binding = named[i];
    if (binding === undefined) continue;
    const isCertain = binding.reach === "always" && startOf(binding) < at.offset;
    if (isCertain || runs(search, file, binding.name.span, "conditional"))
      return binding.kind === "deleted" ? undefined : binding;
  }
  return undefined;
}

const bodies = remember(({ body }: ClassHeader) => ({ all: byName(body), atRunTime: byName(body.filter(isBinding)) }));

/** The statements in a class body that bind a name, in text order. */
export function inBodyOf(header: ClassHeader, name: string): readonly NamedBinding[] {
  return bodies(header).all.get(name) ?? [];
}

/** Resolves the name that a statement binds. */
export function follow(
  search: Search,
  file: ModuleFile,
  binding: NamedBinding,
  route: Route,
  within?: ClassHeader,
): Found {
  const { name } = binding;
  switch (binding.kind) {
    case "function": {
      const overloads = within === undefined ? overloadsOf(file, binding) : [];
      return { target: { kind: "function", file, header: binding, overloads, within }, route };
    }
    case "class":
      return { target: { kind: "class", file, header: binding, within }, route };
    case "import": {
      const place = findImported(search.repository, file, { level: 0, module: binding.module, span: binding.span });
      return resultAtPlace(place, binding.module, binding.span, extendTrail(route, binding.span));
    }
    case "import-from": {
      const { from, imported } = binding;
      const place = findImported(search.repository, file, from);
      // The module may have set the imported attribute on the other module before.
      if (place.kind === "file" && setsInImported(file.module, imported.text))
        return unverified(route, { kind: "computed", span: imported.span });
      return lookUpInPlace(search, place, imported.text, imported.span, extendTrail(route, imported.span));
    }
    case "value":
      return followValue(search, file, binding, route, within);
    case "type-alias":
      return {
        target: { kind: "alias", file, typeParameters: binding.typeParameters, value: binding.value, name },
        route,
      };
    default:
      return unverified(route, { kind: "computed", span: name.span });
  }
}

function followValue(
  search: Search,
  file: ModuleFile,
  { name, value: part, start, reach }: AssignedValue,
  route: Route,
  within: ClassHeader | undefined,
): Found {
  if (part === undefined) return unverified(route, { kind: "computed", span: name.span });
  if (search.wants === "type")
    return { target: { kind: "alias", file, typeParameters: undefined, value: part, name }, route };
  const { span } = part;
  const value = readValue(file.module, name, part);
  const seek = (path: string) =>
    lookUpDotted(search, file, path, span, extendTrail(route, span), momentOf(start, reach), within);
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
      if (header !== undefined) return { target: { kind: "class", file, header, within }, route };
      const found = seek(value.path);
      if (found.target.kind === "class") return { ...found, target: { kind: "instance", of: found.target, span } };
      return unverified(route, { kind: "computed", span });
    }
    case "lambda":
      return { target: { kind: "function", file, header: value.header, overloads: [], within }, route };
    case "constant":
      return failed(route, mayBeRebound(file.module) ?? { kind: "not-callable", what: "value", span });
    default:
      return unverified(route, { kind: "computed", span });
  }
}

const setOf = remember((names: readonly string[]): ReadonlySet<string> => new Set(names));

/** Resolves a name through a star import within the repository; `undefined` if the import does not provide the name. */
function throughStar(
  search: Search,
  file: ModuleFile,
  star: ImportedStar,
  name: string,
  route: Route,
): Found | undefined {
  const { from } = star;
  if (!takeStep(search)) return unverified(route, { kind: "endless", span: from.span });
  const place = findImported(search.repository, file, from);
  if (place.kind === "namespace") return undefined;
  if (place.kind !== "file") return unverified(route, { kind: "outside-star", module: from.module, span: from.span });
  if (setsInImported(file.module, name)) return unverified(route, { kind: "computed", span: from.span });
  const { exports } = place.module;
  const isExported = exports.kind === "names" ? setOf(exports.names).has(name) : !name.startsWith("_");
  if (!isExported && exports.kind !== "unknown") return undefined;
  const found = lookUp(search, place, name, extendTrail(route, from.span));
  const { target } = found;
  if (target.kind !== "failure") return found;
  const isAbsent = target.failure.kind === "name-missing";
  return isAbsent || (target.failure.kind === "unverified" && target.failure.reason.kind === "endless")
    ? undefined
    : found;
}

/** Resolves a name in the place that an import leads to. */
function lookUpInPlace(search: Search, place: ImportedPlace, name: string, span: Span, route: Route): Found {
  if (place.kind === "file") return lookUp(search, place, name, route);
  if (place.kind === "outside") return resultAtPlace(place, `${place.module}.${name}`, span, route);
  if (place.kind !== "namespace") return resultAtPlace(place, name, span, route);
  const inner = findModule(search.repository, [...place.parts, name]);
  return resultAtPlace(inner.kind === "missing" ? { kind: "outside", module: inner.module } : inner, name, span, route);
}

function resultAtPlace(place: ImportedPlace, path: string, span: Span, route: Route): Found {
  switch (place.kind) {
    case "file":
    case "namespace":
      return { target: { kind: "module", place }, route };
    case "missing":
      return failed(route, { kind: "module-missing", missing: place });
    case "outside":
      return unverified(route, { kind: "outside", module: place.module, path, span });
    case "unreadable":
      return unverified(route, place);
  }
}

/** A submodule is an attribute of its package after it was imported. */
function submodule(search: Search, file: ModuleFile, name: string, route: Route): Found | undefined {
  if (!file.isPackage) return undefined;
  const place = findModule(search.repository, [...file.parts, name]);
  return place.kind === "file" || place.kind === "namespace" ? { target: { kind: "module", place }, route } : undefined;
}

/** The statement that defines a name in a class body at run time. */
export function bodyBinding(header: ClassHeader, name: string): NamedBinding | undefined {
  return bodies(header).atRunTime.get(name)?.at(-1);
}

/** An ancestor of a class. `outside`: unknown. `plain`: defines no constructor. */
export type Ancestor =
  | { readonly kind: "class"; readonly key: ClassHeader; readonly target: ClassTarget; readonly route: Route }
  | { readonly kind: "outside"; readonly key: unknown; readonly span: Span }
  | { readonly kind: "plain"; readonly key: string };

/** More classes and bases than any real inheritance graph has. */
const MAX_ANCESTORS = 64;
const MAX_BASES = 256;

/** Bases that define no constructor. `Generic` and `Protocol` may be anywhere among the bases. */
const PLAIN = /^(?:(?:builtins\.)?object|(?:abc\.)?ABC|(?:typing\.)?NamedTuple)$/;
const ANYWHERE = /^(?:typing(?:_extensions)?\.)?(?:Generic|Protocol)$/;

const OBJECT: Ancestor = { kind: "plain", key: "object" };

/** The MRO of a class; `undefined` if Python rejects the class. */
export function ancestorsOf(search: Search, target: ClassTarget, route: Route): readonly Ancestor[] | undefined {
  const ofWorld = orders(search.world);
  const before = ofWorld.get(target.header);
  if (before !== undefined) return before === "refused" ? undefined : before;
  const order = linearize({ kind: "class", key: target.header, target, route }, baseFinder(search));
  ofWorld.set(target.header, order ?? "refused");
  return order;
}

/** A class has one MRO per world. */
const orders = remember((_: World) => new Map<ClassHeader, readonly Ancestor[] | "refused">());

/** Returns a function that finds the bases of a class, up to a limit for the entire inheritance graph. */
function baseFinder(search: Search): (of: Ancestor) => readonly Ancestor[] {
  let classes = MAX_ANCESTORS;
  let bases = MAX_BASES;
  return (of) => {
    if (of.kind !== "class") return of.key === OBJECT.key ? [] : [OBJECT];
    const { header } = of.target;
    const { positional, isOpen } = header.bases;
    bases -= positional.length;
    if (classes-- <= 0 || bases < 0 || isOpen)
      return [{ kind: "outside", key: header, span: header.name.span }, OBJECT];
    const found = positional.flatMap((base) => baseOf(search, of, base));
    return found.length === 0 ? [OBJECT] : found;
  };
}

function baseOf(search: Search, of: Extract<Ancestor, { kind: "class" }>, base: Part): readonly Ancestor[] {
  const { file, header, within } = of.target;
  const outside = (key: unknown): readonly Ancestor[] => [{ kind: "outside", key, span: base.span }];
  // A class that is created by a call has that call as its base.
  if (base.span.start === header.span.start) return [];
  const made = functionalClass(file.module, base, base);
  if (made !== undefined) {
    const target: ClassTarget = { kind: "class", file, header: made, within: undefined };
    return [{ kind: "class", key: made, target, route: of.route }];
  }
  const path = pathOf(base);
  if (path === undefined) return outside(base);
  const found = lookUpPath(search, file, path, base.span, of.route, momentOf(header.span.start, header.reach), within);
  const { target, route } = found;
  if (target.kind === "class") return [{ kind: "class", key: target.header, target, route }];
  const full = target.kind === "builtin" ? path : outsidePath(target);
  if (full === undefined) return outside(base);
  if (ANYWHERE.test(full)) return [];
  return PLAIN.test(full) ? [{ kind: "plain", key: full.slice(full.lastIndexOf(".") + 1) }] : outside(full);
}

/** The name in `a.Base` or `a.Base[int]`; `undefined` for anything else. */
function pathOf(base: Part): string | undefined {
  return /^([\p{L}\p{N}_.]+)\s*(?:\[[\s\S]*\])?$/u.exec(base.text)?.[1];
}

/** The full dotted name of something outside of the repository. */
export function outsidePath(target: Target): string | undefined {
  if (target.kind !== "failure" || target.failure.kind !== "unverified") return undefined;
  return target.failure.reason.kind === "outside" ? target.failure.reason.path : undefined;
}

/** Resolves an attribute of a class or instance along its MRO. */
export function attributeOf(
  search: Search,
  from: ClassTarget | Extract<Target, { kind: "instance" }>,
  name: string,
  span: Span,
  route: Route,
): Found {
  const unknown = unverified(route, { kind: "computed", span });
  const of = from.kind === "class" ? from : from.of;
  const ancestors = ancestorsOf(search, of, route) ?? [];
  if (ancestors.length === 0 || (from.kind === "instance" && !isOrdinary(search, ancestors, name))) return unknown;
  for (const each of ancestors) {
    if (each.kind === "plain") continue;
    if (each.kind === "outside") return unknown;
    const { file, header } = each.target;
    if (setsAttribute(file.module, name)) return unknown;
    const binding = bodyMember(search, file, header, name);
    if (binding === undefined) {
      // A bare annotation declares an instance attribute without a value.
      if (inBodyOf(header, name).length > 0) return unknown;
      continue;
    }
    const found = follow(search, file, binding, each.route, header);
    return found.target.kind === "function" ? { ...found, target: methodOf(found.target, binding, from) } : found;
  }
  return unknown;
}

/** Whether calling the class returns a normal instance, whose attributes are those of the class. */
function isOrdinary(search: Search, ancestors: readonly Ancestor[], name: string): boolean {
  return ancestors.every((each) => {
    if (each.kind !== "class") return true;
    const { header, file } = each.target;
    return (
      !header.bases.keywords.some((keyword) => !isHarmlessMetaclass(keyword)) &&
      ["__new__", "__getattribute__"].every((special) => bodyMember(search, file, header, special) === undefined) &&
      (name === "__call__" || !setsOnSelf(file.module))
    );
  });
}

/** Whether a keyword of a class is a metaclass that creates instances like `type` does. */
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
  // A value assigned in a class body was decorated where it was defined.
  const own = binding.kind === "function" ? paths : [];
  const isOfClass = own.includes("classmethod");
  const isStatic = own.includes("staticmethod");
  const decorators = header.decorators.filter((_, at) => own[at] !== "classmethod");
  const isBound = isOfClass || (from.kind === "instance" && !isStatic);
  return { ...found, header: { ...header, decorators }, method: { of, isBound } };
}

function overloadsOf(file: ModuleFile, { name, decorators }: FunctionHeader): readonly FunctionHeader[] {
  const { module } = file;
  const named = statementsOf(module).byName.get(name.text) ?? [];
  return named.flatMap((binding) => {
    const isOther = binding.kind === "function" && binding.decorators !== decorators && isOverload(module, binding);
    return isOther ? [binding] : [];
  });
}

function extendTrail(route: Route, span: Span): Route {
  return { ...route, trail: [...route.trail, span] };
}

function failed(route: Route, failure: Failure): Found {
  return { target: { kind: "failure", failure }, route };
}

/** The result for something that cannot be resolved. */
export function unverified(route: Route, reason: Reason): Found {
  return failed(route, { kind: "unverified", reason });
}
