import { isPrefix, stringEnd } from "./strings.ts";
import {
  Character,
  classOf,
  lineEnd,
  namePart,
  type Part,
  type PythonText,
  partOf,
  skipLineEnd,
  wordEnd,
} from "./text.ts";

/** `operator` is an operator or delimiter; `end` is the end of the text that is read. */
export type TokenKind = "name" | "number" | "string" | "operator" | "end";

/** Reads the tokens of a logical line one at a time; `start` and `stop` delimit the current one. */
export interface Cursor {
  readonly from: PythonText;
  readonly end: number;
  kind: TokenKind;
  start: number;
  stop: number;
  /** The end of the previous token. */
  before: number;
}

/** A cursor at the first token of a range of text. */
export function cursorOver(from: PythonText, start: number, end: number): Cursor {
  const cursor: Cursor = { from, end, kind: "end", start, stop: start, before: start };
  advance(cursor);
  return cursor;
}

/** An independent cursor at the same token. */
export function copyOf(cursor: Cursor): Cursor {
  return { ...cursor };
}

/** Moves to the next token. */
export function advance(cursor: Cursor): void {
  const { from, end } = cursor;
  const { text } = from;
  cursor.before = cursor.stop;
  const at = skipFiller(text, cursor.stop, end);
  cursor.start = at;
  if (at >= end) {
    cursor.kind = "end";
    cursor.stop = at;
    return;
  }
  const code = text.charCodeAt(at);
  const kind = classOf(code);
  if (kind === Character.QUOTE) readString(cursor, at);
  else if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(at + 1)))) readNumber(cursor);
  else if (kind === Character.WORD) {
    const stop = wordEnd(text, at, end);
    const isLiteral = stop < end && classOf(text.charCodeAt(stop)) === Character.QUOTE && isPrefix(text, at, stop);
    if (isLiteral) readString(cursor, stop);
    else {
      cursor.kind = "name";
      cursor.stop = stop;
    }
  } else {
    cursor.kind = "operator";
    cursor.stop = Math.min(at + operatorLength(text, at), end);
  }
}

/** Whether the current token is this operator or delimiter. */
export function isOperator(cursor: Cursor, operator: string): boolean {
  return cursor.kind === "operator" && isText(cursor, operator);
}

/** Whether the current token is this word. */
export function isWord(cursor: Cursor, word: string): boolean {
  return cursor.kind === "name" && isText(cursor, word);
}

/** Consumes the current token if it is this operator or delimiter. Returns whether it was. */
export function skipOperator(cursor: Cursor, operator: string): boolean {
  const isThere = isOperator(cursor, operator);
  if (isThere) advance(cursor);
  return isThere;
}

/** Consumes the current token if it is this word. Returns whether it was. */
export function skipWord(cursor: Cursor, word: string): boolean {
  const isThere = isWord(cursor, word);
  if (isThere) advance(cursor);
  return isThere;
}

const KEYWORDS: ReadonlySet<string> = new Set([
  ...["False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del"],
  ...["elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal"],
  ...["not", "or", "pass", "raise", "return", "try", "while", "with", "yield"],
]);

/** The current token as a name; `undefined` if it is not a name, or a keyword. */
export function nameAt({ kind, from, start, stop }: Cursor): Part | undefined {
  if (kind !== "name" || KEYWORDS.has(from.text.slice(start, stop))) return undefined;
  return namePart(from, start, stop);
}

/** Consumes the current token as a name; `undefined` if it is not a name, or a keyword. */
export function takeName(cursor: Cursor): Part | undefined {
  const name = nameAt(cursor);
  if (name !== undefined) advance(cursor);
  return name;
}

/** A dotted name, and the name before its first dot. */
export interface Dotted {
  readonly first: Part;
  readonly path: Part;
}

/** Consumes a dotted name such as `a.b.c`, which may contain whitespace around its dots. */
export function takeDotted(cursor: Cursor): Dotted | undefined {
  const first = takeName(cursor);
  if (first === undefined) return undefined;
  const names = [first.text];
  while (isOperator(cursor, ".")) {
    const ahead = copyOf(cursor);
    advance(ahead);
    const next = takeName(ahead);
    if (next === undefined) break;
    names.push(next.text);
    Object.assign(cursor, ahead);
  }
  const { span } = partOf(cursor.from, first.span.start, cursor.before);
  return { first, path: { text: names.join("."), span } };
}

function isText({ from, start, stop }: Cursor, word: string): boolean {
  return stop - start === word.length && from.text.startsWith(word, start);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** The offset after whitespace, line breaks, comments and line continuations. */
function skipFiller(text: string, at: number, end: number): number {
  let i = at;
  for (; i < end; i++) {
    const kind = classOf(text.charCodeAt(i));
    if (kind === Character.COMMENT) i = lineEnd(text, i, end) - 1;
    else if (kind === Character.BACKSLASH && classOf(text.charCodeAt(i + 1)) === Character.LINE_END) {
      i = skipLineEnd(text, i + 1) - 1;
    } else if (kind !== Character.BLANK && kind !== Character.LINE_END) break;
  }
  return Math.min(i, end);
}

function readString(cursor: Cursor, quote: number): void {
  const { end } = stringEnd(cursor.from, cursor.start, quote, cursor.end);
  cursor.kind = "string";
  cursor.stop = end;
}

/** Consumes digits, letters, dots, and the sign of an exponent. */
function readNumber(cursor: Cursor): void {
  const { from, end, start } = cursor;
  const { text } = from;
  const isHex = (text.charCodeAt(start + 1) | 32) === 120;
  let i = start;
  for (; i < end; i++) {
    const code = text.charCodeAt(i);
    const isSign = (code === 43 || code === 45) && !isHex && (text.charCodeAt(i - 1) | 32) === 101 && i > start;
    if (classOf(code) !== Character.WORD && code !== 46 && !isSign) break;
  }
  cursor.kind = "number";
  cursor.stop = i;
}

/** `->`, `:=`, `**`, `//`, `<<`, `>>` and everything that ends with `=`; other operators are single characters. */
function operatorLength(text: string, at: number): number {
  const code = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  if (code === 45 && next === 62) return 2;
  const isDoubled = code === next && (code === 42 || code === 47 || code === 60 || code === 62);
  const length = isDoubled ? 2 : 1;
  const canAssign = "+-*/%@&|^<>=!:".includes(text[at] ?? "");
  return canAssign && text.charCodeAt(at + length) === 61 ? length + 1 : length;
}
