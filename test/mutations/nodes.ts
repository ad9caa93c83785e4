// The nodes of a definition as text: the place of each key, value and item, and its meaning by the shape of the file.
import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  visit,
} from "yaml";

/** A part of a text, end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A part of a definition that can be broken: an entry of a map or an item of a list. */
export interface Written {
  readonly kind: "entry" | "item";
  /** Its place, such as `models[0].files[1].url`. */
  readonly path: string;
  /**
   * Its meaning, such as `models[].files[].url`. There are several if aliases use it in several places, and none if it
   * is unused.
   */
  readonly roles: readonly string[];
  /** From the key or the item's content to the end of the value. */
  readonly range: Range;
  /** The key of an entry; the dash of an item in block style. */
  readonly key: Range | undefined;
  readonly value: Range | undefined;
  readonly holds: Held;
  readonly inFlow: boolean;
  readonly isFirst: boolean;
  readonly isOnly: boolean;
  /** The map or list that contains it: its key, if it has one, and its first entry or item. */
  readonly parentKey: Range | undefined;
  readonly parentStart: number;
  readonly column: number;
}

/** The properties of a value that a mutation needs. */
export interface Held {
  readonly kind: "map" | "list" | "alias" | "text" | "number" | "boolean" | "null";
  /** The decoded text of a scalar, or the name of an alias. */
  readonly text: string;
  readonly style: "plain" | "quoted" | "block" | "flow";
}

/** All entries and items of a definition, in the order of the text. */
export function writtenIn(text: string): readonly Written[] {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, merge: true });
  const roles = rolesOf(document);
  const found: Written[] = [];
  if (isNode(document.contents)) collect({ text, roles, found }, document.contents, "", undefined);
  return found;
}

interface Collecting {
  readonly text: string;
  readonly roles: ReadonlyMap<Node, ReadonlySet<string>>;
  readonly found: Written[];
}

function collect(context: Collecting, node: Node, path: string, parentKey: Range | undefined): void {
  const { text, roles, found } = context;
  const inFlow = isCollection(node) && node.flow === true;
  const of = [...(roles.get(node) ?? [])];
  if (isMap(node)) {
    const pairs = node.items as Pair<Node, Node | null>[];
    pairs.forEach((pair, i) => {
      const name = nameOf(pair.key);
      const at = path === "" ? name : `${path}.${name}`;
      const key = isNode(pair.key) ? contentRange(text, pair.key) : undefined;
      if (key === undefined) return;
      const value = isEmpty(pair.value) ? undefined : contentRange(text, pair.value as Node);
      found.push({
        kind: "entry",
        path: at,
        roles: of.map((role) => roleOfKey(role, name)),
        range: { start: key.start, end: value?.end ?? colonAfter(text, key.end) },
        key,
        value,
        holds: heldIn(pair.value),
        inFlow,
        isFirst: i === 0,
        isOnly: pairs.length === 1,
        parentKey,
        parentStart: firstOf(node),
        column: columnOf(text, key.start),
      });
      if (isNode(pair.value)) collect(context, pair.value, at, key);
    });
  } else if (isSeq(node)) {
    const items = node.items as (Node | null)[];
    items.forEach((item, i) => {
      const at = `${path}[${i}]`;
      if (!isNode(item)) return;
      const value = isEmpty(item) ? undefined : contentRange(text, item);
      const start = value?.start ?? item.range?.[0] ?? 0;
      const dash = inFlow ? undefined : text.lastIndexOf("-", start - 1);
      found.push({
        kind: "item",
        path: at,
        roles: of.map((role) => roleOfItem(role)),
        range: { start, end: value?.end ?? start },
        key: dash === undefined ? undefined : { start: dash, end: dash + 1 },
        value,
        holds: heldIn(item),
        inFlow,
        isFirst: i === 0,
        isOnly: items.length === 1,
        parentKey,
        parentStart: firstOf(node),
        column: columnOf(text, dash ?? start),
      });
      collect(context, item, at, undefined);
    });
  }
}

/** The meaning of each node by the shape, through aliases and merge keys. */
function rolesOf(document: Document): ReadonlyMap<Node, ReadonlySet<string>> {
  const roles = new Map<Node, Set<string>>();
  const anchors = new Map<string, Node>();
  visit(document, {
    Node: (_, node) => {
      if ("anchor" in node && typeof node.anchor === "string") anchors.set(node.anchor, node as Node);
    },
  });
  const walk = (node: Node | null, role: string): void => {
    if (!isNode(node)) return;
    if (isAlias(node)) {
      add(node, role);
      walk(anchors.get((node as Alias).source) ?? null, role);
      return;
    }
    add(node, role);
    if (isMap(node)) {
      for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
        const name = nameOf(key);
        if (role === "" && name.startsWith("x-")) continue;
        if (name !== "<<") walk(value, roleOfKey(role, name));
        else if (isSeq(value)) for (const item of value.items) walk(item as Node, role);
        else walk(value, role);
      }
    } else if (isSeq(node)) for (const item of node.items) walk(item as Node, roleOfItem(role));
  };
  const add = (node: Node, role: string) => {
    const known = roles.get(node);
    if (known === undefined) roles.set(node, new Set([role]));
    else known.add(role);
  };
  if (isNode(document.contents)) walk(document.contents, "");
  return roles;
}

/** Everything inside of an input's value is of one kind. */
const FREE = /(?:\binputs\[\]\.value|^domains\[\]\.graph|\baxes\[\]\.value)/;

function roleOfKey(role: string, name: string): string {
  if (FREE.test(role)) return role.endsWith(".*") ? role : `${role}.*`;
  return role === "" ? name : `${role}.${name}`;
}

function roleOfItem(role: string): string {
  if (FREE.test(role)) return role.endsWith(".*") ? role : `${role}.*`;
  return `${role}[]`;
}

/** A merge key has no text of its own. */
function nameOf(key: unknown): string {
  return !isScalar(key) ? "?" : typeof key.value === "symbol" ? "<<" : String(key.value);
}

function heldIn(node: Node | null): Held {
  if (isAlias(node)) return { kind: "alias", text: node.source, style: "plain" };
  if (isCollection(node)) return { kind: isMap(node) ? "map" : "list", text: "", style: node.flow ? "flow" : "block" };
  if (!isScalar(node) || node.value === null) return { kind: "null", text: "", style: "plain" };
  const type = typeof node.value;
  const style =
    node.type === Scalar.PLAIN || node.type === undefined
      ? "plain"
      : node.type.startsWith("QUOTE")
        ? "quoted"
        : "block";
  if (type === "number" || type === "bigint") return { kind: "number", text: node.source ?? "", style };
  return { kind: type === "boolean" ? "boolean" : "text", text: String(node.value), style };
}

function isEmpty(node: Node | null): boolean {
  if (!isNode(node)) return true;
  return isScalar(node) && node.value === null && (node.range?.[0] ?? 0) === (node.range?.[1] ?? 0);
}

/** From the anchor or tag of a node to the end of its content. */
function contentRange(text: string, node: Node): Range {
  const [start, end] = node.range ?? [0, 0];
  const hasProperties = (!isAlias(node) && node.anchor !== undefined) || node.tag !== undefined;
  return { start: hasProperties ? withProperties(text, start) : start, end: lastOf(text, node) ?? end };
}

/** Anchors and tags are before a node's own range. */
function withProperties(text: string, start: number): number {
  const [properties = ""] =
    /(?:(?<=[\s[{,])[&!][^\s,[\]{}]*\s+)+$/.exec(text.slice(Math.max(0, start - 80), start)) ?? [];
  return start - properties.length;
}

function firstOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function lastOf(text: string, node: Node): number | undefined {
  const range = node.range;
  if (range == null) return undefined;
  if (isCollection(node) && node.flow !== true) {
    const last = node.items[node.items.length - 1] as Pair<Node, Node | null> | Node | undefined;
    if (isNode(last)) return lastOf(text, last);
    if (last === undefined) return range[1];
    const value = isNode(last.value) && !isEmpty(last.value) ? lastOf(text, last.value) : undefined;
    return value ?? colonAfter(text, isNode(last.key) ? (last.key.range?.[1] ?? range[1]) : range[1]);
  }
  return range[0] + text.slice(range[0], range[1]).trimEnd().length;
}

function colonAfter(text: string, at: number): number {
  const colon = /^\s*:/.exec(text.slice(at, at + 20));
  return colon === null ? at : at + colon[0].length;
}

function columnOf(text: string, at: number): number {
  return at - (text.lastIndexOf("\n", at - 1) + 1);
}
