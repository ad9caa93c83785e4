// Converts a `yaml` document to the tree of `tree.ts`: adds source positions, resolves aliases and merge keys, and
// leaves holes where the text is broken.
import { isAlias, isMap, isScalar, type Node, type Pair, Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import type { Source, Span } from "../base/source.ts";
import { namesOf } from "./anchors.ts";
import { commentsIn } from "./comments.ts";
import type { Graft } from "./condense.ts";
import { type Draft, originOf } from "./draft.ts";
import type { Items } from "./items.ts";
import { LIMITS } from "./limits.ts";
import { containsHole, entriesOf } from "./merge.ts";
import { extent, hole, scalar, withDuplicate } from "./node.ts";
import type { Problem } from "./problem.ts";
import { indexRanges, type RangeIndex } from "./ranges.ts";
import { type Recovered, recover } from "./recover.ts";
import { decodeScalar } from "./source-map.ts";
import { nameOfTag } from "./tags.ts";
import {
  type HoleNode,
  type MapEntry,
  type MapNode,
  type Path,
  type ScalarNode,
  type ScalarStyle,
  spanOf,
  type YamlNode,
} from "./tree.ts";

export interface ComposedTree {
  /** Undefined if the file is empty or cannot be read at all. */
  readonly root: YamlNode | undefined;
  readonly problems: readonly Problem[];
  /** The comments that are addressed to Modelwright. */
  readonly comments: readonly Span[];
}

/** Compares results, to find the best of several repairs. */
export interface Judge {
  /** The number of problems in a tree. */
  readonly countProblems: (tree: Pick<ComposedTree, "root" | "problems">) => number;
  /** Whether an item of the list with this key at the top level has no problems, regardless of the text around the list. */
  readonly isFlawless: (list: string, item: YamlNode) => boolean;
}

/**
 * Reads any text with the full parser. Returns the same tree as `readRegular` for a regular text, and all problems of
 * any other. With `items`, the full parser is spared the regular items, with the same result.
 */
export function composeDocument(source: Source, judge: Judge, items?: Items): ComposedTree {
  const known = new Map<YamlNode, boolean>();
  const isFlawless = ({ list, node }: Graft) => {
    const flawless = known.get(node) ?? judge.isFlawless(list, node);
    known.set(node, flawless);
    return flawless;
  };
  const count = (recovered: Recovered) => {
    const grafts = new Map<Node, Graft>();
    for (const [at, graft] of recovered.grafts) grafts.set(at, isFlawless(graft) ? withoutContents(graft) : graft);
    return judge.countProblems(treeOf({ ...recovered, grafts }));
  };
  const recovered = recover(source, count, items);
  return { ...treeOf(recovered), comments: commentsIn(recovered.draft) };
}

/** An item that has no problems, for a tree whose problems are counted. */
function withoutContents({ list, node: { source, start, end, size, height } }: Graft): Graft {
  return { list, node: { kind: "hole", source, start, end, size, height } };
}

function treeOf({ document, draft, problems, holes, covered, grafts }: Recovered): Omit<ComposedTree, "comments"> {
  const { source } = draft;
  const anchors: Context["anchors"] = new Map();
  const context: Context = {
    source,
    draft,
    problems: [...problems],
    holes: indexRanges(holes),
    covered: indexRanges(covered),
    anchors,
    open: new Map(),
    duplicates: new Set(),
    aliased: 0,
    isTooDeep: problems.some(({ kind }) => kind === "too-large"),
    anchorNames: namesOf(anchors),
    grafts,
  };
  if (document?.contents == null) return { root: undefined, problems: context.problems };
  const place = { from: 0, limit: source.text.length, depth: 0, inFlow: false, path: undefined };
  return { root: convert(context, document.contents, place), problems: context.problems };
}

interface Context {
  readonly source: Source;
  /** The text that the document was parsed from; maps its offsets to those of the source. */
  readonly draft: Draft;
  readonly problems: Problem[];
  /** Broken ranges: a value in one of them becomes a hole, and the collections around it are incomplete. */
  readonly holes: RangeIndex;
  readonly covered: RangeIndex;
  readonly anchors: Map<string, YamlNode>;
  /** Anchors of collections that are still being converted; an alias to one of them would be infinite. */
  readonly open: Map<string, Span>;
  /** Maps with several duplicate keys. A dash is probably missing, so the list contains more items than it seems. */
  readonly duplicates: Set<YamlNode>;
  aliased: number;
  /** Whether the file was already reported as too large. */
  isTooDeep: boolean;
  readonly anchorNames: () => readonly string[];
  /** The nodes that are placeholders for known trees. */
  readonly grafts: Recovered["grafts"];
}

/** The context of a node: its offsets, its depth, whether it is inside `{ }` or `[ ]`, and its path. */
interface Place {
  readonly from: number;
  readonly limit: number;
  readonly depth: number;
  readonly inFlow: boolean;
  readonly path: Path | undefined;
}

function convert(context: Context, node: Node | null, place: Place): YamlNode {
  const { source } = context;
  const [start, end] = rangeOf(context, node, place);
  // A key without a value, as in `{ name: x, url }`, has an empty value. If something was blanked out there, it is a
  // hole.
  if (node === null) {
    return context.holes.touches(start, Math.max(place.limit, start + 1))
      ? hole(source, start, end)
      : scalar(source, start, end, "plain", null, "");
  }
  const known = context.grafts.get(node);
  if (known !== undefined) return known.node;
  if (place.depth > LIMITS.depth) {
    addTooDeep(context, { source, start, end });
    return hole(source, start, end);
  }
  if (isAlias(node)) return convertAlias(context, node.source, { source, start, end }, place);
  const { anchor } = node;
  if (anchor !== undefined) context.open.set(anchor, { source, start, end });
  const untagged = isScalar(node)
    ? convertScalar(context, node, place)
    : isMap(node)
      ? convertMap(context, node as YAMLMap<Node, Node | null>, place)
      : convertList(context, node as YAMLSeq<Node>, place);
  const converted = tagged(untagged, nameOfTag(node.tag));
  if (anchor !== undefined) {
    context.open.delete(anchor);
    context.anchors.set(anchor, converted);
  }
  return converted;
}

/**
 * Applies the tag of a value. A set becomes a list of its members, and an ordered map a list of `[key, value]` lists.
 */
function tagged(node: YamlNode, tag: string | undefined): YamlNode {
  if (tag === undefined || node.kind === "hole") return node;
  if (tag === "set" && node.kind === "map") {
    const items = node.entries.map(({ key }) => key);
    return { ...node, kind: "list", tag, ...extent(items, 0), items, places: items.map(spanOf) };
  }
  if ((tag !== "omap" && tag !== "pairs") || node.kind !== "list") return { ...node, tag };
  const items = node.items.map((item): YamlNode => {
    const [entry, ...others] = item.kind === "map" ? item.entries : [];
    if (item.kind !== "map" || entry === undefined || others.length > 0) return item;
    const pair = [entry.key, entry.value];
    return { ...item, kind: "list", ...extent(pair, 0), items: pair, places: pair.map(spanOf) };
  });
  return { ...node, tag, ...extent(items, 0), items };
}

function convertAlias(context: Context, name: string, span: Span, { depth }: Place): YamlNode {
  const target = context.anchors.get(name);
  const anchor = context.open.get(name);
  if (anchor !== undefined) context.problems.push({ kind: "recursive-alias", span, name, anchor });
  else if (target === undefined) {
    context.problems.push({ kind: "unknown-anchor", span, name, known: context.anchorNames() });
  } else if (depth + target.height > LIMITS.depth) {
    addTooDeep(context, span);
  } else {
    context.aliased += target.size;
    if (context.aliased <= LIMITS.aliasedNodes) return target;
    if (context.aliased - target.size <= LIMITS.aliasedNodes) {
      context.problems.push({ kind: "too-large", span, what: "aliases" });
    }
  }
  return hole(span.source, span.start, span.end);
}

/** Reported once per file, because further deep nesting is usually of the same kind. */
function addTooDeep(context: Context, span: Span): void {
  if (context.isTooDeep) return;
  context.isTooDeep = true;
  context.problems.push({
    kind: "too-large",
    span: { ...span, end: Math.min(span.end, span.start + 1) },
    what: "nesting",
  });
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  [Scalar.BLOCK_FOLDED]: "folded",
  [Scalar.BLOCK_LITERAL]: "literal",
  [Scalar.QUOTE_DOUBLE]: "double",
  [Scalar.QUOTE_SINGLE]: "single",
};

function convertScalar(context: Context, node: Scalar, place: Place): ScalarNode | HoleNode {
  const { source } = context;
  const [start, end] = rangeOf(context, node, place);
  const value = scalarValue(node);
  // If a value is written but cannot be read, the mistake is after the key.
  const isEmpty = value === null && start === end;
  if (context.holes.touches(start, isEmpty ? place.limit : end)) return hole(source, start, end);
  const style = STYLES[node.type ?? ""] ?? "plain";
  const text = typeof value === "string" ? value : (node.source ?? "");
  const covered = context.covered.within(start, end);
  if (covered.length === 0) return scalar(source, start, end, style, value, text);
  // Take text that was replaced by letters from the source again.
  const decoded = decodeScalar(scalar(source, start, end, style, "", "")).text;
  for (const range of covered) {
    const written = source.text.slice(range.start, range.end);
    if (style === "plain" && (place.inFlow || /:\s|\s#/.test(written))) {
      context.problems.push({
        kind: "unquoted-expression",
        span: { source, ...range },
        path: place.path,
        scalar: { source, start, end },
      });
    }
  }
  return scalar(source, start, end, style, decoded, decoded);
}

function scalarValue({ value, source }: Scalar): ScalarNode["value"] {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    case "bigint":
      return Number(value);
    default:
      return value === null ? null : (source ?? "");
  }
}

function convertMap(context: Context, node: YAMLMap<Node, Node | null>, place: Place): YamlNode {
  const { source, problems } = context;
  const [start, end] = rangeOf(context, node, place);
  const entries: MapEntry[] = [];
  const inherited: MapEntry[] = [];
  const seen = new Map<string, number>();
  const invalidKeys: (readonly [number, number])[] = [];
  const inFlow = node.flow === true;
  let isMergeBroken = false;
  let duplicates = 0;
  node.items.forEach((pair: Pair<Node, Node | null>, i) => {
    const following = node.items[i + 1]?.key;
    const next = following == null ? (inFlow ? end : place.limit) : rangeOf(context, following, place)[0];
    const key = isScalar(pair.key) ? convertScalar(context, pair.key, { ...place, inFlow: false }) : undefined;
    if (key?.kind === "hole") return;
    if (key !== undefined && pair.key?.anchor !== undefined) context.anchors.set(pair.key.anchor, key);
    if (key === undefined || (key.value === null && key.style === "plain")) {
      invalidKeys.push(rangeOf(context, pair.key, place));
      return;
    }
    const path: Path = { parent: place.path, key: key.text };
    const value = convert(context, pair.value, { from: key.end, limit: next, depth: place.depth + 1, inFlow, path });
    if (key.text === "<<" && key.style === "plain") {
      const merged = entriesOf(value);
      if (merged === undefined) problems.push({ kind: "merge-value", span: spanOf(key), path });
      isMergeBroken ||= merged === undefined || containsHole(value);
      for (const entry of merged ?? []) inherited.push(entry);
      return;
    }
    const at = seen.get(key.text) ?? -1;
    const first = entries[at];
    if (first === undefined) {
      seen.set(key.text, entries.length);
      entries.push({ key, value });
    } else {
      duplicates++;
      problems.push({ kind: "duplicate-key", span: spanOf(key), path, first: spanOf(first.key) });
      entries[at] = { key: first.key, value: withDuplicate(first.value, value) };
    }
  });
  for (const [from, to] of invalidKeys.slice(0, 1)) {
    // `{{ name }}` is a map whose key is a map; report all of it.
    const span = { source, start: inFlow ? start : from, end: firstLineEnd(source.text, from, inFlow ? end : to) };
    problems.push({ kind: "yaml-syntax", span, code: "KEY_NOT_TEXT", detail: "A key must be text." });
    if (inFlow) return hole(source, start, end);
  }
  for (const entry of inherited) {
    if (seen.has(entry.key.text)) continue;
    seen.set(entry.key.text, entries.length);
    entries.push(entry);
  }
  const values = entries.map(({ value }) => value);
  const incomplete = invalidKeys.length > 0 || isMergeBroken || isIncomplete(context, node, place);
  const map: MapNode = { kind: "map", source, start, end, ...extent(values, 1), entries, incomplete };
  if (duplicates > 1) context.duplicates.add(map);
  return map;
}

function firstLineEnd(text: string, start: number, end: number): number {
  const newline = text.slice(start, end).search(/\r?\n/);
  return newline < 0 ? Math.max(end, Math.min(start + 1, text.length)) : start + newline;
}

function convertList(context: Context, node: YAMLSeq<Node>, place: Place): YamlNode {
  const { source } = context;
  const [start, end] = rangeOf(context, node, place);
  const inFlow = node.flow === true;
  const items = node.items.map((item, i) => {
    const following: Node | undefined = node.items[i + 1];
    const next = following === undefined ? (inFlow ? end : place.limit) : rangeOf(context, following, place)[0];
    const path: Path = { parent: place.path, key: i };
    return convert(context, item, {
      from: rangeOf(context, item, place)[0],
      limit: next,
      depth: place.depth + 1,
      inFlow,
      path,
    });
  });
  const incomplete = isIncomplete(context, node, place) || items.some((item) => context.duplicates.has(item));
  const places = node.items.map((item, i) => {
    const known = context.grafts.get(item);
    if (known !== undefined) return spanOf(known.node);
    const [from, to] = rangeOf(context, item, { ...place, limit: items[i]?.start ?? end });
    return { source, start: from, end: to };
  });
  return { kind: "list", source, start, end, ...extent(items, 0), items, places, incomplete };
}

/** Whether something was blanked out inside a list or map. What seems to be missing may just be unreadable. */
function isIncomplete(context: Context, node: YAMLMap | YAMLSeq, place: Place): boolean {
  const [, end] = rangeOf(context, node, place);
  return context.holes.touches(place.from, node.flow === true ? end : place.limit);
}

/** The source range of a node. A node that is not written is at the limit of its place. */
function rangeOf({ draft }: Context, node: Node | null, { limit }: Place): readonly [number, number] {
  if (node?.range == null) return [limit, limit];
  return [originOf(draft, node.range[0]), originOf(draft, node.range[1])];
}
