// Finds the map in which a wrongly indented key belongs: one around it or one above it.
import type { Shape } from "../../grammar/shape.ts";
import type { Span } from "../base/source.ts";
import { couldHold } from "./could-hold.ts";
import { branchFor, isRequired } from "./schema.ts";
import { type MapEntry, type MapNode, type ScalarNode, spanOf, type YamlNode } from "./tree.ts";

/** A map that is being walked, and the map around it. */
export interface OpenMap {
  readonly node: MapNode;
  readonly known: Readonly<Record<string, Shape>>;
  /** The entry for each key so far. */
  readonly byKey: Map<string, MapEntry>;
  /** The span that identifies the map to a reader: its key, or its first line. */
  readonly span: Span;
  readonly name: string;
  /** Whether the map is read in a different place than it is written. */
  readonly isMoved: boolean;
  readonly outer: OpenMap | undefined;
}

/** A complete map that precedes the current entry and is walked next. */
export interface ClosedMap extends Pick<OpenMap, "node" | "known" | "span" | "name"> {}

/** Keys that are read in a different map than the one they are written in. */
export interface Moves {
  readonly into: Map<MapNode, readonly MapEntry[]>;
  readonly keys: Set<ScalarNode>;
}

/** The map to which an entry belongs: it accepts the key and does not have it yet. */
export interface IntendedMap {
  readonly map: Pick<OpenMap, "span" | "name">;
  /**
   * Whether another finding already covers the entry, because it is indented correctly relative to something that was
   * moved.
   */
  readonly isExplained: boolean;
}

/**
 * Moves an entry to the nearest map to which it belongs; `undefined` if there is none. `above` are the maps that end
 * where the entry starts.
 */
export function moveToIntendedMap(
  moves: Moves,
  entry: MapEntry,
  map: OpenMap,
  above: readonly ClosedMap[],
): IntendedMap | undefined {
  const { key } = entry;
  if (key.start < map.node.start || key.source !== map.node.source || !isFirstOnLine(key)) return undefined;
  let isExplained = map.isMoved;
  for (let outer = map.outer; outer !== undefined && outer.node.start <= key.start; outer = outer.outer) {
    if (!outer.byKey.has(key.text) && knows(outer, entry)) {
      outer.byKey.set(key.text, entry);
      moves.keys.add(key);
      return { map: outer, isExplained };
    }
    isExplained ||= outer.isMoved;
  }
  for (const inner of above) {
    const moved = moves.into.get(inner.node) ?? [];
    if (!knows(inner, entry) || [...inner.node.entries, ...moved].some((other) => other.key.text === key.text))
      continue;
    // At the top level, a key such as `version` may well be the author's own.
    const isAuthorsOwn = map.outer === undefined && entry.value.kind === "scalar";
    if (isAuthorsOwn && !isRequired(inner.known[key.text] as Shape)) continue;
    moves.into.set(inner.node, [...moved, entry]);
    moves.keys.add(key);
    return { map: inner, isExplained: false };
  }
  return undefined;
}

/** The maps at the end of an entry, outermost first. A key below the entry may belong to one of them. */
export function mapsAtEnd({ key, value }: MapEntry, schema: Shape): readonly ClosedMap[] {
  const found: ClosedMap[] = [];
  let [node, at, name]: [YamlNode, Shape, string] = [value, schema, `\`${key.text}\``];
  let span = spanOf(key);
  // The target of an alias is written elsewhere.
  while (node.source === key.source && node.start >= key.start) {
    const inner: Shape = branchFor(at.kind === "optional" ? at.inner : at, node);
    if (inner.kind === "map" && node.kind === "map") {
      const known: OpenMap["known"] = inner.fields;
      found.push({ node, known, span, name });
      const last: MapEntry | undefined = node.entries[node.entries.length - 1];
      const next: Shape | undefined = last && Object.hasOwn(known, last.key.text) ? known[last.key.text] : undefined;
      if (last === undefined || next === undefined) break;
      [node, at, name, span] = [last.value, next, `\`${last.key.text}\``, spanOf(last.key)];
    } else if (inner.kind === "list" && node.kind === "list") {
      const last: YamlNode | undefined = node.items[node.items.length - 1];
      if (last === undefined) break;
      [node, at, name, span] = [last, inner.item, `an item of ${name}`, firstKeyOf(last)];
    } else break;
  }
  return found;
}

/** The first key of a map, which represents the map in a finding. */
export function firstKeyOf(node: YamlNode): Span {
  return spanOf((node.kind === "map" ? node.entries[0]?.key : undefined) ?? node);
}

function knows({ known }: Pick<OpenMap, "known">, entry: MapEntry): boolean {
  const schema = Object.hasOwn(known, entry.key.text) ? known[entry.key.text] : undefined;
  return schema !== undefined && (entry.value.kind === "hole" || couldHold(schema, entry));
}

/** Whether only spaces precede a key on its line, so that its column is its indentation. */
function isFirstOnLine({ source: { text }, start }: ScalarNode): boolean {
  let at = start - 1;
  while (text[at] === " ") at--;
  return at < 0 || text[at] === "\n";
}
