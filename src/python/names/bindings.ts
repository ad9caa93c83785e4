// The statements that bind a name in a module or class body, and which of them have run at a given moment.
import { remember } from "../../base/remember.ts";
import type { Span } from "../../base/source.ts";
import type { Binding, ClassHeader, FunctionHeader, ImportedStar, NamedBinding, PythonModule } from "../module.ts";
import { isOverload } from "../types/decorators.ts";
import { isBinding } from "./missing.ts";
import type { ModuleFile } from "./repository.ts";
import { IMPORTED, type Moment, runs, type Search } from "./search.ts";

/** The statements of a module by the name that they bind, and its star imports, which may bind any name; in text order. */
const statementsOf = remember(({ bindings }: PythonModule) => {
  const stars = bindings.filter((each) => each.kind === "import-star");
  return { byName: byName(bindings), stars };
});

/** Statements by the name that they bind, in text order. */
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

/** The statements that may bind a name and may have run before a moment, from last to first. */
export function* lastFirst(module: PythonModule, name: string, at: Moment): Generator<Binding> {
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

/** The statements that may bind a name, in text order. */
export function* inTextOrder(module: PythonModule, name: string): Generator<Binding> {
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

/** How many of the statements, given in text order, start before a moment. In a loop, all of them may have run. */
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

/** The offset at which a statement starts. */
export function startOf(binding: Binding): number {
  return binding.kind === "value" ? binding.start : spanOf(binding).start;
}

/** The span of the name that a statement binds. */
export function spanOf(binding: Binding): Span {
  return binding.kind === "import-star" ? binding.from.span : binding.name.span;
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

/** The statement that defines a name in a class body at run time. */
export function bodyBinding(header: ClassHeader, name: string): NamedBinding | undefined {
  return bodies(header).atRunTime.get(name)?.at(-1);
}

/** The `@overload` headers of a function, without the function itself. */
export function overloadsOf(file: ModuleFile, { name, decorators }: FunctionHeader): readonly FunctionHeader[] {
  const { module } = file;
  const named = statementsOf(module).byName.get(name.text) ?? [];
  return named.flatMap((binding) => {
    const isOther = binding.kind === "function" && binding.decorators !== decorators && isOverload(module, binding);
    return isOther ? [binding] : [];
  });
}
