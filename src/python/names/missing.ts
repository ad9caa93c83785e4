import { remember } from "../../base/remember.ts";
import type { Source, Span } from "../../base/source.ts";
import type { Binding, Definition, PythonModule } from "../module.ts";
import { brokenAt } from "../syntax/broken.ts";
import { linesOf } from "../text/lines.ts";
import type { PythonText } from "../text/text.ts";
import { cursorOver, isWord, skipWord } from "../text/tokens.ts";
import type { Failure } from "./resolution.ts";

/** Code that defines names without a visible statement. */
const DYNAMIC = /\b(?:globals|exec|__import__|_convert_)\s{0,9}\(|\bsys\.modules\b|\bglobal_enum\b/;

/** Code that does so at module level; inside a function it only affects local names. */
const LOCAL = /\b(?:locals|vars)\(\)/g;

/** The failure for a name that a module does not bind: missing, unless the module could define it dynamically. */
export function unboundName(module: PythonModule, name: string): Failure {
  const { failure, names, hidden } = absence(module);
  return failure ?? { kind: "name-missing", name, module, names, hidden: hidden.get(name) };
}

/** What all unbound names of a module have in common. */
interface Absence {
  /** The reason why no name is certainly missing. */
  readonly failure: Failure | undefined;
  readonly names: readonly string[];
  readonly hidden: ReadonlyMap<string, Definition>;
}

const absence = remember((module: PythonModule): Absence => {
  return { failure: doubtAbout(module), names: namesIn(module), hidden: hiddenIn(module) };
});

/** The failure for a bound name that the module may rebind dynamically: `globals().update(…)`. */
export function mayBeRebound(module: PythonModule): Failure | undefined {
  const { failure } = absence(module);
  return failure?.kind === "unverified" && failure.reason.kind === "dynamic-module" ? failure : undefined;
}

function doubtAbout(module: PythonModule): Failure | undefined {
  const { source, bindings } = module;
  const getattr = bindings.find((binding) => binding.kind !== "import-star" && binding.name.text === "__getattr__");
  if (getattr !== undefined && getattr.kind !== "import-star") return dynamic(getattr.name.span);
  const call = DYNAMIC.exec(source.text) ?? outsideFunctions(source, [...source.text.matchAll(LOCAL)]);
  if (call !== undefined) return dynamic({ source, start: call.index, end: call.index + call[0].length });
  const broken = brokenAt(module);
  return broken && { kind: "unverified", reason: { kind: "broken", span: broken } };
}

/** The first match outside of functions. */
function outsideFunctions(source: Source, matches: readonly RegExpExecArray[]): RegExpExecArray | undefined {
  if (matches.length === 0) return undefined;
  const { from, lines } = linesOf(source);
  const functions: number[] = [];
  let next = 0;
  for (const { start, end, indent } of lines) {
    while ((functions.at(-1) ?? -1) >= indent) functions.pop();
    if (functions.length === 0) {
      const match = matches[next];
      if (match === undefined) return undefined;
      if (match.index < end && !startsFunction(from, start, end)) return match;
    }
    while ((matches[next]?.index ?? Number.POSITIVE_INFINITY) < end) next++;
    if (startsFunction(from, start, end)) functions.push(indent);
  }
  return undefined;
}

function startsFunction(from: PythonText, start: number, end: number): boolean {
  const cursor = cursorOver(from, start, end);
  skipWord(cursor, "async");
  return isWord(cursor, "def");
}

function dynamic(span: Span): Failure {
  return { kind: "unverified", reason: { kind: "dynamic-module", span } };
}

/** Whether a statement binds its name when the module is imported. */
export function isBinding(binding: Binding): boolean {
  if (binding.reach === "script" || binding.reach === "type-checking") return false;
  return binding.kind !== "value" || binding.value !== undefined;
}

function namesIn({ bindings }: PythonModule): readonly string[] {
  const definitions = new Set<string>();
  const others = new Set<string>();
  for (const binding of bindings) {
    if (binding.kind === "import-star" || !isBinding(binding) || binding.name.text.startsWith("__")) continue;
    if (binding.kind === "import-from" && binding.from.module === "__future__") continue;
    const isDefinition = binding.kind === "function" || binding.kind === "class";
    (isDefinition ? definitions : others).add(binding.name.text);
  }
  return [...new Set([...definitions, ...others])];
}

/** The last definition of each name in a module, including nested ones. */
function hiddenIn({ bindings }: PythonModule): ReadonlyMap<string, Definition> {
  const hidden = new Map<string, Definition>();
  const waiting = [...bindings];
  for (let binding = waiting.pop(); binding !== undefined; binding = waiting.pop()) {
    if (binding.kind !== "function" && binding.kind !== "class") continue;
    if (!hidden.has(binding.name.text)) hidden.set(binding.name.text, binding);
    for (const inner of binding.kind === "class" ? binding.body : binding.inner) waiting.push(inner);
  }
  return hidden;
}
