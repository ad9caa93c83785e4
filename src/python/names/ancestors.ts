// The ancestors of a class in Python's method resolution order (MRO), and how their methods are bound.
import { remember } from "../../base/remember.ts";
import type { Span } from "../../base/source.ts";
import type { ClassHeader, NamedBinding } from "../module.ts";
import type { KeywordArgument } from "../text/arguments.ts";
import type { Part } from "../text/text.ts";
import { decoratorPath } from "../types/decorators.ts";
import { functionalClass } from "../types/functional.ts";
import { bodyMember } from "./bindings.ts";
import { linearize } from "./linearize.ts";
import { setsOnSelf } from "./patches.ts";
import type { ModuleFile } from "./repository.ts";
import { type Moment, momentOf, type Search } from "./search.ts";
import { type ClassTarget, type FunctionTarget, outsidePath, type Route, type Target } from "./target.ts";
import type { World } from "./worlds.ts";

/** One of the ancestors of a class. `outside`: unknown. `plain`: defines no constructor. */
export type Ancestor =
  | { readonly kind: "class"; readonly key: ClassHeader; readonly target: ClassTarget; readonly route: Route }
  | { readonly kind: "outside"; readonly key: unknown; readonly span: Span }
  | { readonly kind: "plain"; readonly key: string };

/** Looks up the name of a base. */
type FindName = (
  search: Search,
  file: ModuleFile,
  path: string,
  span: Span,
  route: Route,
  at: Moment,
  within: ClassHeader | undefined,
) => { readonly target: Target | { readonly kind: "builtin" }; readonly route: Route };

/** More classes and bases than any real inheritance graph has. */
const MAX_ANCESTORS = 64;
const MAX_BASES = 256;

/** Bases that define no constructor. `Generic` and `Protocol` may be anywhere among the bases. */
const PLAIN = /^(?:(?:builtins\.)?object|(?:abc\.)?ABC|(?:typing\.)?NamedTuple)$/;
const ANYWHERE = /^(?:typing(?:_extensions)?\.)?(?:Generic|Protocol)$/;

const OBJECT: Ancestor = { kind: "plain", key: "object" };

/** The MRO of a class; `undefined` if Python rejects the class. */
export function orderOf(
  search: Search,
  target: ClassTarget,
  route: Route,
  find: FindName,
): readonly Ancestor[] | undefined {
  const ofWorld = orders(search.world);
  const before = ofWorld.get(target.header);
  if (before !== undefined) return before === "refused" ? undefined : before;
  const order = linearize({ kind: "class", key: target.header, target, route }, basesIn(search, find));
  ofWorld.set(target.header, order ?? "refused");
  return order;
}

/** A class has one MRO per world. */
const orders = remember((_: World) => new Map<ClassHeader, readonly Ancestor[] | "refused">());

/** Returns a function that finds the bases of a class, up to a limit for the entire inheritance graph. */
function basesIn(search: Search, find: FindName): (of: Ancestor) => readonly Ancestor[] {
  let classes = MAX_ANCESTORS;
  let bases = MAX_BASES;
  return (of) => {
    if (of.kind !== "class") return of.key === OBJECT.key ? [] : [OBJECT];
    const { header } = of.target;
    const { positional, isOpen } = header.bases;
    bases -= positional.length;
    if (classes-- <= 0 || bases < 0 || isOpen)
      return [{ kind: "outside", key: header, span: header.name.span }, OBJECT];
    const found = positional.flatMap((base) => baseOf(search, find, of, base));
    return found.length === 0 ? [OBJECT] : found;
  };
}

function baseOf(
  search: Search,
  find: FindName,
  of: Extract<Ancestor, { kind: "class" }>,
  base: Part,
): readonly Ancestor[] {
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
  const found = find(search, file, path, base.span, of.route, momentOf(header.span.start, header.reach), within);
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

/** Whether a keyword of a class is a metaclass that creates instances like `type` does. */
export function isHarmlessMetaclass({ name, value }: KeywordArgument): boolean {
  return name.text === "metaclass" && /^(?:abc\.)?ABCMeta$/.test(value.text);
}

/** Whether calling the class returns a normal instance, whose attributes are those of the class. */
export function isOrdinary(search: Search, ancestors: readonly Ancestor[], name: string): boolean {
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

/** A function that is looked up on a class or an instance, bound as Python binds it. */
export function methodOf(
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
