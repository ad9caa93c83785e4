// Follows a name through a module: aliases, imports inside the repository, stars, `__all__`. Promises: every circle and
// every chain ends, and a name is missing only when nothing that was not read could bring it.

import { remember } from "../base/remember.ts";
import type { Span } from "../base/source.ts";
import type { Arguments } from "./arguments.ts";
import { decoratorPath, isOverload, unknownDecorators } from "./decorators.ts";
import { isBinding, withoutName } from "./missing.ts";
import type {
  AssignedValue,
  Binding,
  ClassHeader,
  FunctionHeader,
  ImportedStar,
  NamedBinding,
  PythonModule,
} from "./module.ts";
import { withoutFirst } from "./parameters.ts";
import {
  findImported,
  findModule,
  type ImportedPlace,
  type ModuleFile,
  type ModulePlace,
  type Repository,
} from "./repository.ts";
import type { Doubt, Failure, Reason } from "./resolution.ts";
import type { Part } from "./text.ts";
import { readValue } from "./value.ts";

/** What a name stands for. */
export type Target =
  | {
      readonly kind: "function";
      readonly file: ModuleFile;
      readonly header: FunctionHeader;
      readonly overloads: readonly FunctionHeader[];
    }
  | { readonly kind: "class"; readonly file: ModuleFile; readonly header: ClassHeader }
  | { readonly kind: "partial"; readonly of: Target; readonly bound: Arguments; readonly span: Span }
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

/** How far a search has come: what it followed, what is uncertain about that, and which names it is busy with. */
export interface Way {
  readonly trail: readonly Span[];
  readonly doubts: readonly Doubt[];
  readonly seen: readonly string[];
}

export interface Found {
  readonly target: Target;
  readonly way: Way;
}

/**
 * One search. Who wants a type does not follow values, and sees what stands below `if TYPE_CHECKING:`. `budget` counts
 * down, so that hostile imports end.
 */
export interface Search {
  readonly repository: Repository;
  readonly wants: "callable" | "type";
  budget: number;
  /** What is left for all searches of the repository together. */
  readonly all: { budget: number };
}

/** More names than any real chain of imports passes. */
const BUDGET = 2_000;
/** The same for all searches together; then each has what a plain chain takes. */
const BUDGET_OF_ALL = 20_000;
const MAX_STEPS = 40;

const budgets = remember((_: Repository["modules"]) => ({ budget: BUDGET_OF_ALL }));

/** Begins a search in a repository. */
export function searchIn(repository: Repository, wants: Search["wants"]): Search {
  const all = budgets(repository.modules);
  return { repository, wants, budget: Math.max(MAX_STEPS, Math.min(BUDGET, all.budget)), all };
}

/** Whether a search may take one more step. */
function takeStep(search: Search): boolean {
  search.all.budget--;
  return search.budget-- > 0;
}

/** What a name stands for once its module was imported. */
export function lookUp(search: Search, file: ModuleFile, name: string, from: Way): Found {
  const key = `${file.module.source.path}:${name}`;
  if (from.seen.includes(key) || from.seen.length >= MAX_STEPS || !takeStep(search)) {
    return submodule(search, file, name, from) ?? unverified(from, { kind: "endless", span: from.trail.at(-1) });
  }
  const way = { ...from, seen: [...from.seen, key] };
  /** What later statements leave open, should an earlier one bind the name. */
  const doubts: Doubt[] = [];
  let maybe: Found | undefined;
  for (const binding of lastFirst(file.module, name)) {
    if (!isBinding(binding) && !(search.wants === "type" && binding.reach === "type-checking")) continue;
    if (binding.kind === "import-star") {
      if (!takeStep(search)) return unverified(from, { kind: "endless", span: binding.from.span });
      const found = throughStar(search, file, binding, name, way);
      if (found === undefined) continue;
      if (isGood(found)) return doubtful(found, doubts, binding.reach === "always" ? [] : [binding.from.span]);
      maybe ??= found;
      doubts.push({ kind: "star-import", span: binding.from.span });
    } else {
      if (!takeStep(search)) return unverified(from, { kind: "endless", span: binding.name.span });
      const isCertain = binding.reach === "always";
      if (binding.kind === "deleted" && isCertain) break;
      const found = follow(search, file, binding, way);
      if (isCertain) return isGood(found) || maybe === undefined ? doubtful(found, doubts, []) : maybe;
      if (isGood(found)) return doubtful(found, doubts, [binding.name.span]);
      doubts.push({ kind: "conditional", span: binding.name.span });
      maybe ??= unverified(way, { kind: "conditional", span: binding.name.span });
    }
  }
  return (
    maybe ??
    submodule(search, file, name, way) ?? { target: { kind: "failure", failure: withoutName(file.module, name) }, way }
  );
}

interface Place {
  readonly binding: Binding;
  readonly at: number;
}

/** The statements of a module by the name that they bind, and its stars, which may bind any. */
const statementsOf = remember(({ bindings }: PythonModule) => {
  const byName = new Map<string, (Place & { readonly binding: NamedBinding })[]>();
  const stars: Place[] = [];
  for (const [at, binding] of bindings.entries()) {
    if (binding.kind === "import-star") stars.push({ binding, at });
    else {
      const others = byName.get(binding.name.text);
      if (others === undefined) byName.set(binding.name.text, [{ binding, at }]);
      else others.push({ binding, at });
    }
  }
  return { byName, stars };
});

/** The statements of a module that may bind a name, the last one first. */
function* lastFirst(module: PythonModule, name: string): Generator<Binding> {
  const { byName, stars } = statementsOf(module);
  const named = byName.get(name) ?? [];
  for (let [i, j] = [named.length - 1, stars.length - 1]; i >= 0 || j >= 0; ) {
    const isStar = (stars[j]?.at ?? -1) > (named[i]?.at ?? -1);
    const next = isStar ? stars[j--] : named[i--];
    if (next !== undefined) yield next.binding;
  }
}

/** What a dotted name stands for, seen from a module. */
export function lookUpDotted(search: Search, file: ModuleFile, path: string, span: Span, way: Way): Found {
  const [first = "", ...rest] = path.split(".");
  let found = lookUp(search, file, first, way);
  // A name that the module does not bind may be one of Python's own.
  if (found.target.kind === "failure" && found.target.failure.kind === "name-missing") {
    return unverified(way, { kind: "computed", span });
  }
  for (const name of rest) {
    const { target } = found;
    if (target.kind === "failure") return found;
    if (target.kind === "module") found = inPlace(search, target.place, name, span, found.way);
    else if (target.kind === "class") found = member(target, name, span, found.way);
    else return unverified(found.way, { kind: "computed", span });
  }
  return found;
}

function follow(search: Search, file: ModuleFile, binding: NamedBinding, way: Way): Found {
  const { name } = binding;
  switch (binding.kind) {
    case "function":
      return { target: { kind: "function", file, header: binding, overloads: overloadsOf(file, binding) }, way };
    case "class":
      return { target: { kind: "class", file, header: binding }, way };
    case "import": {
      const place = findImported(search.repository, file, { level: 0, module: binding.module, span: binding.span });
      return atPlace(place, binding.span, along(way, binding.span));
    }
    case "import-from": {
      const { from, imported } = binding;
      const place = findImported(search.repository, file, from);
      return inPlace(search, place, imported.text, imported.span, along(way, imported.span));
    }
    case "value":
      return followValue(search, file, binding, way);
    case "type-alias":
      return {
        target: { kind: "alias", file, typeParameters: binding.typeParameters, value: binding.value, name },
        way,
      };
    default:
      return unverified(way, { kind: "computed", span: name.span });
  }
}

function followValue(search: Search, file: ModuleFile, { name, value: part }: AssignedValue, way: Way): Found {
  if (part === undefined) return unverified(way, { kind: "computed", span: name.span });
  if (search.wants === "type")
    return { target: { kind: "alias", file, typeParameters: undefined, value: part, name }, way };
  const { span } = part;
  const value = readValue(file.module, name, part);
  switch (value.kind) {
    case "reference":
      return lookUpDotted(search, file, value.path, span, along(way, span));
    case "partial": {
      const found = lookUpDotted(search, file, value.path, span, along(way, span));
      if (found.target.kind === "failure") return found;
      return { ...found, target: { kind: "partial", of: found.target, bound: value.bound, span } };
    }
    case "call":
      return instance(lookUpDotted(search, file, value.path, span, along(way, span)), span, way);
    case "lambda":
      return { target: { kind: "function", file, header: value.header, overloads: [] }, way };
    case "constant":
      return failed(way, { kind: "not-callable", what: "value", span });
    default:
      return unverified(way, { kind: "computed", span });
  }
}

/** What a module below the root brings by `*`; `undefined` when it does not bring the name. */
function throughStar(search: Search, file: ModuleFile, star: ImportedStar, name: string, way: Way): Found | undefined {
  const { from } = star;
  const place = findImported(search.repository, file, from);
  if (place.kind === "namespace") return undefined;
  if (place.kind !== "file") return unverified(way, { kind: "outside-star", module: from.module, span: from.span });
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
  if (place.kind !== "namespace") return atPlace(place, span, way);
  const inner = findModule(search.repository, [...place.parts, name]);
  return atPlace(inner.kind === "missing" ? { kind: "outside", module: inner.module } : inner, span, way);
}

function atPlace(place: ImportedPlace, span: Span, way: Way): Found {
  switch (place.kind) {
    case "file":
    case "namespace":
      return { target: { kind: "module", place }, way };
    case "missing":
      return failed(way, { kind: "module-missing", missing: place });
    case "outside":
      return unverified(way, { kind: "outside", module: place.module, span });
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

const bodies = remember(({ body }: ClassHeader) => {
  const last = new Map<string, NamedBinding>();
  for (const each of body) if (each.kind !== "import-star" && isBinding(each)) last.set(each.name.text, each);
  return last;
});

/** What a name in the body of a class stands for, at run time. */
export function bodyBinding(header: ClassHeader, name: string): NamedBinding | undefined {
  return bodies(header).get(name);
}

/** A function of a class, by the class: what it takes begins with `self` as it is written, unless it gets the class. */
function member({ file, header }: Extract<Target, { kind: "class" }>, name: string, span: Span, way: Way): Found {
  const method = bodyBinding(header, name);
  if (method?.kind !== "function" || method.reach !== "always") return unverified(way, { kind: "computed", span });
  const decorators = method.decorators.filter((each) => decoratorPath(file.module, each) !== "classmethod");
  const isOfClass = decorators.length < method.decorators.length;
  const bound = isOfClass ? { ...method, decorators, parameters: withoutFirst(method.parameters) } : method;
  return { target: { kind: "function", file, header: bound, overloads: [] }, way };
}

/** What calling an instance takes: the `__call__` of its class without `self`. */
function instance({ target: of, way: onward }: Found, span: Span, way: Way): Found {
  const unknown = unverified(way, { kind: "computed", span });
  if (of.kind !== "class" || unknownDecorators(of.file.module, of.header).length > 0) return unknown;
  // A metaclass or `__new__` may make something else.
  const { keywords } = of.header.bases;
  if (keywords.length > 0 || bodyBinding(of.header, "__new__") !== undefined) return unknown;
  const { target } = member(of, "__call__", span, onward);
  if (target.kind !== "function") return unknown;
  const { header } = target;
  return { target: { ...target, header: { ...header, parameters: withoutFirst(header.parameters) } }, way: onward };
}

function overloadsOf(file: ModuleFile, { name, decorators }: FunctionHeader): readonly FunctionHeader[] {
  const { module } = file;
  const named = statementsOf(module).byName.get(name.text) ?? [];
  return named.flatMap(({ binding }) => {
    const isOther = binding.kind === "function" && binding.decorators !== decorators && isOverload(module, binding);
    return isOther ? [binding] : [];
  });
}

function isGood({ target }: Found): boolean {
  return target.kind !== "failure";
}

function along(way: Way, span: Span): Way {
  return { ...way, trail: [...way.trail, span] };
}

function doubtful({ target, way }: Found, doubts: readonly Doubt[], conditions: readonly Span[]): Found {
  const conditional = conditions.map((span): Doubt => ({ kind: "conditional", span }));
  return { target, way: { ...way, doubts: [...way.doubts, ...conditional, ...doubts] } };
}

function failed(way: Way, failure: Failure): Found {
  return { target: { kind: "failure", failure }, way };
}

function unverified(way: Way, reason: Reason): Found {
  return failed(way, { kind: "unverified", reason });
}
