import type { MapEntry, YamlNode } from "./tree.ts";

/** The entries that a merge key adds: those of a map, or of each map in a list; `undefined` for anything else. */
export function entriesOf(node: YamlNode): readonly MapEntry[] | undefined {
  if (node.kind === "map") return node.entries;
  if (node.kind !== "list") return node.kind === "hole" ? [] : undefined;
  const entries = node.items.map((item) =>
    item.kind === "map" ? item.entries : item.kind === "hole" ? [] : undefined,
  );
  return entries.includes(undefined) ? undefined : entries.flatMap((each) => each ?? []);
}

/** Whether a part of what a merge key adds is unreadable. */
export function containsHole(node: YamlNode): boolean {
  if (node.kind === "list") return node.incomplete || node.items.some(containsHole);
  return node.kind === "hole" || (node.kind === "map" && node.incomplete);
}
