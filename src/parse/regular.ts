// The fast path: reads texts without unusual syntax in a single pass over the tokens of the `yaml` lexer. Returns the
// same tree as the full parser (`compose.ts`), or `undefined` if only the full parser can read the text and report its
// problems. Reads nearly every file, in a third of the time.
import type { Source, Span } from "../base/source.ts";
import { coverConflicts, invalidCharacter } from "./common-mistakes.ts";
import {
  advance,
  type Cursor,
  columnOf,
  cursorOf,
  lexemesAfterDash,
  NOT_PLAIN,
  skipBlanks,
  skipLineEnd,
} from "./cursor.ts";
import { draftOf } from "./draft.ts";
import {
  addEntry,
  checkKey,
  isFlowScalar,
  mapDraft,
  mapOf,
  readAlias,
  readAnchor,
  readBlockScalar,
  readFlow,
  readFlowScalar,
} from "./inline.ts";
import { type ItemPlace, type Items, movedItem, nextDash, type ReadItem } from "./items.ts";
import { LIMITS, tooManyMarksAt } from "./limits.ts";
import { extent, scalar } from "./node.ts";
import { type ListNode, type MapNode, type ScalarNode, spanOf, type YamlNode } from "./tree.ts";

/** A parsed text, and the comments that are addressed to Modelwright. */
export interface RegularText {
  readonly root: YamlNode;
  readonly comments: readonly Span[];
}

/**
 * Reads a text; `undefined` if it contains unusual syntax or an error. With `items`, the items of the lists at the top level
 * are taken from there or added there; the result is the same.
 */
export function readRegular(source: Source, items?: Items): RegularText | undefined {
  if (tooManyMarksAt(source.text) !== undefined) return undefined;
  if (invalidCharacter(source) !== undefined || coverConflicts(draftOf(source)).problems.length > 0) return undefined;
  try {
    const reader: Reader = { ...cursorOf(source), column: 0, end: 0, gap: NO_COMMENT, items };
    skipToToken(reader, -1, false);
    if (reader.kind === "doc-start") {
      advance(reader);
      skipBlanks(reader);
      skipLineEnd(reader);
      skipToToken(reader, -1, false);
    }
    reader.gap = NO_COMMENT;
    const root = readBlock(reader, -1, 0);
    if (reader.kind !== "end" || root.kind === "scalar" || "{[".includes(source.text.charAt(root.start)))
      return undefined;
    return { root, comments: reader.comments };
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

/** A cursor that tracks indentation. */
interface Reader extends Cursor {
  /** The column of the next token that is neither whitespace nor a comment; -1 at the end of the text. */
  column: number;
  /** The end of the last value, including trailing whitespace and its comment. */
  end: number;
  /** The column of the rightmost comment on a line of its own between that value and the next token. */
  gap: number;
  /** The items of the lists at the top level, if they are kept. */
  readonly items: Items | undefined;
}

const NO_COMMENT = -1;

/**
 * Skips from the start of a line to the next token. A comment that is indented further than the collection belongs to
 * its last value.
 */
function skipToToken(reader: Reader, indent: number, isAfterValue: boolean): void {
  reader.gap = NO_COMMENT;
  for (;;) {
    skipBlanks(reader);
    if (reader.kind === "comment") {
      const column = columnOf(reader);
      skipLineEnd(reader);
      if (isAfterValue && reader.gap === NO_COMMENT && column > indent) reader.end = reader.at;
      else reader.gap = Math.max(reader.gap, column);
    } else if (reader.kind === "newline") skipLineEnd(reader);
    else break;
  }
  reader.column = reader.kind === "end" ? -1 : columnOf(reader);
}

/** Skips the rest of the line after a value in a collection with this indentation, and moves to the next token. */
function finishLine(reader: Reader, indent: number): void {
  if (reader.kind === "space") advance(reader);
  skipLineEnd(reader);
  reader.end = reader.at;
  skipToToken(reader, indent, true);
}

/** Ends a list or map. Comments at its indentation are part of it; comments that are indented less are not. */
function closeCollection(reader: Reader, indent: number): void {
  if (indent === 0 || reader.gap < indent) return;
  reader.gap = NO_COMMENT;
  reader.end = reader.at;
}

/** Reads the value after the colon or dash of a collection with this indentation. */
function readValue(reader: Reader, indent: number, depth: number, isItem: boolean): YamlNode {
  if (depth > LIMITS.depth) throw NOT_PLAIN;
  skipBlanks(reader);
  const anchor = reader.kind === "anchor" ? readAnchor(reader) : undefined;
  const value = readAfterIndicator(reader, indent, depth, isItem, anchor !== undefined);
  if (anchor !== undefined) reader.anchors.set(anchor, value);
  return value;
}

function readAfterIndicator(
  reader: Reader,
  indent: number,
  depth: number,
  isItem: boolean,
  isAnchored: boolean,
): YamlNode {
  const { kind } = reader;
  if (kind === "newline" || kind === "comment" || kind === "end")
    return readBelow(reader, indent, depth, isItem, isAnchored);
  if (kind === "block-scalar-header") {
    const value = readBlockScalar(reader, indent);
    reader.end = reader.at;
    skipToToken(reader, indent, false);
    return value;
  }
  if (kind === "alias") {
    if (isAnchored) throw NOT_PLAIN;
    const value = readAlias(reader, depth);
    finishLine(reader, indent);
    return value;
  }
  return isItem && !isAnchored ? readBlock(reader, indent, depth) : readInline(reader, indent, depth);
}

/**
 * Reads the value on the lines after a colon or dash. If there is none, comments would change its position, so those
 * need the full parser.
 */
function readBelow(reader: Reader, indent: number, depth: number, isItem: boolean, isAnchored: boolean): YamlNode {
  const { source, at } = reader;
  let isCommented = reader.kind === "comment" || (isItem && reader.gap !== NO_COMMENT);
  skipLineEnd(reader);
  skipToToken(reader, indent, false);
  isCommented ||= reader.gap !== NO_COMMENT;
  reader.gap = NO_COMMENT;
  const isList = !isItem && reader.column === indent && reader.kind === "seq-item-ind";
  if (reader.column > indent || isList) return readBlock(reader, indent, depth);
  if (isCommented || isAnchored) throw NOT_PLAIN;
  reader.end = at;
  return scalar(source, at, at, "plain", null, "");
}

/** Reads a value that is preceded on its line only by indentation and dashes. */
function readBlock(reader: Reader, indent: number, depth: number): YamlNode {
  const column = columnOf(reader);
  if (reader.kind === "seq-item-ind") return readList(reader, column, depth);
  if (!isFlowScalar(reader)) return readInline(reader, indent, depth);
  const first = readFlowScalar(reader);
  if (reader.kind === "space") skipBlanks(reader);
  if (reader.kind === "map-value-ind") return readMap(reader, first, column, depth);
  finishLine(reader, indent);
  return first;
}

/** Reads a scalar or flow collection, and the rest of its line. */
function readInline(reader: Reader, indent: number, depth: number): YamlNode {
  const value = readFlow(reader, depth);
  finishLine(reader, indent);
  return value;
}

function readMap(reader: Reader, first: ScalarNode, column: number, depth: number): MapNode {
  const map = mapDraft();
  let key = first;
  for (;;) {
    checkKey(reader, key);
    addEntry(map, key, readValue(reader, column, depth + 1, false));
    if (reader.column !== column) break;
    key = readFlowScalar(reader);
    skipBlanks(reader);
  }
  // Nothing may follow at a deeper indentation than the keys.
  if (reader.column > column) throw NOT_PLAIN;
  const { end } = reader;
  closeCollection(reader, column);
  return mapOf(reader, map, first.start, end);
}

function readList(reader: Reader, column: number, depth: number): ListNode {
  const { source, at } = reader;
  const items: YamlNode[] = [];
  const places: Span[] = [];
  const areKept = reader.items !== undefined && depth === TOP_LEVEL && isFirstOnLine(reader);
  do {
    const start = reader.at;
    const item = (areKept ? readKept(reader, column) : undefined) ?? readItem(reader, column, depth);
    items.push(item);
    places.push(item.start < start ? reader.alias : spanOf(item));
  } while (reader.column === column && reader.kind === "seq-item-ind");
  if (reader.column > column) throw NOT_PLAIN;
  const { end } = reader;
  closeCollection(reader, column);
  return { kind: "list", source, start: at, end, ...extent(items, 0), items, places, incomplete: false };
}

/** The depth of the list of models. */
const TOP_LEVEL = 1;

function readItem(reader: Reader, column: number, depth: number): YamlNode {
  advance(reader);
  return readValue(reader, column, depth + 1, true);
}

function isFirstOnLine({ source, lineStart, at }: Reader): boolean {
  return source.text.slice(lineStart, at).trim() === "";
}

/**
 * Reads an item on its own. Returns `undefined`, and changes nothing, if it is the last one or depends on the text around
 * it.
 */
function readKept(reader: Reader, column: number): YamlNode | undefined {
  const { source, at } = reader;
  const end = nextDash(source.text, at, column);
  if (reader.items === undefined || end === undefined) return undefined;
  const item = itemAt(reader.items, source, { start: at, end, column, isCommented: reader.gap !== NO_COMMENT });
  if (item === undefined) return undefined;
  for (const comment of item.comments) reader.comments.push(comment);
  reader.lexemes = lexemesAfterDash(source.text.slice(end - column));
  [reader.kind, reader.text, reader.at] = ["seq-item-ind", "-", end];
  reader.lineStart = end - column;
  [reader.column, reader.gap] = [column, item.gap];
  return item.node;
}

/**
 * The item at a place: known from an earlier text, or read from its own text; `undefined` if it is not regular, or not
 * independent of the text around it.
 */
export function itemAt(items: Items, source: Source, place: ItemPlace): ReadItem | undefined {
  const { start, end, isCommented } = place;
  const text = source.text.slice(start, end);
  const known = items.read.get(text) ?? items.known.get(text);
  const item =
    known === undefined || (known.isCommented ?? isCommented) !== isCommented
      ? readAlone(source, place)
      : known.source === source && known.start === start
        ? known
        : movedItem(known, source, start);
  if (item !== undefined) items.read.set(text, item);
  return item;
}

/**
 * Reads an item from a copy of its text, so that it does not keep the text of the whole file in memory. The lexer is in
 * the same state at the dash of every item of a list, so the result is the same as in the file if the reader arrives at
 * the next dash and met no anchor or alias.
 */
function readAlone(source: Source, { start, end, column, isCommented }: ItemPlace): ReadItem | undefined {
  const lexemes = lexemesAfterDash(`${" ".repeat(column)}${source.text.slice(start, end)}- `);
  const comments: Span[] = [];
  const reader: Reader = {
    source,
    lexemes,
    comments,
    kind: "seq-item-ind",
    text: "-",
    at: start,
    lineStart: start - column,
    anchors: new Map(),
    aliased: 0,
    alias: { source, start, end: start },
    column,
    end: start,
    gap: isCommented ? column : NO_COMMENT,
    items: undefined,
  };
  try {
    const node = readItem(reader, column, TOP_LEVEL);
    if (reader.at !== end || reader.column !== column || reader.anchors.size > 0) return undefined;
    const isInline = /^- +$/.test(source.text.slice(start, node.start));
    return { source, start, node, comments, isCommented: isInline ? undefined : isCommented, gap: reader.gap };
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}
