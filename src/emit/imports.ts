// Determines which runtime types the declarations use. It searches their final text: a type that was considered may be
// omitted again, and strict projects reject unused imports.
import type { Declaration } from "./emitter.ts";

const RUNTIME_TYPES =
  /(?<![\p{ID_Continue}$])(?:DataDatapoint|Datapoint|ElementData|FileDatapoint|Model|NestedArray|RawArray|UniversalModel)(?![\p{ID_Continue}$]|\??:)/gu;

const STRING = /"(?:[^"\\]|\\.)*"/g;

/** The types to import, in alphabetical order. */
export function runtimeTypes(declarations: readonly Declaration[]): readonly string[] {
  const texts = new Set(declarations.flatMap(typesOf));
  const found = new Set<string>();
  for (const text of texts) for (const [name] of text.replace(STRING, "").matchAll(RUNTIME_TYPES)) found.add(name);
  return [...found].sort();
}

function typesOf(declaration: Declaration): readonly string[] {
  if (declaration.kind === "interface") return declaration.properties.map(({ type }) => type);
  return "type" in declaration && declaration.type !== undefined ? [declaration.type] : [];
}
