// Reads a large JSON document in pieces: the items of the outermost list, or of the lists in the outermost object. Only one
// piece is in memory at a time, and nothing is read ahead.

import { decodeText, MAX_LINE } from "../../system/lines.ts";
import { readJson } from "./read-json.ts";

/** A position: an offset in bytes, and a line and a column (in UTF-16 units), both from 1. */
export interface TextPosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** One item, as bytes. */
export interface JsonPiece extends TextPosition {
  /** The key of its list; `undefined` for the outermost list. */
  readonly key: string | undefined;
  readonly bytes: Buffer;
}

/** The value of a piece, or why it is invalid. */
export type PieceValue =
  | { readonly kind: "value"; readonly value: unknown }
  /** The message includes line and column. */
  | { readonly kind: "broken"; readonly message: string };

const [QUOTE, COMMA, COLON, BACKSLASH, NEWLINE] = [0x22, 0x2c, 0x3a, 0x5c, 0x0a];
const [OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [0x5b, 0x5d, 0x7b, 0x7d];
const MARK = [0xef, 0xbb, 0xbf];

/** What may come next when no value is being read. */
type Expected = "document" | "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end" | "nothing";

const MISSING: Readonly<Record<Expected, string>> = {
  document: "expected a list or an object",
  value: "expected a value",
  "value or end": "expected a value or `]`",
  key: "expected a key in double quotes",
  "key or end": "expected a key in double quotes or `}`",
  colon: "expected `:`",
  "comma or end": "expected `,` or the end of the list or object",
  nothing: "unexpected text after the end of the document",
};

/**
 * Yields the items of a document; other values are skipped. Throws, with line and column, if the structure of the document
 * is invalid. An item that is invalid inside is yielded as it is.
 */
export async function* jsonPieces(stream: AsyncIterable<Buffer | string>): AsyncGenerator<JsonPiece> {
  const around: number[] = []; // the open lists and objects, at most two
  const cursor: Cursor = { offset: 0, line: 1, column: 1, depth: 0, inText: false, isEscaped: false };
  let expected: Expected = "document";
  let key: string | undefined;
  /** The value that is being read. It is skipped if it is not an item. */
  let value:
    | (TextPosition & { readonly kind: "key" | "item" | "skipped" | "atom"; readonly isItem: boolean })
    | undefined;
  let pieces: Buffer[] = [];
  let size = 0;

  const fail = (message: string): never => {
    throw new Error(`line ${cursor.line}, column ${cursor.column}: ${message}`);
  };
  const closes = (byte: number): boolean => byte === (around.at(-1) === OPEN_LIST ? CLOSE_LIST : CLOSE_MAP);

  for await (const chunk of stream) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    let start = 0;
    let at = 0;
    while (at < bytes.length) {
      if (value !== undefined) {
        const end = value.kind === "atom" ? endOfAtom(bytes, at) : endOfValue(bytes, at, cursor);
        if (value.kind === "atom") step(cursor, bytes, at, end < 0 ? bytes.length : end);
        if (end < 0) break;
        at = end;
        const { kind, isItem, ...place } = value;
        value = undefined;
        if (kind === "key") {
          key =
            keyOf(Buffer.concat([...pieces, bytes.subarray(start, at)])) ?? fail("this key is not a valid JSON string");
          expected = "colon";
        } else {
          expected = "comma or end";
          if (isItem) yield { key, ...place, bytes: Buffer.concat([...pieces, bytes.subarray(start, at)]) };
        }
        pieces = [];
        size = 0;
        continue;
      }
      const byte = bytes[at] ?? 0;
      const takesValue = expected === "value" || expected === "value or end";
      if (isSpace(byte)) {
        // Whitespace is skipped.
      } else if (cursor.offset < MARK.length && byte === MARK[cursor.offset]) {
        cursor.column -= cursor.offset === 0 ? 1 : 0; // a byte order mark takes no column
      } else if (expected === "document" && (byte === OPEN_LIST || byte === OPEN_MAP)) {
        around.push(byte);
        expected = byte === OPEN_LIST ? "value or end" : "key or end";
      } else if (expected === "colon" && byte === COLON) {
        expected = "value";
      } else if (expected === "comma or end" && byte === COMMA) {
        expected = around.at(-1) === OPEN_LIST ? "value" : "key";
      } else if (/end$/.test(expected) && closes(byte)) {
        around.pop();
        expected = around.length === 0 ? "nothing" : "comma or end";
      } else if (takesValue && byte === OPEN_LIST && around.length === 1 && around[0] === OPEN_MAP) {
        around.push(byte);
        expected = "value or end";
      } else if ((takesValue && startsValue(byte)) || (/^key/.test(expected) && byte === QUOTE)) {
        const isItem = takesValue && around.at(-1) === OPEN_LIST;
        const isAtom = byte !== QUOTE && byte !== OPEN_LIST && byte !== OPEN_MAP;
        const kind = takesValue ? (isAtom ? "atom" : isItem ? "item" : "skipped") : "key";
        const { offset, line, column } = cursor;
        value = { kind, isItem, offset, line, column };
        start = at;
        continue;
      } else {
        fail(MISSING[expected]);
      }
      step(cursor, bytes, at, at + 1);
      at++;
    }
    if (value !== undefined && (value.isItem || value.kind === "key")) {
      pieces.push(bytes.subarray(start));
      size += bytes.length - start;
      if (size > MAX_LINE)
        fail(`the item that begins in line ${value.line} is longer than the limit of ${MAX_LINE} bytes`);
    }
  }
  if (value !== undefined) fail(`the value that begins in line ${value.line}, column ${value.column} is not closed`);
  if ((expected as Expected) !== "nothing") fail(around.length === 0 ? MISSING.document : "the document is not closed");
}

/** The current position in a document, and the state inside a value. */
interface Cursor {
  offset: number;
  line: number;
  column: number;
  depth: number;
  inText: boolean;
  isEscaped: boolean;
}

/** The end of the list, object or string that is being read; negative if it is after these bytes. */
function endOfValue(bytes: Buffer, from: number, cursor: Cursor): number {
  // Local variables are faster, and this loop processes every byte.
  let { line, column, depth, inText, isEscaped } = cursor;
  let at = from;
  let isOver = false;
  while (!isOver && at < bytes.length) {
    const byte = bytes[at++] as number;
    if (byte === NEWLINE) {
      line++;
      column = 1;
    } else if ((byte & 0xc0) !== 0x80) {
      column += byte >= 0xf0 ? 2 : 1;
    }
    if (inText) {
      if (isEscaped) isEscaped = false;
      else if (byte === BACKSLASH) isEscaped = true;
      else if (byte === QUOTE) {
        inText = false;
        isOver = depth === 0;
      }
    } else if (byte === QUOTE) inText = true;
    else if (byte === OPEN_LIST || byte === OPEN_MAP) depth++;
    else if (byte === CLOSE_LIST || byte === CLOSE_MAP) isOver = --depth === 0;
  }
  Object.assign(cursor, { offset: cursor.offset + at - from, line, column, depth, inText, isEscaped });
  return isOver ? at : -1;
}

/** The end of a number or a word; negative if it is after these bytes. */
function endOfAtom(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (isSpace(byte) || !startsValue(byte)) return at;
  }
  return -1;
}

/** Advances the cursor over some bytes. */
function step(cursor: Cursor, bytes: Buffer, from: number, to: number): void {
  for (const byte of bytes.subarray(from, to)) {
    cursor.offset++;
    if (byte === NEWLINE) {
      cursor.line++;
      cursor.column = 1;
    } else if ((byte & 0xc0) !== 0x80) {
      cursor.column += byte >= 0xf0 ? 2 : 1;
    }
  }
}

/** Parses the value of a piece. */
export function pieceValue(piece: JsonPiece): PieceValue {
  const text = decodeText(piece.bytes);
  if (text === undefined) return { kind: "broken", message: `line ${piece.line}: the item is not valid UTF-8` };
  const read = readJson(text);
  if (read.kind === "value") return read;
  const before = text.slice(0, read.offset).split("\n");
  const last = before.at(-1) ?? "";
  const column = last.length + (before.length === 1 ? piece.column : 1);
  return { kind: "broken", message: `line ${piece.line + before.length - 1}, column ${column}: ${read.message}` };
}

function keyOf(bytes: Buffer): string | undefined {
  try {
    return String(JSON.parse(bytes.toString()));
  } catch {
    return undefined;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;
}

/** Any byte that is not punctuation may start a value. The value is validated when it is parsed. */
function startsValue(byte: number): boolean {
  return byte !== COMMA && byte !== COLON && byte !== CLOSE_LIST && byte !== CLOSE_MAP;
}
