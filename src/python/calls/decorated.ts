import type { Decorator, Definition, FunctionHeader, PythonModule } from "../module.ts";
import { lookUpPath } from "../names/lookup.ts";
import { setsAnyAttribute, setsAttribute } from "../names/patches.ts";
import type { Doubt } from "../names/resolution.ts";
import { momentOf, type Search } from "../names/search.ts";
import { type ClassTarget, type FunctionTarget, outsidePath, type Way } from "../names/target.ts";
import { decoratorPath, isKeeping } from "../types/decorators.ts";
import { effectOf, keepsItself } from "./wrapper.ts";

/** A function as it is called: with the header that counts after its decorators, as far as these are certain. */
export interface Decorated {
  readonly header: FunctionHeader;
  readonly doubts: readonly Doubt[];
}

/** More than anyone writes above one definition; each may be read. */
const MAX_DECORATORS = 16;

/** Applies the decorators of a function, the one closest to it first. */
export function decorated(search: Search, { file, header, within }: FunctionTarget, way: Way): Decorated {
  let result = header;
  const doubts: Doubt[] = [];
  if (header.decorators.length > MAX_DECORATORS)
    return { header, doubts: [{ kind: "decorator", span: header.name.span }] };
  for (const decorator of header.decorators.toReversed()) {
    const found = findDecorator(search, { kind: "function", file, header, within }, decorator, way);
    if (found === "keeping") continue;
    const next = found && wrapped(found, decorator, result);
    if (next === undefined) doubts.push({ kind: "decorator", span: decorator.expression.span });
    else result = next;
  }
  return { header: result, doubts };
}

/** The decorators of a class that may change what a call of it takes; those that make its fields do not count. */
export function decoratorsOfClass(search: Search, target: ClassTarget, way: Way): readonly Doubt[] {
  const { decorators, name } = target.header;
  if (decorators.length > MAX_DECORATORS) return [{ kind: "decorator", span: name.span }];
  return decorators.flatMap((decorator): readonly Doubt[] => {
    if (MAKING_FIELDS.test(decoratorPath(target.file.module, decorator) ?? "")) return [];
    const found = findDecorator(search, target, decorator, way);
    if (found === "keeping" || (found !== undefined && givesClassBack(found, decorator))) return [];
    return [{ kind: "decorator", span: decorator.expression.span }];
  });
}

/** Decorators that make a constructor of annotations. */
const MAKING_FIELDS = /^(?:dataclasses\.dataclass|attrs?\.(?:define|mutable|frozen|s|attrs|dataclass))$/;

type Decorable = Pick<ClassTarget, "file" | "within"> & {
  readonly kind: Definition["kind"];
  readonly header: Definition;
};

/** The function of the repository that a decorator is; `keeping` for one that is known to change nothing. */
function findDecorator(
  search: Search,
  { file, header, within }: Decorable,
  decorator: Decorator,
  way: Way,
): FunctionTarget | "keeping" | undefined {
  const { name, expression } = decorator;
  if (name === undefined) return undefined;
  if (isKeeping(header.kind, decoratorPath(file.module, decorator))) return "keeping";
  const moment = momentOf(expression.span.start, header.reach);
  const { target } = withoutStars(search, () => lookUpPath(search, file, name, expression.span, way, moment, within));
  if (target.kind === "builtin") return undefined;
  if (target.kind === "function") return target.method === undefined ? target : undefined;
  return isKeeping(header.kind, outsidePath(target)) ? "keeping" : undefined;
}

/** Looks something up; what may come by `*` from outside does, so that there is nothing to ask. */
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

/** Whether something in a module changes how instances of some class are made. */
export function patchesClasses(module: PythonModule, owners?: ReadonlySet<string>): boolean {
  return (
    ["__init__", "__new__", "__call__"].some((name) => setsAttribute(module, name)) || setsAnyAttribute(module, owners)
  );
}

/** What a call of a decorated function takes and gives; `undefined` when that is not certain. */
function wrapped(
  { file: { module }, header: decorator }: FunctionTarget,
  applied: Decorator,
  inner: FunctionHeader,
): FunctionHeader | undefined {
  const effect = effectOf(module, decorator, isCalled(applied));
  if (effect === undefined || effect.kind === "same") return effect && inner;
  const { header: wrapper } = effect;
  if (effect.passing === "same") return inner;
  // What is returned is up to the wrapper, and so is its body.
  const { returns, span, isAsync } = wrapper;
  if (effect.passing === "passes") return { ...inner, returns, span, isAsync, decorators: [] };
  const takesAny = wrapper.parameters.some(({ kind }) => kind === "var-keyword");
  if (takesAny || !keepsItself(module, wrapper)) return undefined;
  return { ...wrapper, name: inner.name, docstring: inner.docstring };
}
