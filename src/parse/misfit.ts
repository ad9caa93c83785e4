// Describes mismatches with the shape: where they are, and in which words.
import type { Shape } from "../../grammar/shape.ts";
import type { Span } from "../base/source.ts";
import { spanOf, type YamlNode } from "./tree.ts";

/** What a leaf accepts, as a phrase for messages. */
export function expectation(schema: Shape): string {
  if (schema.kind === "words") return "one of the allowed values";
  if (schema.kind === "boolean") return "true or false";
  if (schema.kind === "number") {
    const number = schema.isInteger ? "a whole number" : "a number";
    return schema.min === undefined ? number : `${number} of at least ${schema.min}`;
  }
  if (schema.kind !== "text") return "text";
  if (schema.isVariableName === true) return "the name of an environment variable";
  return schema.isConstant === true ? "text without expressions" : "text";
}

/** The span to report: the scalar itself; for a map or list, its key or its first line. */
export function spanOfMisfit(node: YamlNode, keySpan: Span | undefined): Span {
  if (node.kind !== "map" && node.kind !== "list") return node.start < node.end ? spanOf(node) : markBefore(node);
  const newline = node.source.text.indexOf("\n", node.start);
  const end = newline < 0 ? node.end : Math.min(newline, node.end);
  return keySpan ?? { source: node.source, start: node.start, end: Math.max(end, node.start) };
}

/** The dash of an empty list item. */
function markBefore({ source, start, end }: YamlNode): Span {
  const mark = source.text.slice(0, start).trimEnd().length;
  return mark === 0 ? { source, start, end } : { source, start: mark - 1, end: mark };
}

/** What was found, as a phrase for messages. */
export function describe(node: YamlNode): string {
  if (node.kind === "map") return "a map";
  if (node.kind === "list") return "a list";
  if (node.kind === "hole") return "invalid text";
  switch (typeof node.value) {
    case "number":
      return "a number";
    case "boolean":
      return `the boolean ${node.value}`;
    case "string":
      return "text";
    default:
      return "nothing";
  }
}
