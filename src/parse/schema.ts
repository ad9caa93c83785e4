// What the zod shape says about a part of the definition: which keys there are, and which are required.
import * as z from "zod";
import { definition } from "../../grammar/definition.ts";
import { nearestOption } from "./alike.ts";
import type { YamlNode } from "./tree.ts";

/** The kind of map that is meant, of several that may stand there; a schema without such a choice is itself. */
export function branchFor(schema: z.ZodType, node: YamlNode): z.ZodType {
  if (!(schema instanceof z.ZodUnion)) return schema;
  const options = schema.options as readonly z.ZodType[];
  const keys = new Set(node.kind === "map" ? node.entries.map(({ key }) => key.text) : []);
  const fits = (option: z.ZodType) =>
    option instanceof z.ZodObject && requiredKeys(option).every((key) => keys.has(key));
  return (
    nearestOption(options.filter(fits), keys) ?? nearestOption(options, keys) ?? options[options.length - 1] ?? schema
  );
}

let known: ReadonlySet<string> | undefined;

/** Every key that the format has anywhere. */
export function keysOfFormat(): ReadonlySet<string> {
  const found = new Set<string>();
  const collect = (schema: z.ZodType): void => {
    if (schema instanceof z.ZodOptional) collect(schema.unwrap() as z.ZodType);
    else if (schema instanceof z.ZodArray) collect(schema.element as z.ZodType);
    else if (schema instanceof z.ZodUnion) for (const option of schema.options) collect(option as z.ZodType);
    else if (schema instanceof z.ZodObject) {
      for (const [key, child] of Object.entries(schema.shape)) {
        found.add(key);
        collect(child as z.ZodType);
      }
    }
  };
  if (known === undefined) collect(definition);
  known ??= found;
  return known;
}

/** How many items a list must have. */
export function lengthOf(schema: z.ZodArray): number | undefined {
  for (const check of schema.def.checks ?? []) {
    const { def } = check._zod;
    if ("length" in def && typeof def.length === "number") return def.length;
  }
  return undefined;
}

const required = new WeakMap<z.ZodObject, readonly string[]>();

/** The keys that a map must have. */
export function requiredKeys(schema: z.ZodObject): readonly string[] {
  const keys =
    required.get(schema) ??
    Object.entries(schema.shape).flatMap(([key, child]) => (isRequired(child as z.ZodType) ? [key] : []));
  required.set(schema, keys);
  return keys;
}

/** Whether something must stand there. */
export function isRequired(schema: z.ZodType): boolean {
  return !(schema instanceof z.ZodOptional);
}
