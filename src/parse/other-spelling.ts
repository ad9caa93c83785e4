// Plain scalars that YAML 1.2, which is read here, and PyYAML, which the platform reads with, read differently.
import { fits, type Shape } from "../../grammar/shape.ts";
import { type PyYamlReading, readAsPyYaml } from "../base/pyyaml.ts";
import type { ScalarNode } from "./tree.ts";

/** What PyYAML makes of a scalar; `undefined` where it reads the same, or where quotes or a tag leave no choice. */
export function otherReading({ style, text, tag, template, value }: ScalarNode): PyYamlReading | undefined {
  if (style !== "plain" || tag !== undefined || template !== undefined || !MAYBE.test(text)) return undefined;
  const there = readAsPyYaml(text);
  switch (there.kind) {
    case "text":
      return typeof value === "string" ? undefined : there;
    case "null":
      return value === null ? undefined : there;
    case "integer":
    case "float":
      return typeof value === "number" && Object.is(Number(there.value) + 0, value + 0) ? undefined : there;
    case "boolean":
      return there.value === value ? undefined : there;
    case "date":
    case "error":
      return there;
  }
}

/** Whatever the two read differently begins with one of these. */
const MAYBE = /^[-+.\dyYnNoO=<]/;

/**
 * What a scalar must mean where a number or a boolean is wanted, if the two readers differ and only one of the readings
 * fits, or if 0 or 1 is written for a boolean; `undefined` otherwise.
 */
export function onlyReading(schema: Shape, node: ScalarNode): number | boolean | undefined {
  if (schema.kind !== "boolean" && schema.kind !== "number") return undefined;
  const { value } = node;
  if (schema.kind === "boolean" && (value === 0 || value === 1)) return value === 1;
  const reading = otherReading(node);
  if (reading === undefined) return undefined;
  const there =
    "value" in reading ? (typeof reading.value === "bigint" ? Number(reading.value) : reading.value) : undefined;
  const [isFitHere, isFitThere] = [fits(schema, value), fits(schema, there)];
  const meant = isFitHere ? value : there;
  return isFitHere !== isFitThere && (typeof meant === "number" || typeof meant === "boolean") ? meant : undefined;
}
