// Reads texts in which nothing is unusual, in one pass over the tokens of the `yaml` lexer. It gives the same tree as the
// whole way through the parser of `yaml` and its documents, or nothing: what that would say about an unusual text, only
// that can say. Nearly every file is read here, in a third of the time.
import type { Source, Span } from "../base/source.ts";
import { mendConflicts, strangeCharacter } from "./common-mistakes.ts";
import { advance, type Cursor, columnOf, cursorOf, NOT_PLAIN, skipBlanks, skipLineEnd } from "./cursor.ts";
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
import { LIMITS, tooManyMarksAt } from "./limits.ts";
import { extent, scalar } from "./node.ts";
import { type ListNode, type MapNode, type ScalarNode, spanOf, type YamlNode } from "./tree.ts";

/** A text that was read, with the comments in it that speak to Modelwright. */
export interface RegularText {
  readonly root: YamlNode;
  readonly comments: readonly Span[];
}

/** Reads a text; nothing when something in it is unusual, or wrong. */
export function readRegular(source: Source): RegularText | undefined {
  if (tooManyMarksAt(source.text) !== undefined) return undefined;
  if (strangeCharacter(source) !== undefined || mendConflicts(draftOf(source)).problems.length > 0) return undefined;
  try {
    const reader: Reader = { ...cursorOf(source), column: 0, end: 0, gap: NO_COMMENT };
    toContent(reader, -1, false);
    if (reader.kind === "doc-start") {
      advance(reader);
      skipBlanks(reader);
      skipLineEnd(reader);
      toContent(reader, -1, false);
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

/** A cursor that knows how far in its line it stands, and what lies behind it. */
interface Reader extends Cursor {
  /** Where in its line the next token stands that is neither blank nor comment; -1 at the end of the text. */
  column: number;
  /** Where the value that was read last ends, with the blanks and the comment behind it. */
  end: number;
  /** The column of the rightmost comment that stands between that value and the next token, on lines of their own. */
  gap: number;
}

const NO_COMMENT = -1;

/** From the begin of a line to the next token. A comment that is indented more than the list or map goes with its last value. */
function toContent(reader: Reader, indent: number, isBehindValue: boolean): void {
  reader.gap = NO_COMMENT;
  for (;;) {
    skipBlanks(reader);
    if (reader.kind === "comment") {
      const column = columnOf(reader);
      skipLineEnd(reader);
      if (isBehindValue && reader.gap === NO_COMMENT && column > indent) reader.end = reader.at;
      else reader.gap = Math.max(reader.gap, column);
    } else if (reader.kind === "newline") skipLineEnd(reader);
    else break;
  }
  reader.column = reader.kind === "end" ? -1 : columnOf(reader);
}

/** From the end of a value in a list or map with this indentation over the end of its line to the next token. */
function finishLine(reader: Reader, indent: number): void {
  if (reader.kind === "space") advance(reader);
  skipLineEnd(reader);
  reader.end = reader.at;
  toContent(reader, indent, true);
}

/** A list or map ends behind the comments that are indented as it is; those that are indented less stand behind it. */
function close(reader: Reader, indent: number): void {
  if (indent === 0 || reader.gap < indent) return;
  reader.gap = NO_COMMENT;
  reader.end = reader.at;
}

/** Reads what stands behind a colon or a dash of a list or map with this indentation. */
function readValue(reader: Reader, indent: number, depth: number, isItem: boolean): YamlNode {
  if (depth > LIMITS.depth) throw NOT_PLAIN;
  skipBlanks(reader);
  const anchor = reader.kind === "anchor" ? readAnchor(reader) : undefined;
  const value = readBehind(reader, indent, depth, isItem, anchor !== undefined);
  if (anchor !== undefined) reader.anchors.set(anchor, value);
  return value;
}

function readBehind(reader: Reader, indent: number, depth: number, isItem: boolean, isAnchored: boolean): YamlNode {
  const { kind } = reader;
  if (kind === "newline" || kind === "comment" || kind === "end")
    return readBelow(reader, indent, depth, isItem, isAnchored);
  if (kind === "block-scalar-header") {
    const value = readBlockScalar(reader, indent);
    reader.end = reader.at;
    toContent(reader, indent, false);
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

/** Reads what stands on the lines below a colon or a dash, or nothing, of which only comments can change the place. */
function readBelow(reader: Reader, indent: number, depth: number, isItem: boolean, isAnchored: boolean): YamlNode {
  const { source, at } = reader;
  let isCommented = reader.kind === "comment" || (isItem && reader.gap !== NO_COMMENT);
  skipLineEnd(reader);
  toContent(reader, indent, false);
  isCommented ||= reader.gap !== NO_COMMENT;
  reader.gap = NO_COMMENT;
  const isList = !isItem && reader.column === indent && reader.kind === "seq-item-ind";
  if (reader.column > indent || isList) return readBlock(reader, indent, depth);
  if (isCommented || isAnchored) throw NOT_PLAIN;
  reader.end = at;
  return scalar(source, at, at, "plain", null, "");
}

/** Reads a list, a map, or any other value that nothing stands before in its line but indentation and dashes. */
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

/** Reads a scalar, or what stands in `{ }` or `[ ]`, and the rest of its line. */
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
  // Deeper than its own keys stands nothing that could follow.
  if (reader.column > column) throw NOT_PLAIN;
  const { end } = reader;
  close(reader, column);
  return mapOf(reader, map, first.start, end);
}

function readList(reader: Reader, column: number, depth: number): ListNode {
  const { source, at } = reader;
  const items: YamlNode[] = [];
  const places: Span[] = [];
  do {
    const start = reader.at;
    advance(reader);
    const item = readValue(reader, column, depth + 1, true);
    items.push(item);
    places.push(item.start < start ? reader.alias : spanOf(item));
  } while (reader.column === column && reader.kind === "seq-item-ind");
  if (reader.column > column) throw NOT_PLAIN;
  const { end } = reader;
  close(reader, column);
  return { kind: "list", source, start: at, end, ...extent(items, 0), items, places, incomplete: false };
}
