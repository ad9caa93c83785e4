// The files that `build` writes for each target, and the contents of each module.
import type { Declaration } from "./emitter.ts";

/**
 * `ts`: one module that every project can compile. `js`: a module, and declarations that link to the definition. `openapi`: the
 * document of the server that `serve` starts. `zod`: schemas of datapoints and predictions.
 */
export type Target = "ts" | "js" | "openapi" | "zod";

/** The names of generated files. */
export type FileName = ModuleName | "models.d.ts.map" | "plan.json" | "openapi.json";

/** The names of generated files that contain code. */
export type ModuleName = "models.ts" | "models.js" | "models.d.ts" | "models.zod.ts";

/** The targets; the default comes first. */
export const TARGETS: readonly Target[] = ["ts", "js", "openapi", "zod"];

/** The files of each target in the order in which they are written: types before data. */
export const FILES: Readonly<Record<Target, readonly FileName[]>> = {
  ts: ["models.ts", "plan.json"],
  js: ["models.d.ts", "models.d.ts.map", "models.js", "plan.json"],
  openapi: ["openapi.json"],
  zod: ["models.zod.ts"],
};

/** The files of the targets that cannot share a folder. */
export const BINDINGS: readonly FileName[] = ["models.ts", "models.d.ts", "models.d.ts.map", "models.js", "plan.json"];

/** The files of all targets. */
export const ALL_FILES: readonly FileName[] = [...BINDINGS, "openapi.json", "models.zod.ts"];

/** The declarations that a module contains: all, only the types, or only the values. */
export function moduleOf(path: ModuleName, declarations: readonly Declaration[]): readonly Declaration[] {
  if (path === "models.ts" || path === "models.zod.ts") return declarations;
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
  // The documentation is in `models.d.ts`.
  return [{ kind, name, exported, doc: exported ? [] : doc, value }];
}

function types(declaration: Declaration): readonly Declaration[] {
  if (declaration.kind === "interface" || declaration.kind === "type") return [declaration];
  if (declaration.kind === "import" && declaration.typeOnly) return [declaration];
  if (declaration.kind !== "const" || !declaration.exported || declaration.type === undefined) return [];
  const { name, doc, type, origin } = declaration;
  return [{ kind: "ambient", name, doc, type, ...(origin === undefined ? {} : { origin }) }];
}
