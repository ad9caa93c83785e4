// Queries on the shape: which keys exist, and which are required.
import { definition } from "../../grammar/definition.ts";
import type { ListShape, MapShape, Shape } from "../../grammar/shape.ts";
import { nearestOption } from "./could-hold.ts";
import type { YamlNode } from "./tree.ts";

/** The option of a choice of maps that a node was meant to be; any other schema is returned as is. */
export function branchFor(schema: Shape, node: YamlNode): Shape {
  if (schema.kind !== "choice") return schema;
  const options = schema.options;
  const keys = new Set(node.kind === "map" ? node.entries.map(({ key }) => key.text) : []);
  const fits = (option: Shape) => option.kind === "map" && requiredKeys(option).every((key) => keys.has(key));
  return (
    nearestOption(options.filter(fits), keys) ?? nearestOption(options, keys) ?? options[options.length - 1] ?? schema
  );
}

let known: ReadonlySet<string> | undefined;

/** All keys of the format. */
export function keysOfFormat(): ReadonlySet<string> {
  const found = new Set<string>();
  const collect = (schema: Shape): void => {
    if (schema.kind === "optional") collect(schema.inner);
    else if (schema.kind === "list") collect(schema.item);
    else if (schema.kind === "choice") for (const option of schema.options) collect(option);
    else if (schema.kind === "map") {
      for (const [key, child] of Object.entries(schema.fields)) {
        found.add(key);
        collect(child);
      }
    }
  };
  if (known === undefined) collect(definition);
  known ??= found;
  return known;
}

/** The required number of items of a list, if it is fixed. */
export function lengthOf({ length }: ListShape): number | undefined {
  return length;
}

const required = new WeakMap<MapShape, readonly string[]>();

/** The required keys of a map. */
export function requiredKeys(schema: MapShape): readonly string[] {
  const keys =
    required.get(schema) ?? Object.entries(schema.fields).flatMap(([key, child]) => (isRequired(child) ? [key] : []));
  required.set(schema, keys);
  return keys;
}

/** Whether a value is required. */
export function isRequired(schema: Shape): boolean {
  return schema.kind !== "optional";
}
