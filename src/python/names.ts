import { remember } from "../base/remember.ts";
import { type NameMeaning, type Names, parseAnnotation } from "./annotation.ts";
import type { Binding, PythonModule } from "./module.ts";
import type { PythonType } from "./python-type.ts";
import type { Part } from "./text.ts";

/** What names mean in a module, imports below `if TYPE_CHECKING:` included: annotations may use those. */
export const namesOf: (module: PythonModule) => Names = remember((module) => {
  const meanings = new Map<string, NameMeaning>();
  for (const binding of module.bindings) {
    if (binding.kind !== "import-star" && binding.kind !== "deleted")
      meanings.set(binding.name.text, meaningOf(binding));
  }
  return (name) => meanings.get(name);
});

function meaningOf(binding: Binding): NameMeaning {
  if (binding.kind === "import") return { kind: "imported", path: binding.module };
  if (binding.kind !== "import-from") return { kind: "local" };
  const { level, module } = binding.from;
  return { kind: "imported", path: `${".".repeat(level)}${module}${module === "" ? "" : "."}${binding.imported.text}` };
}

const types = remember((_: PythonModule) => new WeakMap<Part, PythonType>());

/** The type that an annotation says in its module. It is read once, because many models may call one function. */
export function annotationType(module: PythonModule, annotation: Part): PythonType {
  const ofModule = types(module);
  const before = ofModule.get(annotation);
  if (before !== undefined) return before;
  const type = parseAnnotation(annotation.text, namesOf(module));
  ofModule.set(annotation, type);
  return type;
}
