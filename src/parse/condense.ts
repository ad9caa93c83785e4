// Lets the full parser skip regular items. In the text that it reads, each of them is replaced with one plain scalar of the
// same length. Afterward, the tree of the item replaces the scalar. All offsets and errors stay the same, because the lexer
// and the parser return to the same state at the next dash, whatever the item contains.
import { type Document, isMap, isScalar, isSeq, type Node } from "yaml";
import { remember } from "../base/remember.ts";
import type { Source } from "../base/source.ts";
import { coverExpressions } from "./common-mistakes.ts";
import { type Draft, draftOf, type Range } from "./draft.ts";
import { type Items, itemPlaces } from "./items.ts";
import { indexRanges } from "./ranges.ts";
import { readYaml, type TooDeep, type YamlText } from "./read-yaml.ts";
import { itemAt } from "./regular.ts";
import { decodeScalar } from "./source-map.ts";
import type { ScalarNode, YamlNode } from "./tree.ts";

/** The tree of an item, and the key of the list that contains it. */
export interface Graft {
  readonly node: YamlNode;
  readonly list: string;
}

/** The result of reading a draft. */
export interface DraftText extends YamlText {
  /** The trees that belong to the replaced items in the document. */
  readonly grafts: ReadonlyMap<Node, Graft>;
}

/** Reads a draft. `holes` are the ranges that were blanked out. `isCovered`: expressions were covered. */
export type DraftReader = (draft: Draft, holes: readonly Range[], isCovered: boolean) => DraftText | TooDeep;

/** The reader for the drafts of a source. Except for the grafts, the result is the same as without items. */
export function draftReader(source: Source, items: Items | undefined): DraftReader {
  const regular = items === undefined ? [] : regularItems(source, items);
  return (draft, holes, isCovered) => {
    const replaced = regular.length === 0 ? [] : replacedIn(draft, regular, holes, isCovered);
    if (replaced.length > 0) {
      const read = readYaml(condensed(draft.text, replaced));
      const grafts = "kind" in read ? undefined : graftsIn(read.document, replaced);
      if (!("kind" in read) && grafts !== undefined) return { ...read, grafts };
    }
    const read = readYaml(draft.text);
    return "kind" in read ? read : { ...read, grafts: new Map() };
  };
}

/** An item of the source that could be read on its own. */
interface RegularItem extends Range {
  readonly node: YamlNode;
  readonly text: string;
  /** The item as one scalar of the same length. */
  readonly replacement: string;
  /** Its text with covered expressions; `undefined` if that text might be read differently. */
  readonly covered: () => string | undefined;
}

/** A regular item that a draft contains unchanged. */
interface Replaced {
  /** The offset of the dash in the draft. */
  readonly at: number;
  readonly item: RegularItem;
}

function regularItems(source: Source, items: Items): readonly RegularItem[] {
  const found: RegularItem[] = [];
  for (const place of itemPlaces(source.text)) {
    const item = itemAt(items, source, { ...place, isCommented: false });
    const text = source.text.slice(place.start, place.end);
    const replacement = item && replacementFor(text, item.node.start - place.start);
    if (item === undefined || replacement === undefined) continue;
    const { node } = item;
    const covered = remember(() => ({ text: withExpressionsCovered(source, place.start, text, node) }));
    found.push({ start: place.start, end: place.end, node, text, replacement, covered: () => covered(node).text });
  }
  return found;
}

/** A plain scalar in place of the item. It contains a quote if an unclosed quote before the item would end in the item. */
function replacementFor(text: string, value: number): string | undefined {
  const indicator = text.slice(0, value);
  const [tail = ""] = /\r?\n *$/.exec(text) ?? [];
  const length = text.length - value - tail.length;
  if (!/^- +$/.test(indicator) || length < MIN_LENGTH) return undefined;
  const quotes = `x${closes(text, '"') ? '"' : "x"}x${closes(text, "'") ? "'" : "x"}x`;
  return indicator + quotes + "x".repeat(length - quotes.length) + tail;
}

const MIN_LENGTH = 5;

/** Whether an unclosed quote before the text ends in it. */
function closes(text: string, quote: '"' | "'"): boolean {
  return (quote === '"' ? /(?<!\\)(?:\\\\)*"/ : /(?<!')'(?:'')*(?!')/).test(text);
}

/** Covers the expressions of an item as in the draft, if the full parser still reads the same tree. */
function withExpressionsCovered(source: Source, start: number, text: string, node: YamlNode): string | undefined {
  if (!text.includes("${")) return text;
  const { draft, covered } = coverExpressions(draftOf({ path: source.path, text }));
  const index = indexRanges(covered);
  let rest = covered.length;
  const check = (scalar: ScalarNode): boolean => {
    const within = index.within(scalar.start - start, scalar.end - start);
    if (within.length === 0) return true;
    rest -= within.length;
    return (
      within.every((range) => range.start >= scalar.start - start && range.end <= scalar.end - start) &&
      (scalar.style !== "plain" || within.every((range) => !/:\s|\s#/.test(text.slice(range.start, range.end)))) &&
      scalar.value === scalar.text &&
      decodeScalar({ ...scalar, value: "", text: "", template: undefined }).text === scalar.text
    );
  };
  const isSame = everyScalar(node, check);
  return isSame && rest === 0 ? draft.text : undefined;
}

function everyScalar(node: YamlNode, check: (scalar: ScalarNode) => boolean): boolean {
  if (node.kind === "scalar") return check(node);
  if (node.kind === "list") return node.items.every((item) => everyScalar(item, check));
  return node.kind === "hole" || node.entries.every(({ key, value }) => check(key) && everyScalar(value, check));
}

/** The regular items that a draft contains unchanged, in text order. */
function replacedIn(
  draft: Draft,
  regular: readonly RegularItem[],
  holes: readonly Range[],
  isCovered: boolean,
): readonly Replaced[] {
  const index = indexRanges(holes);
  const found: Replaced[] = [];
  for (const item of regular) {
    const text = isCovered ? item.covered() : item.text;
    const at = placeIn(draft, item);
    if (text === undefined || at === undefined || !draft.text.startsWith(text, at)) continue;
    const column = text.length - 1 - text.lastIndexOf("\n");
    const isItem = draft.text.startsWith(`\n${" ".repeat(column)}`, at - column - 1);
    const isFollowed = /^-\s/.test(draft.text.slice(at + text.length, at + text.length + 2));
    // The end of the last map of an item is looked up after the next dash.
    if (isItem && isFollowed && !index.touches(item.start, item.end + 2)) found.push({ at, item });
  }
  return found;
}

/** The range of the draft that corresponds to a range of the source; `undefined` if the draft does not contain all of it. */
function placeIn({ origins, text }: Draft, { start, end }: Range): number | undefined {
  if (origins === undefined) return start;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((origins[middle] ?? 0) <= start) low = middle;
    else high = middle - 1;
  }
  for (let by = 0; by <= end - start; by++) if (origins[low + by] !== start + by) return undefined;
  return low;
}

function condensed(text: string, replaced: readonly Replaced[]): string {
  const pieces: string[] = [];
  let end = 0;
  for (const { at, item } of replaced) {
    pieces.push(text.slice(end, at), item.replacement);
    end = at + item.replacement.length;
  }
  return pieces.join("") + text.slice(end);
}

/**
 * Maps each replacement in a document to its item. Returns `undefined` unless all of them are items of lists at the top level,
 * with items after them, and no alias can refer to these lists.
 */
function graftsIn(document: Document | undefined, replaced: readonly Replaced[]): DraftText["grafts"] | undefined {
  const grafts = new Map<Node, Graft>();
  const root = document?.contents;
  if (!isMap<Node, Node | null>(root) || isNamed(root)) return undefined;
  const byStart = new Map(replaced.map((each) => [each.at + each.item.node.start - each.item.start, each]));
  for (const { key, value } of root.items) {
    // The value of a merge key is a symbol.
    if (!isScalar(key) || typeof key.value !== "string" || !isSeq<Node>(value) || isNamed(value)) continue;
    for (const item of value.items.slice(0, -1)) {
      if (!isScalar(item) || item.range == null || isNamed(item)) continue;
      const found = byStart.get(item.range[0]);
      if (found !== undefined && found.item.replacement.trimEnd().length + found.at === item.range[1])
        grafts.set(item, { node: found.item.node, list: key.value });
    }
  }
  return grafts.size === replaced.length ? grafts : undefined;
}

function isNamed({ anchor, tag }: Pick<Node, "tag"> & { readonly anchor?: string }): boolean {
  return anchor !== undefined || tag !== undefined;
}
