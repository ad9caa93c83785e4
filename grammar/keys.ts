// What a key means, read from the shape of the definition: the same words as in the language reference.
import { definition, SETTINGS_KEY } from "./definition.ts";
import { required, type Shape } from "./shape.ts";

/** One key of a definition. */
export interface KeyMeaning {
  /** The key with all that stands around it: `models[].files[].url`. */
  readonly name: string;
  readonly holds: string;
  readonly means: string;
  readonly isRequired: boolean;
}

/** The meaning of a key by its place in the document; `undefined` for one that is not part of the language. */
export function meaningOfKey(path: readonly (string | number)[]): KeyMeaning | undefined {
  const [schema] = schemasAt(path);
  let name = "";
  for (const step of path) name += typeof step === "number" ? "[]" : name === "" ? step : `.${step}`;
  if (schema === undefined || typeof path.at(-1) !== "string") return undefined;
  const isRequired = schema.kind !== "optional";
  return { name, holds: holdsOf(schema), means: descriptionOf(schema), isRequired };
}

/** The keys that a map at a place may have. */
export function keysBelow(path: readonly (string | number)[]): readonly string[] {
  const alternatives = schemasAt(path).flatMap((schema) => {
    const bare = required(schema);
    return bare.kind === "choice" ? bare.options.map(required) : [bare];
  });
  return alternatives.flatMap((schema) => (schema.kind === "map" ? Object.keys(schema.fields) : []));
}

function schemasAt(path: readonly (string | number)[]): readonly Shape[] {
  let schemas: readonly Shape[] = [definition];
  for (const step of path) schemas = schemas.flatMap((schema) => below(schema, step));
  return schemas;
}

/** The shapes that a key or an index leads to; a union has one for each alternative that knows the key. */
function below(schema: Shape, step: string | number): readonly Shape[] {
  const bare = required(schema);
  if (bare.kind === "choice") return bare.options.flatMap((option) => below(option, step));
  if (bare.kind === "list") return typeof step === "number" ? [bare.item] : [];
  if (bare.kind !== "map" || typeof step !== "string") return [];
  const child = Object.hasOwn(bare.fields, step) ? bare.fields[step] : undefined;
  return child === undefined ? [] : [child];
}

/** What stands behind a key of this shape, in words. */
export function holdsOf(schema: Shape): string {
  const bare = required(schema);
  if (bare.kind === "list") return "a list";
  if (bare.kind === "map") return "a map";
  if (bare.kind === "choice") return bare.options[0] === undefined ? "any value" : holdsOf(bare.options[0]);
  if (bare.kind === "words") return bare.words.map((option) => `\`${option}\``).join(", ");
  if (bare.kind === "boolean") return "`true` or `false`";
  if (bare.kind === "number") return bare.isWhole ? "a whole number" : "a number";
  return bare.kind === "text" ? "text" : "any value";
}

/** What a key of this shape means. */
export function descriptionOf(schema: Shape): string {
  return schema.description ?? (schema.kind === "optional" ? descriptionOf(schema.inner) : "");
}

/** Whether a key of the whole file is left to other tools. */
export function isFreeKey(key: string): boolean {
  return key.startsWith("x-") && key !== SETTINGS_KEY;
}
