// What a key means, read from the shape of the definition: the same words as in the language reference.
import * as z from "zod";
import { definition } from "./definition.ts";

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
  const isRequired = !(schema instanceof z.ZodOptional);
  return { name, holds: holdsOf(schema), means: descriptionOf(schema), isRequired };
}

/** The keys that a map at a place may have. */
export function keysBelow(path: readonly (string | number)[]): readonly string[] {
  const alternatives = schemasAt(path).flatMap((schema) => {
    const bare = unwrapped(schema);
    return bare instanceof z.ZodUnion ? bare.options.map((option) => unwrapped(option as z.ZodType)) : [bare];
  });
  return alternatives.flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
}

function schemasAt(path: readonly (string | number)[]): readonly z.ZodType[] {
  let schemas: readonly z.ZodType[] = [definition];
  for (const step of path) schemas = schemas.flatMap((schema) => below(schema, step));
  return schemas;
}

/** The shapes that a key or an index leads to; a union has one for each alternative that knows the key. */
function below(schema: z.ZodType, step: string | number): readonly z.ZodType[] {
  const bare = unwrapped(schema);
  if (bare instanceof z.ZodUnion) return bare.options.flatMap((option) => below(option as z.ZodType, step));
  if (bare instanceof z.ZodArray) return typeof step === "number" ? [bare.element as z.ZodType] : [];
  if (!(bare instanceof z.ZodObject) || typeof step !== "string") return [];
  const shape = bare.shape as Readonly<Record<string, z.ZodType>>;
  const child = Object.hasOwn(shape, step) ? shape[step] : undefined;
  return child === undefined ? [] : [child];
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

/** What stands behind a key of this shape, in words. */
export function holdsOf(schema: z.ZodType): string {
  const bare = unwrapped(schema);
  if (bare instanceof z.ZodArray) return "a list";
  if (bare instanceof z.ZodObject) return "a map";
  if (bare instanceof z.ZodUnion) return holdsOf(bare.options[0] as z.ZodType);
  if (bare instanceof z.ZodEnum) return bare.options.map((option) => `\`${option}\``).join(", ");
  if (bare instanceof z.ZodBoolean) return "`true` or `false`";
  if (bare instanceof z.ZodNumber) return bare.format === "safeint" ? "a whole number" : "a number";
  return bare instanceof z.ZodString ? "text" : "any value";
}

/** What a key of this shape means. */
export function descriptionOf(schema: z.ZodType): string {
  const own = schema.meta()?.description;
  if (own !== undefined) return own;
  return schema instanceof z.ZodOptional ? descriptionOf(schema.unwrap() as z.ZodType) : "";
}
