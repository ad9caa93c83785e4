import { remember, rememberPart } from "../../base/remember.ts";
import { isSameSource } from "../../base/source.ts";
import type { Binding, ClassHeader, PythonModule } from "../module.ts";
import { isMeaning } from "../reach.ts";
import { cursorOverPart } from "../text/arguments.ts";
import { takeExpression } from "../text/expression.ts";
import type { Part } from "../text/text.ts";
import { skipOperator, takeName } from "../text/tokens.ts";
import { type NameMeaning, type Names, parseAnnotation } from "./annotation.ts";
import type { PythonType } from "./python-type.ts";

/**
 * What names refer to in a module, including imports below `if TYPE_CHECKING:`, which annotations may use. A name with
 * more than one meaning belongs to the module: which meaning applies depends on where and when it is used.
 */
export const namesOf: (module: PythonModule) => Names = remember((module) => {
  const meanings = new Map<string, NameMeaning>();
  let isOpen = false;
  for (const binding of module.bindings) {
    if (binding.kind === "import-star") isOpen ||= binding.from.level > 0 || !CONVENTIONAL.has(binding.from.module);
    else if (isMeaning(binding)) {
      const { text } = binding.name;
      const meaning = meaningOf(binding);
      const other = meanings.get(text);
      meanings.set(text, other === undefined || isSame(other, meaning) ? meaning : OWN);
    }
  }
  return (name) => meanings.get(name) ?? (isOpen && !BUILTINS.has(name) ? OWN : undefined);
});

const OWN: NameMeaning = { kind: "local" };

/** Names from star imports of these modules have their conventional meaning. */
const CONVENTIONAL: ReadonlySet<string> = new Set([
  ...["typing", "typing_extensions", "collections.abc", "numpy", "numpy.typing", "torch", "tensorflow", "jax"],
]);

/** Python built-ins that star imports are not expected to shadow. */
const BUILTINS: ReadonlySet<string> = new Set([
  ...["bool", "bytearray", "bytes", "classmethod", "complex", "dict", "enumerate", "filter", "float", "frozenset"],
  ...["int", "iter", "len", "list", "map", "memoryview", "None", "object", "property", "range", "reversed", "set"],
  ...["staticmethod", "str", "super", "tuple", "type", "zip"],
]);

function meaningOf(binding: Binding): NameMeaning {
  if (binding.kind === "import") return { kind: "imported", path: binding.module };
  if (binding.kind !== "import-from") return OWN;
  const { level, module } = binding.from;
  return { kind: "imported", path: `${".".repeat(level)}${module}${module === "" ? "" : "."}${binding.imported.text}` };
}

/** Modules that export the same names in older and newer versions. */
const SHARING = /^(?:typing_extensions|typing|collections\.abc|collections|pydantic\.v1|pydantic)\.(?=[^.]+$)/;

function isSame(one: NameMeaning, other: NameMeaning): boolean {
  if (one.kind !== "imported" || other.kind !== "imported") return false;
  const [a, b] = [one.path, other.path].map((path) => path.replace(SHARING, ""));
  return one.path === other.path || (a === b && SHARING.test(one.path) && SHARING.test(other.path));
}

/** The scope of an annotation. */
export interface AnnotationScope {
  /** The class whose body contains it; names of that body take precedence over those of the module. */
  readonly within: ClassHeader | undefined;
  /** The type parameters that the enclosing class or function declares. */
  readonly variables: ReadonlySet<string>;
  /** Whether it is inside a function, whose local names are unknown. */
  readonly isLocal: boolean;
}

const OF_MODULE: AnnotationScope = { within: undefined, variables: new Set(), isLocal: false };

interface Extent {
  readonly start: number;
  readonly end: number;
  readonly scope: AnnotationScope;
}

/** The scope of a function header or field. */
export function scopeOf(module: PythonModule, { span }: Part): AnnotationScope {
  if (!isSameSource(span.source, module.source)) return OF_MODULE;
  const list = extentsOf(module);
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.start ?? 0) <= span.start) low = middle + 1;
    else high = middle;
  }
  const found = list[low - 1];
  return found !== undefined && span.end <= found.end ? found.scope : OF_MODULE;
}

/** In text order, without nesting. */
const extentsOf = remember(({ bindings }: PythonModule): readonly Extent[] => {
  const found: Extent[] = [];
  const waiting: { readonly bindings: readonly Binding[]; readonly scope: AnnotationScope }[] = [
    { bindings, scope: OF_MODULE },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { scope } = next;
    for (const binding of next.bindings) {
      if (binding.kind === "function") {
        const { start, end } = binding.span;
        const own = variablesIn(binding.typeParameters, scope.variables);
        found.push({ start, end, scope: { ...scope, variables: own } });
        waiting.push({ bindings: binding.inner, scope: { within: undefined, variables: own, isLocal: true } });
      } else if (binding.kind === "class") {
        const own = variablesIn(binding.typeParameters, scope.variables);
        waiting.push({ bindings: binding.body, scope: { within: binding, variables: own, isLocal: scope.isLocal } });
      } else if (binding.kind === "value" && binding.annotation !== undefined && scope !== OF_MODULE) {
        const { start, end } = binding.annotation.span;
        found.push({ start, end, scope });
      }
    }
  }
  return found.sort((a, b) => a.start - b.start);
});

/** The names in `[T: int, *Ts]`, together with those of the enclosing scope. */
function variablesIn(part: Part | undefined, around: ReadonlySet<string>): ReadonlySet<string> {
  if (part === undefined) return around;
  const names = new Set(around);
  const cursor = cursorOverPart(part);
  do {
    if (!skipOperator(cursor, "*")) skipOperator(cursor, "**");
    const name = takeName(cursor);
    if (name !== undefined) names.add(name.text);
    takeExpression(cursor, ",");
  } while (skipOperator(cursor, ","));
  return names;
}

/** The names bound in a class body, including those below `if TYPE_CHECKING:`. */
const namesInBody = remember(({ body }: ClassHeader): ReadonlySet<string> => {
  return new Set(body.flatMap((each) => (each.kind !== "import-star" && isMeaning(each) ? [each.name.text] : [])));
});

/** What names refer to in a scope of a module. */
export function namesIn(module: PythonModule, { within, variables, isLocal }: AnnotationScope): Names {
  const names = namesOf(module);
  if (within === undefined && variables.size === 0 && !isLocal) return names;
  const own = within && namesInBody(within);
  return (name) => (isLocal || variables.has(name) || own?.has(name) === true ? OWN : names(name));
}

/** The type of an annotation in its module. Parsed once, because many models may call the same function. */
export const annotationType: (module: PythonModule, annotation: Part) => PythonType = rememberPart(
  (module, annotation) => parseAnnotation(annotation.text, namesIn(module, scopeOf(module, annotation))),
);

/** Whether a default may be None; false only if it is certainly another value. */
export function mayBeNone(value: Part | undefined): boolean {
  return value !== undefined && !NOT_NONE.test(value.text);
}

/** A number, a string, `True`, `False`, or something in one pair of brackets. */
const NOT_NONE =
  /^(?:[-+]?[\d.][\w.]*|[a-zA-Z]{0,2}(?:"[^"\\]*"|'[^'\\]*')|True|False|\[[^[\]]*\]|\{[^{}]*\}|\(\s*\))$/;
