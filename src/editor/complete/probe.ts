// Finds the place of a cursor: writes a name at the cursor, closes the quotes and brackets that its line leaves open, reads the text,
// and looks the name up in the result. So the same reader that `check` uses determines the place.
import { memoryHost } from "../../base/host.ts";
import { positionAt, type Source } from "../../base/source.ts";
import { bind } from "../../bind/bind.ts";
import type { Reference } from "../../bind/bound.ts";
import { infer } from "../../infer/infer.ts";
import type { TypedGraph, TypedModel } from "../../infer/typed.ts";
import { type ParsedDefinition, parse } from "../../parse/parse.ts";
import { keysOf, type MapNode, type Path, type YamlNode } from "../../parse/tree.ts";
import type { Excerpt } from "./excerpt.ts";
import { closed, type Token } from "./token.ts";

/** A text with a name at the cursor. */
export interface Probe {
  readonly definition: ParsedDefinition;
  readonly marker: string;
}

/** A place in a map or list of the tree. */
export interface PlaceInTree {
  /** The path of the map for a key, and of the value itself for a value. */
  readonly path: readonly (string | number)[];
  /** The map that contains the key or the value; `undefined` for an item of a list. */
  readonly map: MapNode | undefined;
}

/** Reads the excerpt with another text at the cursor, after closing all quotes and brackets that a line leaves open. */
export function probe(excerpt: Excerpt, path: string, token: Token, text: string, marker: string): Probe {
  const { lines, at } = excerpt;
  const line = lines[at] ?? "";
  const all = [...lines];
  all[at] = line.slice(0, token.start) + text + line.slice(token.end);
  const source: Source = { path, text: `${closed(all).join("\n")}\n` };
  return { definition: parse(source), marker };
}

/** A name that the text does not contain. */
export function markerFor({ lines }: Excerpt): string {
  const longest = lines.reduce((length, line) => {
    const found = [...line.matchAll(/zzcursorz*/g)].map(([name]) => name.length);
    return found.reduce((a, b) => Math.max(a, b), length);
  }, 0);
  return longest === 0 ? "zzcursor" : "zzcursor".padEnd(longest + 1, "z");
}

/** The number of places that the reader could not read as written. */
export function mistakesIn({ problems }: ParsedDefinition): number {
  return problems.filter(({ kind }) => kind === "yaml-syntax").length;
}

/** Where the marker is a key. */
export function keyPlace({ definition, marker }: Probe): PlaceInTree | undefined {
  return find(definition, (node, path) => {
    const isHere = node.kind === "map" && node.entries.some(({ key }) => key.text === marker);
    return isHere ? { path: keysOf(path), map: node } : undefined;
  });
}

/**
 * Whether a marker that is a key of a block map is in the column of the other keys. The reader also accepts a key with wrong
 * indentation, but completion must not insert a key there.
 */
export function isAligned({ marker }: Probe, { map, path }: PlaceInTree): boolean {
  const columns = (map?.entries ?? []).flatMap(({ key }): readonly number[] => {
    return key.source === map?.source && key.text !== marker ? [positionAt(key.source, key.start).column] : [];
  });
  const own = map?.entries.find(({ key }) => key.text === marker)?.key;
  const column = own && positionAt(own.source, own.start).column;
  if (column === undefined) return false;
  return columns.length === 0 ? path.length === 0 || column > 1 : columns.includes(column);
}

/** Where the marker is a whole value. */
export function valuePlace({ definition, marker }: Probe): PlaceInTree | undefined {
  return find(definition, (node, path, map) => {
    return node.kind === "scalar" && node.text === marker ? { path: keysOf(path), map } : undefined;
  });
}

function find<T>(
  { root }: ParsedDefinition,
  test: (node: YamlNode, path: Path | undefined, map: MapNode | undefined) => T | undefined,
): T | undefined {
  const seen = new Set<YamlNode>();
  const visit = (node: YamlNode, path: Path | undefined, map: MapNode | undefined): T | undefined => {
    if (seen.has(node)) return undefined;
    seen.add(node);
    const here = test(node, path, map);
    if (here !== undefined) return here;
    if (node.kind === "list") return first(node.items, (item, i) => visit(item, { parent: path, key: i }, undefined));
    if (node.kind !== "map") return undefined;
    return first(node.entries, ({ key, value }) => visit(value, { parent: path, key: key.text }, node));
  };
  return root && visit(root.node, undefined, undefined);
}

function first<T, R>(items: readonly T[], find: (item: T, index: number) => R | undefined): R | undefined {
  for (const [i, item] of items.entries()) {
    const found = find(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The graph of a probe. It is made without access to files. */
export function graphOf({ definition }: Probe): TypedGraph {
  return infer(bind([definition], []), memoryHost(new Map()));
}

/** Where the marker is a reference. */
export function referencePlace(
  graph: TypedGraph,
  marker: string,
): { readonly reference: Reference; readonly model: TypedModel | undefined } | undefined {
  const isMarked = ({ expression, isInherited }: Reference) => expression.path[0].value === marker && !isInherited;
  for (const model of graph.models) {
    const reference = model.bound.references.find(isMarked);
    if (reference !== undefined) return { reference, model };
  }
  const reference = graph.bound.references.find(isMarked);
  return reference && { reference, model: undefined };
}

/** The model that a path is in. */
export function modelAt(graph: TypedGraph, [section, index]: readonly (string | number)[]): TypedModel | undefined {
  if (section !== "models" || typeof index !== "number") return undefined;
  return graph.models.find(({ bound }) => bound.entry.path?.key === index);
}
