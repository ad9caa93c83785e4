// Which types of the runtime the declarations of models name. It is read from their text, when nothing changes any more:
// a type that was looked at may be left out again, and an import that nobody uses is an error in strict projects.
import type { Declaration } from "./emitter.ts";

const RUNTIME_TYPES =
  /(?<![\p{ID_Continue}$])(?:DataDatapoint|Datapoint|ElementData|FileDatapoint|Model|NestedArray|RawArray|UniversalModel)(?![\p{ID_Continue}$]|\??:)/gu;

const STRING = /"(?:[^"\\]|\\.)*"/g;

/** The types that have to be imported, in the order of the alphabet. */
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
