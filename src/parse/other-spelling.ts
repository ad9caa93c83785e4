// Plain scalars that differ between YAML 1.2, which we read, and PyYAML, which the platform uses.
import { fits, type Shape } from "../../grammar/shape.ts";
import { type PyYamlReading, readAsPyYaml } from "../base/pyyaml.ts";
import type { ScalarNode } from "./tree.ts";

/** PyYAML's reading of a scalar; `undefined` if it is the same, or if quotes or a tag determine it. */
export function otherReading({ style, text, tag, template, value }: ScalarNode): PyYamlReading | undefined {
  if (style !== "plain" || tag !== undefined || template !== undefined || !MAY_DIFFER.test(text)) return undefined;
  const pyYaml = readAsPyYaml(text);
  switch (pyYaml.kind) {
    case "text":
      return typeof value === "string" ? undefined : pyYaml;
    case "null":
      return value === null ? undefined : pyYaml;
    case "integer":
    case "float":
      return typeof value === "number" && Object.is(Number(pyYaml.value) + 0, value + 0) ? undefined : pyYaml;
    case "boolean":
      return pyYaml.value === value ? undefined : pyYaml;
    case "date":
    case "error":
      return pyYaml;
  }
}

/** Scalars with different readings start with one of these characters. */
const MAY_DIFFER = /^[-+.\dyYnNoO=<]/;

/**
 * The number or boolean that a scalar must mean, if the two readings differ and only one of them fits the schema, or if
 * 0 or 1 is written for a boolean; otherwise `undefined`.
 */
export function onlyReading(schema: Shape, node: ScalarNode): number | boolean | undefined {
  if (schema.kind !== "boolean" && schema.kind !== "number") return undefined;
  const { value } = node;
  if (schema.kind === "boolean" && (value === 0 || value === 1)) return value === 1;
  const reading = otherReading(node);
  if (reading === undefined) return undefined;
  const pyYaml =
    "value" in reading ? (typeof reading.value === "bigint" ? Number(reading.value) : reading.value) : undefined;
  const [fitsYaml, fitsPyYaml] = [fits(schema, value), fits(schema, pyYaml)];
  const meant = fitsYaml ? value : pyYaml;
  return fitsYaml !== fitsPyYaml && (typeof meant === "number" || typeof meant === "boolean") ? meant : undefined;
}
