import type { Source, Span } from "../../base/source.ts";

/** A text that is being read. `distrust` is set if a triple-quoted string is known to be unclosed. */
export interface PythonText {
  readonly source: Source;
  readonly text: string;
  readonly distrust: boolean;
}

/** A name or expression as written, and its span. Names are normalized like Python does (NFKC). */
export interface Part {
  readonly text: string;
  readonly span: Span;
}

/** The part of the source between two offsets. */
export function partOf({ source, text }: PythonText, start: number, end: number): Part {
  return { text: text.slice(start, end), span: { source, start, end } };
}

/** A name as Python normalizes it: visual variants of a letter are equal. */
export function namePart(from: PythonText, start: number, end: number): Part {
  const part = partOf(from, start, end);
  for (let at = start; at < end; at++) {
    if (from.text.charCodeAt(at) > 127) return { ...part, text: part.text.normalize("NFKC") };
  }
  return part;
}

const OTHER = 0;
const WORD = 1;
const BLANK = 2;
const LINE_END = 3;
const QUOTE = 4;
const OPEN = 5;
const CLOSE = 6;
const COMMENT = 7;
const BACKSLASH = 8;

/** The classes of characters by what they can start; see `classOf`. */
export const Character = { OTHER, WORD, BLANK, LINE_END, QUOTE, OPEN, CLOSE, COMMENT, BACKSLASH } as const;

const CLASSES = new Uint8Array(128);
for (const [characters, kind] of [
  ["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789", WORD],
  [" \t\f", BLANK],
  ["\r\n", LINE_END],
  ["\"'", QUOTE],
  ["([{", OPEN],
  [")]}", CLOSE],
  ["#", COMMENT],
  ["\\", BACKSLASH],
] as const) {
  for (const character of characters) CLASSES[character.charCodeAt(0)] = kind;
}

/** The class of a character code. All non-ASCII characters are part of words, as in CPython. */
export function classOf(code: number): number {
  return code < 128 ? (CLASSES[code] ?? OTHER) : WORD;
}

/** The end of the word (a name, keyword or number) that contains `at`. */
export function wordEnd(text: string, at: number, end: number): number {
  let i = at;
  while (i < end && classOf(text.charCodeAt(i)) === WORD) i++;
  return i;
}

/** The offset after spaces, tabs and form feeds. */
export function skipBlanks(text: string, at: number, end: number): number {
  let i = at;
  while (i < end && classOf(text.charCodeAt(i)) === BLANK) i++;
  return i;
}

/** The offset after a line break: `\n`, `\r\n` or a lone `\r`. */
export function skipLineEnd(text: string, at: number): number {
  return text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;
}

/** The end of the physical line that contains `at`. */
export function lineEnd(text: string, at: number, end: number): number {
  let i = at;
  while (i < end && classOf(text.charCodeAt(i)) !== LINE_END) i++;
  return i;
}
