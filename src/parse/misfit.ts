// Where, and in which words, something does not fit the shape.
import type { Shape } from "../../grammar/shape.ts";
import type { Span } from "../base/source.ts";
import { spanOf, type YamlNode } from "./tree.ts";

/** The expected value of a leaf, as a message says it. */
export function expectation(schema: Shape): string {
  if (schema.kind === "words") return "one of the allowed values";
  if (schema.kind === "boolean") return "true or false";
  if (schema.kind === "number") {
    const number = schema.isWhole ? "a whole number" : "a number";
    return schema.least === undefined ? number : `${number} of at least ${schema.least}`;
  }
  return schema.kind === "text" && schema.isVariableName === true ? "the name of an environment variable" : "text";
}

/** A scalar itself; for a whole map or list the key that holds it, or its first line. */
export function spanOfMisfit(node: YamlNode, keySpan: Span | undefined): Span {
  if (node.kind !== "map" && node.kind !== "list") return node.start < node.end ? spanOf(node) : markBefore(node);
  const newline = node.source.text.indexOf("\n", node.start);
  const end = newline < 0 ? node.end : Math.min(newline, node.end);
  return keySpan ?? { source: node.source, start: node.start, end: Math.max(end, node.start) };
}

/** For an entry of a list with nothing in it: its dash. */
function markBefore({ source, start, end }: YamlNode): Span {
  const mark = source.text.slice(0, start).trimEnd().length;
  return mark === 0 ? { source, start, end } : { source, start: mark - 1, end: mark };
}

/** What was found, as a message says it. */
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
