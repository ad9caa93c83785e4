// Descriptions of keys, read from the shape of the definition. The language reference uses the same text.
import { definition, SETTINGS_KEY } from "./definition.ts";
import { type Shape, unwrapOptional } from "./shape.ts";

/** A key of a definition. */
export interface KeyDescription {
  /** The full path of the key: `models[].files[].url`. */
  readonly name: string;
  readonly values: string;
  readonly description: string;
  readonly isRequired: boolean;
}

/** Describes the key at a path of the document; `undefined` if the key is not part of the language. */
export function describeKey(path: readonly (string | number)[]): KeyDescription | undefined {
  const [schema] = shapesAt(path);
  let name = "";
  for (const step of path) name += typeof step === "number" ? "[]" : name === "" ? step : `.${step}`;
  if (schema === undefined || typeof path.at(-1) !== "string") return undefined;
  const isRequired = schema.kind !== "optional";
  return { name, values: valuesOf(schema), description: descriptionOf(schema), isRequired };
}

/**
 * The meaning of a fixed word at a path of the document, such as `gpu` at `["models", 0, "runtime", "device"]`; `undefined` if
 * the key does not have that word.
 */
export function describeWord(path: readonly (string | number)[], word: string): string | undefined {
  const meanings = shapesAt(path).flatMap(meaningsOf);
  return meanings.find((each) => Object.hasOwn(each, word))?.[word];
}

function meaningsOf(schema: Shape): readonly Readonly<Record<string, string>>[] {
  const bare = unwrapOptional(schema);
  if (bare.kind === "choice") return bare.options.flatMap(meaningsOf);
  return bare.kind === "words" ? [bare.meanings] : [];
}

/** The keys that a map at a path of the document may have. */
export function keysBelow(path: readonly (string | number)[]): readonly string[] {
  const alternatives = shapesAt(path).flatMap((schema) => {
    const bare = unwrapOptional(schema);
    return bare.kind === "choice" ? bare.options.map(unwrapOptional) : [bare];
  });
  return alternatives.flatMap((schema) => (schema.kind === "map" ? Object.keys(schema.fields) : []));
}

/** The shapes that a value at a path of the document may have; empty if the path is not part of the language. */
export function shapesAt(path: readonly (string | number)[]): readonly Shape[] {
  let schemas: readonly Shape[] = [definition];
  for (const step of path) schemas = schemas.flatMap((schema) => shapesBelow(schema, step));
  return schemas;
}

/** The shapes below a key or index; a choice has one for each alternative that has the key. */
function shapesBelow(schema: Shape, step: string | number): readonly Shape[] {
  const bare = unwrapOptional(schema);
  if (bare.kind === "choice") return bare.options.flatMap((option) => shapesBelow(option, step));
  if (bare.kind === "list") return typeof step === "number" ? [bare.item] : [];
  if (bare.kind !== "map" || typeof step !== "string") return [];
  const child = Object.hasOwn(bare.fields, step) ? bare.fields[step] : undefined;
  return child === undefined ? [] : [child];
}

/** Describes the values of a key of this shape. */
export function valuesOf(schema: Shape): string {
  const bare = unwrapOptional(schema);
  if (bare.kind === "list") return "a list";
  if (bare.kind === "map") return "a map";
  if (bare.kind === "choice") return bare.options[0] === undefined ? "any value" : valuesOf(bare.options[0]);
  if (bare.kind === "words") return bare.words.map((option) => `\`${option}\``).join(", ");
  if (bare.kind === "boolean") return "`true` or `false`";
  if (bare.kind === "number") return bare.isInteger ? "a whole number" : "a number";
  return bare.kind === "text" ? "text" : "any value";
}

/** The description of a key of this shape. */
export function descriptionOf(schema: Shape): string {
  return schema.description ?? (schema.kind === "optional" ? descriptionOf(schema.inner) : "");
}

/** Whether a key of the whole file is left to other tools. */
export function isFreeKey(key: string): boolean {
  return key.startsWith("x-") && key !== SETTINGS_KEY;
}
