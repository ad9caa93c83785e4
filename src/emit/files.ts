// The files that `build` writes for each target, and what a module of each holds.
import type { Declaration } from "./emitter.ts";

/** `ts`: one module that every project can compile. `js`: a module and its declarations, which lead into the definition. */
export type Target = "ts" | "js";

/** The names of the generated files. */
export type FileName = ModuleName | "models.d.ts.map" | "plan.json";

/** Those that are code. */
export type ModuleName = "models.ts" | "models.js" | "models.d.ts";

/** The targets, the usual one first. */
export const TARGETS: readonly Target[] = ["ts", "js"];

/** The files of a target in the order in which they are written: types before data. */
export const FILES: Readonly<Record<Target, readonly FileName[]>> = {
  ts: ["models.ts", "plan.json"],
  js: ["models.d.ts", "models.d.ts.map", "models.js", "plan.json"],
};

/** All files of all targets. */
export const ALL_FILES: readonly FileName[] = ["models.ts", "models.d.ts", "models.d.ts.map", "models.js", "plan.json"];

/** What a module holds of the declarations: everything, only the types, or only the values. */
export function moduleOf(path: ModuleName, declarations: readonly Declaration[]): readonly Declaration[] {
  if (path === "models.ts") return declarations;
  const kept = declarations.flatMap(path === "models.js" ? values : types);
  return kept.length > 0 ? kept : [{ kind: "no-exports" }];
}

function values(declaration: Declaration): readonly Declaration[] {
  if (declaration.kind === "import" && !declaration.typeOnly) return [declaration];
  if (declaration.kind === "function") {
    const { types: _types, ...others } = declaration;
    return [others];
  }
  if (declaration.kind !== "const") return [];
  const { kind, name, exported, doc, value } = declaration;
  // The declarations beside it hold what there is to read about a model.
  return [{ kind, name, exported, doc: exported ? [] : doc, value }];
}

function types(declaration: Declaration): readonly Declaration[] {
  if (declaration.kind === "interface" || declaration.kind === "type") return [declaration];
  if (declaration.kind === "import" && declaration.typeOnly) return [declaration];
  if (declaration.kind !== "const" || !declaration.exported || declaration.type === undefined) return [];
  const { name, doc, type, origin } = declaration;
  return [{ kind: "ambient", name, doc, type, ...(origin === undefined ? {} : { origin }) }];
}
