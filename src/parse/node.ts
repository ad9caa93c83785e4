// Constructors of tree nodes, for `compose.ts` and `regular.ts`.
import { parseTemplate } from "../../grammar/expression.ts";
import type { Source } from "../base/source.ts";
import type { HoleNode, ScalarNode, ScalarStyle, YamlNode } from "./tree.ts";

/** A scalar with its expressions. */
export function scalar(
  source: Source,
  start: number,
  end: number,
  style: ScalarStyle,
  value: ScalarNode["value"],
  text: string,
): ScalarNode {
  return { kind: "scalar", source, start, end, size: 1, height: 0, style, value, text, template: parseTemplate(text) };
}

/** A value that cannot be read. */
export function hole(source: Source, start: number, end: number): HoleNode {
  return { kind: "hole", source, start, end, size: 1, height: 0 };
}

/** The size and height of a list or map; `keys` is the number of nodes that each child adds besides itself. */
export function extent(
  children: readonly YamlNode[],
  keys: number,
): { readonly size: number; readonly height: number } {
  let [size, height] = [1, 0];
  for (const child of children) {
    size += keys + child.size;
    height = Math.max(height, child.height + 1);
  }
  return { size, height };
}

/** The value of a duplicate key: the first value, marked incomplete because the second one may contain more. */
export function withDuplicate(first: YamlNode, second: YamlNode): YamlNode {
  if (first.kind === "scalar" && first.value === null) return second;
  return first.kind === "map" || first.kind === "list" ? { ...first, incomplete: true } : first;
}
