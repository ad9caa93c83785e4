// Resolves a name in a module: follows aliases, imports within the repository, star imports and `__all__`. Guarantees:
// terminates on every cycle and chain, and reports a name as missing only if no unread code could define it. Whether a
// conditional statement runs depends on the world of the search (`worlds.ts`).

import { remember } from "../../base/remember.ts";
import type { Span } from "../../base/source.ts";
import type { AssignedValue, ClassHeader, ImportedStar, NamedBinding } from "../module.ts";
import { isMeaning } from "../reach.ts";
import { functionalClass } from "../types/functional.ts";
import { readValue } from "../types/value.ts";
import { type Ancestor, isOrdinary, methodOf, orderOf } from "./ancestors.ts";
import { bodyMember, inBodyOf, inTextOrder, lastFirst, overloadsOf, spanOf, startOf } from "./bindings.ts";
import { isBuiltin } from "./builtins.ts";
import { isBinding, mayBeRebound, unboundName } from "./missing.ts";
import { setsAttribute, setsInImported } from "./patches.ts";
import { findImported, findModule, type ImportedPlace, type ModuleFile } from "./repository.ts";
import type { Failure } from "./resolution.ts";
import { IMPORTED, MAX_STEPS, type Moment, momentOf, runs, type Search, takeStep } from "./search.ts";
import { type ClassTarget, extendTrail, type Found, failed, type Route, type Target, unverified } from "./target.ts";

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

/** More statements than give one type its meaning in real code. */
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

/** What a statement makes of its name. */
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
    case "bound":
    case "deleted":
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
    case "computed":
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

/** A class and its ancestors in the order in which Python looks through them; `undefined` when it refuses the class. */
export function ancestorsOf(search: Search, target: ClassTarget, route: Route): readonly Ancestor[] | undefined {
  return orderOf(search, target, route, lookUpPath);
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
