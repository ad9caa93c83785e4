// The items of the lists at the top level of a file, such as the models. Each item is read independently of the text around it, so
// that an item with unchanged text is not read again.
import type { Source, Span } from "../base/source.ts";
import type { MapEntry, ScalarNode, YamlNode } from "./tree.ts";

/** An item that was read: from its dash to the dash of the next item. */
export interface ReadItem {
  readonly source: Source;
  /** The offset of the dash. */
  readonly start: number;
  readonly node: YamlNode;
  readonly comments: readonly Span[];
  /** Whether a comment precedes the item. Only set if the line of the dash has no value, because the comment then changes how it is read. */
  readonly isCommented: boolean | undefined;
  /** The column of the rightmost comment on a line of its own between the item and the next one; -1 if there is none. */
  readonly gap: number;
}

/** The range of an item: from its dash to the dash of the next one. */
export interface ItemPlace {
  readonly start: number;
  readonly end: number;
  readonly column: number;
  readonly isCommented: boolean;
}

/** Items by their text: the items of an earlier text, and the items of the current text. */
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

/** A copy of a tree without aliases and tags in which all offsets are `by` larger. */
function movedNode(node: YamlNode, source: Source, by: number): YamlNode {
  if (node.kind === "scalar") return movedScalar(node, source, by);
  const { kind, size, height } = node;
  const [start, end] = [node.start + by, node.end + by];
  if (kind === "hole") return { kind, source, start, end, size, height };
  const { incomplete } = node;
  if (kind === "map") {
    const entries: MapEntry[] = [];
    for (const { key, value } of node.entries) {
      entries.push({ key: movedScalar(key, source, by), value: movedNode(value, source, by) });
    }
    return { kind, source, start, end, size, height, entries, incomplete };
  }
  const items = node.items.map((item) => movedNode(item, source, by));
  const places = node.places.map((place) => ({ source, start: place.start + by, end: place.end + by }));
  return { kind, source, start, end, size, height, items, places, incomplete };
}

function movedScalar(node: ScalarNode, source: Source, by: number): ScalarNode {
  const { kind, start, end, size, height, style, value, text, template } = node;
  return { kind, source, start: start + by, end: end + by, size, height, style, value, text, template };
}

/** Finds the dash of the next item in a column, after an offset; `undefined` if no line looks like one. */
export function nextDash(text: string, from: number, column: number): number | undefined {
  const line = `\n${" ".repeat(column)}-`;
  for (let at = text.indexOf(line, from); at >= 0; at = text.indexOf(line, at + 1)) {
    const dash = at + line.length - 1;
    if (isDash(text, dash)) return dash;
  }
  return undefined;
}

/** A place that looks like an item, and is not the last one of its list. */
export type LikelyItem = Pick<ItemPlace, "start" | "end" | "column">;

/**
 * Places that look like items of the lists at the top level, in any text. A list starts below a line such as `models:`
 * and ends at the next such line.
 */
export function itemPlaces(text: string): readonly LikelyItem[] {
  const places: LikelyItem[] = [];
  let isBelowKey = false;
  let column: number | undefined;
  let dash: number | undefined;
  for (let line = 0; line < text.length; ) {
    const newline = text.indexOf("\n", line);
    const end = newline < 0 ? text.length : newline;
    let at = line;
    while (text[at] === " ") at++;
    if (isDash(text, at) && (isBelowKey || at - line === column)) {
      if (dash !== undefined && !isBelowKey) places.push({ start: dash, end: at, column: at - line });
      [isBelowKey, column, dash] = [false, at - line, at];
    } else if (at === line && isKeyLine(text.slice(line, end))) {
      [isBelowKey, column, dash] = [true, undefined, undefined];
    } else if (isBelowKey && at < end && !"#\r".includes(text.charAt(at))) isBelowKey = false;
    line = end + 1;
  }
  return places;
}

function isDash(text: string, at: number): boolean {
  return text[at] === "-" && (at + 1 === text.length || " \t\r\n".includes(text.charAt(at + 1)));
}

function isKeyLine(line: string): boolean {
  return (
    /^[^\s#-]/.test(line) &&
    line
      .replace(/\s#.*$/s, "")
      .trimEnd()
      .endsWith(":")
  );
}
