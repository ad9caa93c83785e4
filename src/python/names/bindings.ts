// The statements that bind a name in a module or in the body of a class, and which of them have run at a moment.
import { remember } from "../../base/remember.ts";
import type { Span } from "../../base/source.ts";
import type { Binding, ClassHeader, FunctionHeader, ImportedStar, NamedBinding, PythonModule } from "../module.ts";
import { isOverload } from "../types/decorators.ts";
import { isBinding } from "./missing.ts";
import type { ModuleFile } from "./repository.ts";
import { IMPORTED, type Moment, runs, type Search } from "./search.ts";

/** The statements of a module by the name that they bind, and its stars, which may bind any; in the order of the text. */
const statementsOf = remember(({ bindings }: PythonModule) => {
  const stars = bindings.filter((each) => each.kind === "import-star");
  return { byName: byName(bindings), stars };
});

/** Statements by the name that they bind, in the order of the text. */
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

/** The statements that may bind a name and may have run before a moment; the last one first. */
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

/** The statements that may bind a name, in the order of the text. */
export function* firstFirst(module: PythonModule, name: string): Generator<Binding> {
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

/** How many of some statements, which are in the order of the text, begin before a moment; in a loop, all may have run. */
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

/** Where a statement begins. */
export function startOf(binding: Binding): number {
  return binding.kind === "value" ? binding.start : spanOf(binding).start;
}

/** Where a statement names what it binds. */
export function spanOf(binding: Binding): Span {
  return binding.kind === "import-star" ? binding.from.span : binding.name.span;
}

/** The last statement in the body of a class that binds a name before a moment, in this world. */
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

/** The statements in the body of a class that bind a name, in the order of the text. */
export function inBodyOf(header: ClassHeader, name: string): readonly NamedBinding[] {
  return bodies(header).all.get(name) ?? [];
}

/** What a name in the body of a class stands for, at run time. */
export function bodyBinding(header: ClassHeader, name: string): NamedBinding | undefined {
  return bodies(header).atRunTime.get(name)?.at(-1);
}

/** The headers of a function that are marked with `@overload`, without itself. */
export function overloadsOf(file: ModuleFile, { name, decorators }: FunctionHeader): readonly FunctionHeader[] {
  const { module } = file;
  const named = statementsOf(module).byName.get(name.text) ?? [];
  return named.flatMap((binding) => {
    const isOther = binding.kind === "function" && binding.decorators !== decorators && isOverload(module, binding);
    return isOther ? [binding] : [];
  });
}
