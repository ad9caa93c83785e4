import type { Decorator, Definition, FunctionHeader, PythonModule } from "../module.ts";
import { lookUpPath } from "../names/lookup.ts";
import { setsAnyAttribute, setsAttribute } from "../names/patches.ts";
import type { Doubt } from "../names/resolution.ts";
import { momentOf, type Search } from "../names/search.ts";
import { type ClassTarget, type FunctionTarget, outsidePath, type Route } from "../names/target.ts";
import { decoratorPath, isTransparent } from "../types/decorators.ts";
import { effectOf, hasTransparentDecorators } from "./wrapper.ts";

/** A function as callers see it: its header after applying its decorators, as far as these are certain. */
export interface Decorated {
  readonly header: FunctionHeader;
  readonly doubts: readonly Doubt[];
}

/** More decorators than any real definition has, because each of them may be read. */
const MAX_DECORATORS = 16;

/** Applies the decorators of a function, the innermost first. */
export function decorated(search: Search, { file, header, within }: FunctionTarget, route: Route): Decorated {
  let result = header;
  const doubts: Doubt[] = [];
  if (header.decorators.length > MAX_DECORATORS)
    return { header, doubts: [{ kind: "decorator", span: header.name.span }] };
  for (const decorator of header.decorators.toReversed()) {
    const found = findDecorator(search, { kind: "function", file, header, within }, decorator, route);
    if (found === "transparent") continue;
    const next = found && wrapped(found, decorator, result);
    if (next === undefined) doubts.push({ kind: "decorator", span: decorator.expression.span });
    else result = next;
  }
  return { header: result, doubts };
}

/**
 * Doubts about the decorators of a class that may change its constructor, except those that generate one from its
 * fields.
 */
export function decoratorsOfClass(search: Search, target: ClassTarget, route: Route): readonly Doubt[] {
  const { decorators, name } = target.header;
  if (decorators.length > MAX_DECORATORS) return [{ kind: "decorator", span: name.span }];
  return decorators.flatMap((decorator): readonly Doubt[] => {
    if (GENERATES_CONSTRUCTOR.test(decoratorPath(target.file.module, decorator) ?? "")) return [];
    const found = findDecorator(search, target, decorator, route);
    if (found === "transparent" || (found !== undefined && givesClassBack(found, decorator))) return [];
    return [{ kind: "decorator", span: decorator.expression.span }];
  });
}

/** Decorators that generate a constructor from annotations. */
const GENERATES_CONSTRUCTOR = /^(?:dataclasses\.dataclass|attrs?\.(?:define|mutable|frozen|s|attrs|dataclass))$/;

type Decorable = Pick<ClassTarget, "file" | "within"> & {
  readonly kind: Definition["kind"];
  readonly header: Definition;
};

/**
 * Finds the function in the repository that a decorator refers to; `transparent` for a decorator that does not change the
 * signature.
 */
function findDecorator(
  search: Search,
  { file, header, within }: Decorable,
  decorator: Decorator,
  route: Route,
): FunctionTarget | "transparent" | undefined {
  const { name, expression } = decorator;
  if (name === undefined) return undefined;
  if (isTransparent(header.kind, decoratorPath(file.module, decorator))) return "transparent";
  const moment = momentOf(expression.span.start, header.reach);
  const { target } = withoutStars(search, () => lookUpPath(search, file, name, expression.span, route, moment, within));
  if (target.kind === "builtin") return undefined;
  if (target.kind === "function") return target.method === undefined ? target : undefined;
  return isTransparent(header.kind, outsidePath(target)) ? "transparent" : undefined;
}

/** Runs a lookup that assumes that names from external star imports exist, so that they do not split the search. */
function withoutStars<T>(search: Search, look: () => T): T {
  const { world } = search;
  search.world = {
    ...world,
    choose: (question, count, doubt) => (doubt.kind === "star-import" ? 0 : world.choose(question, count, doubt)),
  };
  const found = look();
  search.world = world;
  return found;
}

function isCalled({ expression }: Decorator): boolean {
  return expression.text.endsWith(")");
}

function givesClassBack({ file, header }: FunctionTarget, decorator: Decorator): boolean {
  return effectOf(file.module, header, isCalled(decorator))?.kind === "same" && !patchesClasses(file.module);
}

/** Whether a module may change how instances of a class are created. */
export function patchesClasses(module: PythonModule, owners?: ReadonlySet<string>): boolean {
  return (
    ["__init__", "__new__", "__call__"].some((name) => setsAttribute(module, name)) || setsAnyAttribute(module, owners)
  );
}

/** The signature of a decorated function; `undefined` if it is not certain. */
function wrapped(
  { file: { module }, header: decorator }: FunctionTarget,
  applied: Decorator,
  inner: FunctionHeader,
): FunctionHeader | undefined {
  const effect = effectOf(module, decorator, isCalled(applied));
  if (effect === undefined || effect.kind === "same") return effect && inner;
  const { header: wrapper } = effect;
  if (effect.passing === "same") return inner;
  // The wrapper determines the return value and the body.
  const { returns, span, isAsync } = wrapper;
  if (effect.passing === "passes") return { ...inner, returns, span, isAsync, decorators: [] };
  const takesAny = wrapper.parameters.some(({ kind }) => kind === "var-keyword");
  if (takesAny || !hasTransparentDecorators(module, wrapper)) return undefined;
  return { ...wrapper, name: inner.name, docstring: inner.docstring };
}
