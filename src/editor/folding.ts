// Takes a definition and returns the ranges that editors can fold.
import type { Span } from "../base/source.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import { spanOf, type YamlNode } from "../parse/tree.ts";

/** The maximum number of ranges. More of them make editors slow. */
const MOST_RANGES = 5000;

/** Every list item, and every value of a key, from its first to its last character. A range of one line cannot be folded. */
export function foldingRanges({ root }: ParsedDefinition): readonly Span[] {
  if (root === undefined) return [];
  const found: Span[] = [];
  const seen = new Set<YamlNode>();
  const add = (node: YamlNode, from: Span) => {
    if (found.length >= MOST_RANGES || seen.has(node)) return;
    seen.add(node);
    const end = node.end - (/\s*$/.exec(node.source.text.slice(from.start, node.end))?.[0].length ?? 0);
    if (node.kind !== "hole" && node.source.text.slice(from.start, end).includes("\n")) found.push({ ...from, end });
    visit(node);
  };
  const visit = (node: YamlNode) => {
    if (node.kind === "list") for (const item of node.items) add(item, spanOf(item));
    else if (node.kind === "map") for (const { key, value } of node.entries) add(value, spanOf(key));
  };
  visit(root.node);
  return found;
}
