// A value that matches a JSON Schema, for people to change.
import type { JsonSchema } from "./json-types.ts";

/** Schemas that are nested more deeply have no example. */
const MAX_DEPTH = 6;

/** A short value that matches a schema of `json-types.ts`. */
export function exampleOf(schema: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>, depth = 0): unknown {
  if (depth > MAX_DEPTH) return null;
  const inner = (of: unknown): unknown => exampleOf(of as JsonSchema, schemas, depth + 1);
  const { $ref: target, enum: words, anyOf: choices, type } = schema;
  if (typeof target === "string")
    return target.endsWith("/Array") ? ARRAY : inner(schemas[target.split("/").at(-1) ?? ""] ?? {});
  if (Array.isArray(words)) return words[0];
  if (Array.isArray(choices)) return inner(choices[0]);
  switch (Array.isArray(type) ? type[0] : type) {
    case "string":
      return "text";
    case "integer":
    case "number":
      return 0;
    case "boolean":
      return false;
    case "array": {
      const { prefixItems, items } = schema;
      return Array.isArray(prefixItems) ? prefixItems.map(inner) : items === undefined ? [] : [inner(items)];
    }
    case "object": {
      const properties = Object.entries((schema["properties"] ?? {}) as Readonly<Record<string, JsonSchema>>);
      return Object.fromEntries(properties.map(([name, of]) => [name, inner(of)]));
    }
    default:
      return null;
  }
}

/** Two numbers. */
const ARRAY = { dtype: "FP32", shape: [2], data: "AACAPwAAAEA=" };
