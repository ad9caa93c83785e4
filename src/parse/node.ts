// Parts of the tree that `compose.ts` makes.
import type { Source } from "../base/source.ts";
import type { HoleNode, YamlNode } from "./tree.ts";

/** What cannot be read. */
export function hole(source: Source, start: number, end: number): HoleNode {
  return { kind: "hole", source, start, end, size: 1, height: 0 };
}

/** How much a list or map holds; `keys` are what each child adds beside itself. */
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

/** The value of a key that is written twice: the first one, and what is not in it may be in the second one. */
export function withSecond(first: YamlNode, second: YamlNode): YamlNode {
  if (first.kind === "scalar" && first.value === null) return second;
  return first.kind === "map" || first.kind === "list" ? { ...first, incomplete: true } : first;
}
