import type { Span } from "../base/source.ts";
import type { Binding, Definition, PythonModule } from "./module.ts";
import type { Failure } from "./resolution.ts";

/** Ways to make names that no header shows. */
const DYNAMIC = /\b(?:globals|exec|__import__)\s{0,9}\(|\bsys\.modules\b|\b(?:locals|vars)\(\)/;

/** What to say about a name that a module does not bind: it is missing, unless something in the module could make it. */
export function withoutName(module: PythonModule, name: string): Failure {
  const { source, bindings, damage } = module;
  const getattr = bindings.find((binding) => binding.kind !== "import-star" && binding.name.text === "__getattr__");
  if (getattr !== undefined && getattr.kind !== "import-star") return dynamic(getattr.name.span);
  const call = DYNAMIC.exec(source.text);
  if (call !== null) return dynamic({ source, start: call.index, end: call.index + call[0].length });
  const [broken] = damage;
  if (broken !== undefined) return { kind: "unverified", reason: { kind: "broken", span: broken } };
  return { kind: "name-missing", name, module, names: namesIn(module), hidden: findHidden(bindings, name) };
}

function dynamic(span: Span): Failure {
  return { kind: "unverified", reason: { kind: "dynamic-module", span } };
}

/** Whether a statement gives its name a value when the module is imported. */
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

function findHidden(bindings: readonly Binding[], name: string): Definition | undefined {
  const waiting = [...bindings];
  for (let binding = waiting.pop(); binding !== undefined; binding = waiting.pop()) {
    if (binding.kind !== "function" && binding.kind !== "class") continue;
    if (binding.name.text === name) return binding;
    for (const inner of binding.kind === "class" ? binding.body : binding.inner) waiting.push(inner);
  }
  return undefined;
}
