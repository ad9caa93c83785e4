// Reads values on one line or between brackets from the tokens of the `yaml` lexer: scalars, `{ }`, `[ ]` and aliases.
import { CST, type ScalarTag } from "yaml";
import type { Span } from "../base/source.ts";
import { advance, type Cursor, NOT_PLAIN, skipBlanks, skipComment, skipGap } from "./cursor.ts";
import { LIMITS } from "./limits.ts";
import { containsHole, entriesOf } from "./merge.ts";
import { extent, scalar } from "./node.ts";
import { SCHEMA } from "./read-yaml.ts";
import {
  type ListNode,
  type MapEntry,
  type MapNode,
  type ScalarNode,
  type ScalarStyle,
  spanOf,
  type YamlNode,
} from "./tree.ts";

/** Reads a scalar, an alias, or a flow collection, but not the rest of its line. */
export function readFlow(cursor: Cursor, depth: number): YamlNode {
  if (depth > LIMITS.depth) throw NOT_PLAIN;
  if (isFlowScalar(cursor)) return readFlowScalar(cursor);
  if (cursor.kind === "flow-map-start") return readFlowMap(cursor, depth);
  if (cursor.kind === "flow-seq-start") return readFlowList(cursor, depth);
  if (cursor.kind === "alias") return readAlias(cursor, depth);
  throw NOT_PLAIN;
}

function readFlowMap(cursor: Cursor, depth: number): MapNode {
  const { at } = cursor;
  const map = mapDraft();
  readItems(cursor, "flow-map-end", () => {
    const key = readFlowScalar(cursor);
    if (cursor.kind === "space") advance(cursor);
    checkKey(cursor, key);
    skipGap(cursor);
    addEntry(map, key, readFlow(cursor, depth + 1));
  });
  return mapOf(cursor, map, at, cursor.at);
}

function readFlowList(cursor: Cursor, depth: number): ListNode {
  const { source, at } = cursor;
  const items: YamlNode[] = [];
  const places: Span[] = [];
  readItems(cursor, "flow-seq-end", () => {
    const start = cursor.at;
    const item = readFlow(cursor, depth + 1);
    items.push(item);
    places.push(item.start < start ? cursor.alias : spanOf(item));
  });
  return { kind: "list", source, start: at, end: cursor.at, ...extent(items, 0), items, places, incomplete: false };
}

/** Reads comma-separated items from the opening to the closing bracket. */
function readItems(cursor: Cursor, end: "flow-map-end" | "flow-seq-end", readItem: () => void): void {
  advance(cursor);
  skipGap(cursor);
  while (cursor.kind !== end) {
    readItem();
    skipGap(cursor);
    if (cursor.kind === "comma") {
      advance(cursor);
      skipGap(cursor);
    } else if (cursor.kind !== end) throw NOT_PLAIN;
  }
  advance(cursor);
}

/** Reads the anchor before a value. It is only defined once the value has been read. */
export function readAnchor(cursor: Cursor): string {
  const name = cursor.text.slice(1);
  advance(cursor);
  if (name === "" || name.endsWith(":") || (cursor.kind !== "space" && cursor.kind !== "newline")) throw NOT_PLAIN;
  cursor.anchors.delete(name);
  skipBlanks(cursor);
  return name;
}

/** The value that an alias repeats; `cursor.alias` is the place of the alias. */
export function readAlias(cursor: Cursor, depth: number): YamlNode {
  const { source, text, at } = cursor;
  const target = cursor.anchors.get(text.slice(1));
  if (target === undefined || depth + target.height > LIMITS.depth) throw NOT_PLAIN;
  cursor.aliased += target.size;
  if (cursor.aliased > LIMITS.aliasedNodes) throw NOT_PLAIN;
  cursor.alias = { source, start: at, end: at + text.length };
  advance(cursor);
  return target;
}

/** A map under construction. */
export interface MapDraft {
  readonly entries: MapEntry[];
  readonly inherited: MapEntry[];
  readonly seen: Set<string>;
}

/** An empty map under construction. */
export function mapDraft(): MapDraft {
  return { entries: [], inherited: [], seen: new Set() };
}

/** Adds an entry, or the entries of a merge key. Throws on a duplicate key, which needs the full parser. */
export function addEntry({ entries, inherited, seen }: MapDraft, key: ScalarNode, value: YamlNode): void {
  if (key.text === "<<" && key.style === "plain") {
    const merged = containsHole(value) ? undefined : entriesOf(value);
    if (merged === undefined) throw NOT_PLAIN;
    for (const entry of merged) inherited.push(entry);
    return;
  }
  if (seen.has(key.text)) throw NOT_PLAIN;
  seen.add(key.text);
  entries.push({ key, value });
}

/** The completed map: its own entries, followed by the inherited ones. */
export function mapOf({ source }: Cursor, { entries, inherited, seen }: MapDraft, start: number, end: number): MapNode {
  for (const entry of inherited) {
    if (seen.has(entry.key.text)) continue;
    seen.add(entry.key.text);
    entries.push(entry);
  }
  const values = entries.map(({ value }) => value);
  return { kind: "map", source, start, end, ...extent(values, 1), entries, incomplete: false };
}

/** Checks a key and skips the colon after it. */
export function checkKey(cursor: Cursor, { start, style, value, source }: ScalarNode): void {
  const isOneLine = !source.text.slice(start, cursor.at).includes("\n");
  if (cursor.kind !== "map-value-ind" || !isOneLine || cursor.at - start > MAX_KEY_LENGTH) throw NOT_PLAIN;
  if (value === null && style === "plain") throw NOT_PLAIN;
  advance(cursor);
}

/** YAML 1.2.2, section 7.4.2: the colon must be within the first 1,024 characters. */
const MAX_KEY_LENGTH = 1000;

/** Whether the next token is a plain or quoted scalar. */
export function isFlowScalar({ kind }: Cursor): boolean {
  return kind === "scalar" || kind === "single-quoted-scalar" || kind === "double-quoted-scalar";
}

/** Reads a plain or quoted scalar. */
export function readFlowScalar(cursor: Cursor): ScalarNode {
  const { source, kind, text, at } = cursor;
  advance(cursor);
  if (kind === "scalar") {
    if (text === "" || INVALID_START.has(text.charAt(0))) throw NOT_PLAIN;
    const decoded = text.includes("\n") ? resolve({ type: kind, offset: at, indent: 0, source: text }) : text;
    return scalar(source, at, at + text.length, "plain", plainValue(decoded), decoded);
  }
  if (kind !== "single-quoted-scalar" && kind !== "double-quoted-scalar") throw NOT_PLAIN;
  const isSimple = !(kind === "single-quoted-scalar" ? /[\n']/ : /[\n\\]/).test(text.slice(1, -1));
  const isClosed = text.length > 1 && text.endsWith(text.charAt(0));
  const decoded =
    isSimple && isClosed ? text.slice(1, -1) : resolve({ type: kind, offset: at, indent: 0, source: text });
  const style = kind === "single-quoted-scalar" ? "single" : "double";
  return scalar(source, at, at + text.length, style, decoded, decoded);
}

/** Characters that cannot start a plain scalar. */
const INVALID_START: ReadonlySet<string> = new Set("\t,%|>@`");

/** Reads a block scalar in a collection with this indentation. */
export function readBlockScalar(cursor: Cursor, indent: number): ScalarNode {
  const { source, at, text: header } = cursor;
  const props: CST.SourceToken[] = [];
  while (cursor.kind !== "scalar") {
    const { kind, text } = cursor;
    if (kind !== "block-scalar-header" && kind !== "space" && kind !== "comment" && kind !== "newline") throw NOT_PLAIN;
    props.push({ type: kind, offset: cursor.at, indent, source: text });
    if (kind === "comment") skipComment(cursor);
    else advance(cursor);
  }
  const text = resolve({ type: "block-scalar", offset: at, indent, props, source: cursor.text });
  advance(cursor);
  cursor.lineStart = cursor.at;
  const style: ScalarStyle = header.startsWith("|") ? "literal" : "folded";
  return scalar(source, at, cursor.at, style, text, text);
}

function resolve(token: CST.FlowScalar | CST.BlockScalar): string {
  const reject = () => {
    throw NOT_PLAIN;
  };
  return CST.resolveAsScalar(token, true, reject).value;
}

const TAGS = SCHEMA.tags.filter((tag): tag is ScalarTag => "test" in tag && tag.default === true);

/** Numbers, booleans and null start with one of these. */
const MAY_BE_TYPED = /^[-+.\d~nNtTfF]/;

/** The value of a plain scalar. */
function plainValue(text: string): ScalarNode["value"] {
  const tag = MAY_BE_TYPED.test(text) ? TAGS.find(({ test }) => test?.test(text)) : undefined;
  if (tag === undefined) return text;
  const resolved: unknown = tag.resolve(text, () => undefined, {});
  const value = typeof resolved === "object" && resolved !== null && "value" in resolved ? resolved.value : resolved;
  if (typeof value !== "number" && typeof value !== "boolean" && value !== null) throw NOT_PLAIN;
  return value;
}
