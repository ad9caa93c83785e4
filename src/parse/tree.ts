import type { Template } from "../../grammar/expression.ts";
import type { ScalarValue } from "../base/diagnostic.ts";
import { remember } from "../base/remember.ts";
import type { Source, Span } from "../base/source.ts";

/** A YAML value with its place. What the text leaves broken is a hole, and what follows from a hole is not reported. */
export type YamlNode = MapNode | ListNode | ScalarNode | HoleNode;

interface NodeBase {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  /** How many nodes it holds in all, aliases counted as often as they are used. */
  readonly size: number;
  /** How many levels of lists and maps it has below itself. */
  readonly height: number;
  /** The name of the tag of YAML's repository that is written before it, such as `float` for `!!float`. */
  readonly tag?: string;
}

export interface MapNode extends NodeBase {
  readonly kind: "map";
  readonly entries: readonly MapEntry[];
  /** A syntax error stands inside: what is missing may only be unreadable. */
  readonly incomplete: boolean;
}

export interface MapEntry {
  readonly key: ScalarNode;
  readonly value: YamlNode;
}

export interface ListNode extends NodeBase {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
  /** Where each item is written: an alias stands elsewhere than what it repeats. */
  readonly places: readonly Span[];
  readonly incomplete: boolean;
}

export interface ScalarNode extends NodeBase {
  readonly kind: "scalar";
  readonly style: ScalarStyle;
  /** What YAML 1.2 reads: text, a number, a boolean or nothing. */
  readonly value: ScalarValue;
  /** The decoded text, also for what YAML reads as a number. */
  readonly text: string;
  /** The text taken apart, when it holds expressions. */
  readonly template: Template | undefined;
}

export type ScalarStyle = "plain" | "single" | "double" | "literal" | "folded";

export interface HoleNode extends NodeBase {
  readonly kind: "hole";
}

/** The place of a whole node. */
export function spanOf(node: NodeBase): Span {
  return { source: node.source, start: node.start, end: node.end };
}

/** The entry of a map with this key; the first one, should the key be written twice. */
export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  if (map.entries.length > FEW_ENTRIES) return entriesByKey(map).get(key);
  return map.entries.find((entry) => entry.key.text === key);
}

const FEW_ENTRIES = 32;

const entriesByKey = remember(({ entries }: MapNode): ReadonlyMap<string, MapEntry> => {
  const byKey = new Map<string, MapEntry>();
  for (const entry of entries) if (!byKey.has(entry.key.text)) byKey.set(entry.key.text, entry);
  return byKey;
});

/** The node that stands at a path below `root`; an empty path is `root` itself. */
export function nodeAt(root: YamlNode, path: Path | undefined): YamlNode | undefined {
  if (path === undefined) return root;
  const parent = nodeAt(root, path.parent);
  if (typeof path.key === "number") return parent?.kind === "list" ? parent.items[path.key] : undefined;
  return parent?.kind === "map" ? entryOf(parent, path.key)?.value : undefined;
}

/** Where a node stands in the document, as a chain towards the root; the text is made only when it is shown. */
export interface Path {
  readonly parent: Path | undefined;
  readonly key: string | number;
}

/** `models[0].runtime.load.inputs[0].value`; the root is the empty text. */
export function printKeyPath(path: Path | undefined): string {
  const keys: (string | number)[] = [];
  for (let at = path; at !== undefined; at = at.parent) keys.push(at.key);
  let text = "";
  for (const key of keys.reverse()) {
    if (typeof key === "number") text += `[${key}]`;
    else if (/^[\w-]+$/.test(key) || /^[\p{L}\p{N}_-]+$/u.test(key)) text += text === "" ? key : `.${key}`;
    else text += `[${JSON.stringify(key)}]`;
  }
  return text;
}
