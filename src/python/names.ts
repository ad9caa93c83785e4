import { type NameMeaning, type Names, parseAnnotation } from "./annotation.ts";
import type { Binding, PythonModule } from "./module.ts";
import type { PythonType } from "./python-type.ts";
import type { Part } from "./text.ts";

const known = new WeakMap<PythonModule, Names>();

/** What names mean in a module, imports below `if TYPE_CHECKING:` included: annotations may use those. */
export function namesOf(module: PythonModule): Names {
  const before = known.get(module);
  if (before !== undefined) return before;
  const meanings = new Map<string, NameMeaning>();
  for (const binding of module.bindings) {
    if (binding.kind !== "import-star" && binding.kind !== "deleted")
      meanings.set(binding.name.text, meaningOf(binding));
  }
  const names: Names = (name) => meanings.get(name);
  known.set(module, names);
  return names;
}

function meaningOf(binding: Binding): NameMeaning {
  if (binding.kind === "import") return { kind: "imported", path: binding.module };
  if (binding.kind !== "import-from") return { kind: "local" };
  const { level, module } = binding.from;
  return { kind: "imported", path: `${".".repeat(level)}${module}${module === "" ? "" : "."}${binding.imported.text}` };
}

/** The type that an annotation says in its module. */
export function annotationType(module: PythonModule, annotation: Part): PythonType {
  return parseAnnotation(annotation.text, namesOf(module));
}
