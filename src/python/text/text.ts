import type { Source, Span } from "../../base/source.ts";

/** A text that is being read. `distrust` is set when a triple-quoted string is known to be missing its end. */
export interface PythonText {
  readonly source: Source;
  readonly text: string;
  readonly distrust: boolean;
}

/** A name or an expression as it is written, and where. A name is given as Python knows it (NFKC). */
export interface Part {
  readonly text: string;
  readonly span: Span;
}

/** The piece of the source between two offsets. */
export function partOf({ source, text }: PythonText, start: number, end: number): Part {
  return { text: text.slice(start, end), span: { source, start, end } };
}

/** A name as Python knows it: letters that only look different are the same. */
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

/** What a character can begin; see `classOf`. */
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

/** The class of a character code. Whatever is not ASCII belongs to a word, as CPython reads it. */
export function classOf(code: number): number {
  return code < 128 ? (CLASSES[code] ?? OTHER) : WORD;
}

/** The end of the word (a name, a keyword or a number) that `at` stands in. */
export function wordEnd(text: string, at: number, end: number): number {
  let i = at;
  while (i < end && classOf(text.charCodeAt(i)) === WORD) i++;
  return i;
}

/** The offset behind spaces, tabs and form feeds. */
export function skipBlanks(text: string, at: number, end: number): number {
  let i = at;
  while (i < end && classOf(text.charCodeAt(i)) === BLANK) i++;
  return i;
}

/** The offset behind a line end: `\n`, `\r\n` or a lone `\r`. */
export function skipLineEnd(text: string, at: number): number {
  return text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;
}

/** The end of the physical line that `at` stands in. */
export function lineEnd(text: string, at: number, end: number): number {
  let i = at;
  while (i < end && classOf(text.charCodeAt(i)) !== LINE_END) i++;
  return i;
}
