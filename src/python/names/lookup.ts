// Follows a name through a module: aliases, imports inside the repository, stars, `__all__`. Promises: every circle and
// every chain ends, and a name is missing only when nothing that was not read could bring it. Whether a statement below a
// condition runs is up to the world that the search is in (`worlds.ts`).

import { remember } from "../../base/remember.ts";
import type { Span } from "../../base/source.ts";
import type { AssignedValue, ClassHeader, ImportedStar, NamedBinding } from "../module.ts";
import { isMeaning } from "../reach.ts";
import { functionalClass } from "../types/functional.ts";
import { readValue } from "../types/value.ts";
import { type Ancestor, isOrdinary, methodOf, orderOf } from "./ancestors.ts";
import { bodyMember, firstFirst, inBodyOf, lastFirst, overloadsOf, spanOf, startOf } from "./bindings.ts";
import { isBuiltin } from "./builtins.ts";
import { isBinding, mayBeSetAgain, withoutName } from "./missing.ts";
import { setsAttribute, setsInImported } from "./patches.ts";
import { findImported, findModule, type ImportedPlace, type ModuleFile } from "./repository.ts";
import type { Failure } from "./resolution.ts";
import { IMPORTED, MAX_STEPS, type Moment, momentOf, runs, type Search, takeStep } from "./search.ts";
import { along, type ClassTarget, type Found, failed, type Target, unverified, type Way } from "./target.ts";

/** What a name of a module stands for at a moment. */
export function lookUp(search: Search, file: ModuleFile, name: string, from: Way, at: Moment = IMPORTED): Found {
  const { path } = file.module.source;
  const key = `${path}:${name}:${at.offset}`;
  if (from.seen.includes(key) || from.seen.length >= MAX_STEPS || !takeStep(search)) {
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
  for (const binding of lastFirst(file.module, name, at)) {
    if (!takeStep(search)) return unverified(way, { kind: "endless", span: spanOf(binding) });
    if (!isBinding(binding)) continue;
    const isCertain = binding.reach === "always" && startOf(binding) < at.offset;
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

/** More statements than give one type its meaning in real code. */
const MAX_MEANINGS = 8;

/** What any of the statements makes of a name that give it a meaning; those that come by a star only when it is the last. */
function anyBinding(search: Search, file: ModuleFile, name: string, way: Way): Found | undefined {
  const possible: (() => Found)[] = [];
  let last: Span | undefined;
  for (const binding of firstFirst(file.module, name)) {
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
    case "bound":
    case "deleted":
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
      return failed(way, mayBeSetAgain(file.module) ?? { kind: "not-callable", what: "value", span });
    case "computed":
      return unverified(way, { kind: "computed", span });
  }
}

const setOf = remember((names: readonly string[]): ReadonlySet<string> => new Set(names));

/** What a module below the root brings by `*`; `undefined` when it does not bring the name. */
function throughStar(search: Search, file: ModuleFile, star: ImportedStar, name: string, way: Way): Found | undefined {
  const { from } = star;
  if (!takeStep(search)) return unverified(way, { kind: "endless", span: from.span });
  const place = findImported(search.repository, file, from);
  if (place.kind === "namespace") return undefined;
  if (place.kind !== "file") return unverified(way, { kind: "outside-star", module: from.module, span: from.span });
  if (setsInImported(file.module, name)) return unverified(way, { kind: "computed", span: from.span });
  const { exports } = place.module;
  const isExported = exports.kind === "names" ? setOf(exports.names).has(name) : !name.startsWith("_");
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

/** A class and its ancestors in the order in which Python looks through them; `undefined` when it refuses the class. */
export function ancestorsOf(search: Search, target: ClassTarget, way: Way): readonly Ancestor[] | undefined {
  return orderOf(search, target, way, lookUpPath);
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
      if (inBodyOf(header, name).length > 0) return unknown;
      continue;
    }
    const found = follow(search, file, binding, each.way, header);
    return found.target.kind === "function" ? { ...found, target: methodOf(found.target, binding, from) } : found;
  }
  return unknown;
}
