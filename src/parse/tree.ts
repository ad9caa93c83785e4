import type { Template } from "../../grammar/expression.ts";
import type { ScalarValue } from "../base/diagnostic.ts";
import { remember } from "../base/remember.ts";
import type { Source, Span } from "../base/source.ts";

/** A YAML value with its source range. Broken text becomes a hole; consequences of a hole are not reported. */
export type YamlNode = MapNode | ListNode | ScalarNode | HoleNode;

interface NodeBase {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  /** The total number of nodes; aliased nodes count once per use. */
  readonly size: number;
  /** The number of levels of lists and maps below it. */
  readonly height: number;
  /** The name of its tag if the tag is one of the YAML repository: `float` for `!!float`. */
  readonly tag?: string;
}

export interface MapNode extends NodeBase {
  readonly kind: "map";
  readonly entries: readonly MapEntry[];
  /** Whether it contains a syntax error, so that what seems to be missing may just be unreadable. */
  readonly incomplete: boolean;
}

export interface MapEntry {
  readonly key: ScalarNode;
  readonly value: YamlNode;
}

export interface ListNode extends NodeBase {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
  /** The span of each item as written; for an alias, the span of the alias. */
  readonly places: readonly Span[];
  readonly incomplete: boolean;
}

export interface ScalarNode extends NodeBase {
  readonly kind: "scalar";
  readonly style: ScalarStyle;
  /** The value in YAML 1.2: text, a number, a boolean or null. */
  readonly value: ScalarValue;
  /** The decoded text, even if YAML reads a number. */
  readonly text: string;
  /** The parsed text, if it contains expressions. */
  readonly template: Template | undefined;
}

export type ScalarStyle = "plain" | "single" | "double" | "literal" | "folded";

export interface HoleNode extends NodeBase {
  readonly kind: "hole";
}

/** The span of a node. */
export function spanOf(node: NodeBase): Span {
  return { source: node.source, start: node.start, end: node.end };
}

/** The entry with this key; the first one if the key is duplicated. */
export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  if (map.entries.length > MIN_INDEXED) return entriesByKey(map).get(key);
  return map.entries.find((entry) => entry.key.text === key);
}

const MIN_INDEXED = 32;

const entriesByKey = remember(({ entries }: MapNode): ReadonlyMap<string, MapEntry> => {
  const byKey = new Map<string, MapEntry>();
  for (const entry of entries) if (!byKey.has(entry.key.text)) byKey.set(entry.key.text, entry);
  return byKey;
});

/** The node at a path below `root`; an empty path is `root` itself. */
export function nodeAt(root: YamlNode, path: Path | undefined): YamlNode | undefined {
  if (path === undefined) return root;
  const parent = nodeAt(root, path.parent);
  if (typeof path.key === "number") return parent?.kind === "list" ? parent.items[path.key] : undefined;
  return parent?.kind === "map" ? entryOf(parent, path.key)?.value : undefined;
}

/** The path of a node, linked from the node to the root. It is only printed on demand. */
export interface Path {
  readonly parent: Path | undefined;
  readonly key: string | number;
}

/** The keys that lead from the root to a path. */
export function keysOf(path: Path | undefined): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = path; at !== undefined; at = at.parent) keys.push(at.key);
  return keys.reverse();
}

/** Prints a path: `models[0].runtime.load.inputs[0].value`. The root is the empty string. */
export function printKeyPath(path: Path | undefined): string {
  let text = "";
  for (const key of keysOf(path)) {
    if (typeof key === "number") text += `[${key}]`;
    else if (/^[\w-]+$/.test(key) || /^[\p{L}\p{N}_-]+$/u.test(key)) text += text === "" ? key : `.${key}`;
    else text += `[${JSON.stringify(key)}]`;
  }
  return text;
}
