// Reads a text in both ways: with the reader of ordinary files and with the full parser.
import * as assert from "uvu/assert";
import { composeDocument } from "../src/parse/compose.ts";
import { readRegular } from "../src/parse/regular.ts";
import type { YamlNode } from "../src/parse/tree.ts";

/** All nodes of a tree as text. A node that occurs several times must be the same one in both trees. */
export function describeTree(root: YamlNode): string {
  const known = new Map<YamlNode, number>();
  const print = (node: YamlNode): unknown => {
    const before = known.get(node);
    if (before !== undefined) return before;
    known.set(node, known.size);
    const { source: _, ...rest } = node;
    if (node.kind === "list") {
      const places = node.places.map(({ source: _, ...place }) => place);
      return { ...rest, places, items: node.items.map(print) };
    }
    if (node.kind === "map")
      return { ...rest, entries: node.entries.map(({ key, value }) => [print(key), print(value)]) };
    return rest;
  };
  const sorted = (_: string, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof value === "number"
        ? Object.is(value, -0)
          ? "-0"
          : `${value}`
        : value;
  return JSON.stringify(print(root), sorted, 1);
}

/** Whether a text is ordinary. Fails if the two results differ. */
export function agree(text: string): boolean {
  const source = { path: "efemarai.yaml", text };
  const regular = readRegular(source);
  if (regular === undefined) return false;
  const { root, problems, comments } = composeDocument(source, { countProblems: () => 0, isFlawless: () => false });
  const shown = JSON.stringify(text);
  assert.equal(problems, [], shown);
  assert.is(describeTree(regular.root), root && describeTree(root), shown);
  assert.equal(regular.comments, comments, shown);
  return true;
}
