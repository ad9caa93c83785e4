import type { MapEntry, YamlNode } from "./tree.ts";

/** What a merge key brings in: the entries of a map, or of each map of a list; `undefined` for anything else. */
export function entriesOf(node: YamlNode): readonly MapEntry[] | undefined {
  if (node.kind === "map") return node.entries;
  if (node.kind !== "list") return node.kind === "hole" ? [] : undefined;
  const entries = node.items.map((item) =>
    item.kind === "map" ? item.entries : item.kind === "hole" ? [] : undefined,
  );
  return entries.includes(undefined) ? undefined : entries.flatMap((each) => each ?? []);
}

/** Whether what a merge key brings in is not all there. */
export function holdsHole(node: YamlNode): boolean {
  if (node.kind === "list") return node.incomplete || node.items.some(holdsHole);
  return node.kind === "hole" || (node.kind === "map" && node.incomplete);
}
