// The items of the lists at the top level of a file, such as the models. Each is read by its text alone, so that an item
// whose text is unchanged need not be read again.
import type { Source, Span } from "../base/source.ts";
import type { MapEntry, YamlNode } from "./tree.ts";

/** An item that was read: from its dash to the dash of the next item. */
export interface ReadItem {
  readonly source: Source;
  /** The offset of the dash. */
  readonly start: number;
  readonly node: YamlNode;
  readonly comments: readonly Span[];
  /** Whether a comment precedes the item. It changes how an item without a value on the line of its dash is read. */
  readonly isCommented: boolean;
  /** The column of the rightmost comment on a line of its own between the item and the next one; -1 if there is none. */
  readonly gap: number;
}

/** The place of an item: from its dash to the dash of the next one. */
export interface ItemPlace {
  readonly start: number;
  readonly end: number;
  readonly column: number;
  readonly isCommented: boolean;
}

/** Items by their text: those of an earlier text, and those of the text that is being read. */
export interface Items {
  readonly known: ReadonlyMap<string, ReadItem>;
  readonly read: Map<string, ReadItem>;
}

/** The same item at another place. */
export function movedItem(item: ReadItem, source: Source, start: number): ReadItem {
  const by = start - item.start;
  return {
    source,
    start,
    node: movedNode(item.node, source, by),
    comments: item.comments.map((span) => ({ source, start: span.start + by, end: span.end + by })),
    isCommented: item.isCommented,
    gap: item.gap,
  };
}

/** A copy of a tree without aliases in which all offsets are `by` larger. */
function movedNode(node: YamlNode, source: Source, by: number): YamlNode {
  const [start, end] = [node.start + by, node.end + by];
  if (node.kind === "map") {
    const entries = node.entries.map(({ key, value }): MapEntry => {
      const moved = { ...key, source, start: key.start + by, end: key.end + by };
      return { key: moved, value: movedNode(value, source, by) };
    });
    return { ...node, source, start, end, entries };
  }
  if (node.kind !== "list") return { ...node, source, start, end };
  const items = node.items.map((item) => movedNode(item, source, by));
  const places = node.places.map((place) => ({ source, start: place.start + by, end: place.end + by }));
  return { ...node, source, start, end, items, places };
}

/** Finds the dash of the next item in a column, after an offset; `undefined` if no line looks like one. */
export function nextDash(text: string, from: number, column: number): number | undefined {
  const line = `\n${" ".repeat(column)}-`;
  for (let at = text.indexOf(line, from); at >= 0; at = text.indexOf(line, at + 1)) {
    const dash = at + line.length - 1;
    if (dash + 1 === text.length || " \t\r\n".includes(text.charAt(dash + 1))) return dash;
  }
  return undefined;
}
