// Reads JSON into a tree with positions, for messages with a line. `JSON.parse` of Node.js 20 does not report positions.

import { quote } from "../../base/quote.ts";

/** A value with its offsets in the text; `end` is exclusive. */
export type JsonNode = JsonMap | JsonOther;

interface JsonMap extends Place {
  readonly kind: "map";
  readonly entries: readonly JsonEntry[];
  readonly value?: undefined;
}

interface JsonOther extends Place {
  readonly kind: "list" | "scalar";
  /** `undefined` for a list, because its items are not needed. */
  readonly value?: string | number | boolean | null;
}

interface JsonEntry extends Place {
  readonly key: string;
  readonly value: JsonNode;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** The first syntax error of a JSON text. */
export class JsonMistake extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** More levels than any package.json has. */
const DEEPEST = 200;

const BLANKS = /[ \t\r\n]*/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const OTHER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Reads a text; throws a `JsonMistake`. */
export function readJsonTree(text: string): JsonNode {
  let at = text.startsWith("\ufeff") ? 1 : 0;
  const skipBlanks = (): void => {
    BLANKS.lastIndex = at;
    at += BLANKS.exec(text)?.[0].length ?? 0;
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const take = (sign: string): boolean => {
    skipBlanks();
    if (text[at] !== sign) return false;
    at++;
    return true;
  };
  const fail = (wanted: string): never => {
    throw new JsonMistake(at, at < text.length ? `Expected ${wanted}.` : `Expected ${wanted}, but the file ends.`);
  };

  /** Parses a scalar. The pattern of strings also matches invalid escapes and line breaks. */
  function parse(written: string, start: number): string | number | boolean | null {
    try {
      return JSON.parse(written);
    } catch {
      throw new JsonMistake(start, "The string contains a line break or an invalid escape.");
    }
  }

  function readMap(start: number, depth: number): JsonMap {
    const entries: JsonEntry[] = [];
    const keys = new Set<string>();
    if (take("}")) return { kind: "map", entries, start, end: at };
    do {
      skipBlanks();
      const keyStart = at;
      const key = String(parse(match(STRING) ?? fail("a key in double quotes"), keyStart));
      if (keys.has(key)) throw new JsonMistake(keyStart, `Duplicate key ${quote(key)}.`);
      keys.add(key);
      const keyEnd = at;
      if (!take(":")) fail("a colon");
      entries.push({ key, start: keyStart, end: keyEnd, value: read(depth + 1) });
    } while (take(","));
    if (!take("}")) fail("a comma or `}`");
    return { kind: "map", entries, start, end: at };
  }

  function readList(start: number, depth: number): JsonOther {
    if (take("]")) return { kind: "list", start, end: at };
    do read(depth + 1);
    while (take(","));
    if (!take("]")) fail("a comma or `]`");
    return { kind: "list", start, end: at };
  }

  function read(depth: number): JsonNode {
    skipBlanks();
    const start = at;
    if (depth > DEEPEST) throw new JsonMistake(at, `The values are nested more than ${DEEPEST} levels deep.`);
    if (take("{")) return readMap(start, depth);
    if (take("[")) return readList(start, depth);
    const written = match(STRING) ?? match(OTHER) ?? fail("a value");
    return { kind: "scalar", value: parse(written, start), start, end: at };
  }

  const root = read(0);
  skipBlanks();
  if (at < text.length) fail("the end of the file");
  return root;
}
