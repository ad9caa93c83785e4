// Splits the text of a Python module into tokens like CPython's tokenizer does, with f-strings as in Python 3.12 and
// later. Guarantees: never throws, takes one pass, and stops at the first thing that no Python version can tokenize.

import { isPrefix } from "../text/strings.ts";
import { Character, classOf, lineEnd, skipLineEnd, wordEnd } from "../text/text.ts";
import { invalidCharacter, invalidEscape, numberEnd } from "./literals.ts";
import type { SyntaxMistake } from "./mistake.ts";
import { KEYWORDS, Kind, OPERATORS } from "./token-kinds.ts";

/** Tokens by index. The last one is `END`, or `ERROR` if the rest of the text cannot be tokenized. */
export interface Tokens {
  readonly text: string;
  readonly kinds: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Literals that cannot be decoded, by the index of their first token. */
  readonly undecodable: ReadonlyMap<number, SyntaxMistake>;
  readonly error: SyntaxMistake | undefined;
  /** Whether CPython reports the tokenizer's error even if a statement before it is wrong, too. */
  readonly isErrorFirst: boolean;
  /** Offsets of the brackets that are open at the end, innermost last. */
  readonly open: readonly number[];
}

const MAX_INDENTS = 100;
const MAX_BRACKETS = 200;
const TAB = 8;

/** An f-string or t-string that is still open. */
interface Formatted {
  readonly quote: number;
  readonly size: 1 | 3;
  readonly isRaw: boolean;
  readonly start: number;
  readonly token: number;
  /** The number of open brackets in each of its fields, outermost first; a format may contain fields. */
  readonly fields: number[];
  isInText: boolean;
}

interface Lexer {
  readonly text: string;
  readonly kinds: number[];
  readonly starts: number[];
  readonly ends: number[];
  readonly undecodable: Map<number, SyntaxMistake>;
  readonly open: number[];
  readonly formatted: Formatted[];
  /** Columns of the open blocks; `narrow` counts a tab as one column. */
  readonly columns: number[];
  readonly narrow: number[];
  error: SyntaxMistake | undefined;
  isErrorFirst: boolean;
  isLineStart: boolean;
  at: number;
}

/** Splits a text into tokens. */
export function tokenize(text: string): Tokens {
  const lexer: Lexer = {
    ...{ text, kinds: [], starts: [], ends: [], undecodable: new Map(), open: [], formatted: [] },
    ...{ columns: [0], narrow: [0], error: undefined, isErrorFirst: false, isLineStart: true },
    at: text.charCodeAt(0) === 0xfeff ? 1 : 0,
  };
  while (lexer.at < text.length && lexer.error === undefined) step(lexer);
  finish(lexer);
  return lexer;
}

function push({ kinds, starts, ends }: Lexer, kind: number, start: number, end: number): void {
  kinds.push(kind);
  starts.push(start);
  ends.push(end);
}

/** Records an error that CPython's tokenizer reports before any other error in the file. */
function refuse(lexer: Lexer, error: SyntaxMistake): void {
  lexer.error = inFormatted(lexer, error);
  lexer.isErrorFirst = true;
}

/** Records an error that CPython reports only if everything before it is correct. */
function stop(lexer: Lexer, error: SyntaxMistake): void {
  lexer.error = error;
}

/** On a line after the start of a single-quoted f-string, the string should have ended earlier. */
function inFormatted(lexer: Lexer, error: SyntaxMistake): SyntaxMistake {
  const outer = lexer.formatted.find(({ size }) => size === 1);
  if (outer === undefined || lineEnd(lexer.text, outer.start, error.start) === error.start) return error;
  return { kind: "unclosed-string", start: outer.start, end: lexer.ends[outer.token] ?? outer.start };
}

function finish(lexer: Lexer): void {
  const { text, kinds, columns, open, formatted } = lexer;
  const end = text.length - (/(?:\r\n|[\r\n])$/.exec(text.slice(-2))?.[0].length ?? 0);
  const [literal] = formatted;
  if (lexer.error === undefined && literal !== undefined)
    refuse(lexer, { kind: "unclosed-string", start: literal.start, end: lexer.ends[literal.token] ?? literal.start });
  const bracket = open.at(-1);
  if (lexer.error === undefined && bracket !== undefined)
    stop(lexer, { kind: "unclosed-bracket", start: bracket, end: bracket + 1 });
  if (lexer.error !== undefined) {
    push(lexer, Kind.ERROR, lexer.error.start, lexer.error.end);
    return;
  }
  if (kinds.length > 0 && kinds.at(-1) !== Kind.NEWLINE) push(lexer, Kind.NEWLINE, end, end);
  for (; columns.length > 1; columns.pop()) push(lexer, Kind.DEDENT, end, end);
  push(lexer, Kind.END, end, end);
}

function step(lexer: Lexer): void {
  const { text, open } = lexer;
  const formatted = lexer.formatted.at(-1);
  if (formatted?.isInText === true) {
    readText(lexer, formatted);
    return;
  }
  if (lexer.isLineStart) {
    readIndent(lexer);
    return;
  }
  const { at } = lexer;
  const code = text.charCodeAt(at);
  switch (classOf(code)) {
    case Character.BLANK:
      lexer.at++;
      return;
    case Character.COMMENT:
      lexer.at = lineEnd(text, at, text.length);
      return;
    case Character.LINE_END:
      lexer.at = skipLineEnd(text, at);
      if (open.length > 0) return;
      push(lexer, Kind.NEWLINE, at, lexer.at);
      lexer.isLineStart = true;
      return;
    case Character.BACKSLASH:
      joinLine(lexer);
      return;
    case Character.QUOTE:
      readString(lexer, at, at);
      return;
    case Character.WORD:
      if (isDigit(code)) readNumber(lexer);
      else readWord(lexer);
      return;
    default:
      if (code === 46 /* . */ && isDigit(text.charCodeAt(at + 1))) readNumber(lexer);
      else readOperator(lexer, formatted);
  }
}

/**
 * Moves to the first token of a line, skipping empty lines. Measures the indentation twice, like CPython does to detect
 * inconsistent tabs.
 */
function readIndent(lexer: Lexer): void {
  const { text } = lexer;
  let column = 0;
  let narrow = 0;
  let joined = 0;
  for (; lexer.at < text.length; lexer.at++) {
    const code = text.charCodeAt(lexer.at);
    if (code === 32) {
      column++;
      narrow++;
    } else if (code === 9) {
      column = (Math.floor(column / TAB) + 1) * TAB;
      narrow++;
    } else if (code === 12) {
      column = 0;
      narrow = 0;
    } else if (code === 92 && joinLine(lexer)) {
      // The indentation ends at the first backslash.
      joined ||= column;
      lexer.at--;
    } else break;
  }
  if (lexer.error !== undefined || lexer.at >= text.length) return;
  const kind = classOf(text.charCodeAt(lexer.at));
  if (kind === Character.COMMENT) lexer.at = lineEnd(text, lexer.at, text.length);
  else if (kind === Character.LINE_END) lexer.at = skipLineEnd(text, lexer.at);
  else {
    lexer.isLineStart = false;
    indentTo(lexer, joined || column, joined || narrow);
  }
}

function indentTo(lexer: Lexer, column: number, narrowColumn: number): void {
  const { at, columns, narrow } = lexer;
  const place = { start: at, end: at + 1 };
  const top = columns.at(-1) ?? 0;
  if (column > top) {
    if (columns.length >= MAX_INDENTS) stop(lexer, { kind: "nested-indents", ...place });
    else if (narrowColumn <= (narrow.at(-1) ?? 0)) stop(lexer, { kind: "tabs", ...place });
    columns.push(column);
    narrow.push(narrowColumn);
    if (lexer.error === undefined) push(lexer, Kind.INDENT, at, at);
    return;
  }
  while (column < (columns.at(-1) ?? 0)) {
    columns.pop();
    narrow.pop();
    push(lexer, Kind.DEDENT, at, at);
  }
  if (column !== columns.at(-1)) stop(lexer, { kind: "unindent", ...place });
  else if (narrowColumn !== narrow.at(-1)) stop(lexer, { kind: "tabs", ...place });
}

/** Skips a backslash and the line break after it, the only thing that may follow. */
function joinLine(lexer: Lexer): boolean {
  const { text, at } = lexer;
  const place = { start: at, end: at + 1 };
  if (at + 1 < text.length && classOf(text.charCodeAt(at + 1)) !== Character.LINE_END) {
    stop(lexer, { kind: "line-continuation", ...place });
    return false;
  }
  lexer.at = skipLineEnd(text, at + 1);
  if (lexer.at < text.length) return true;
  stop(lexer, { kind: "unfinished-continuation", ...place });
  return false;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function readNumber(lexer: Lexer): void {
  const end = numberEnd(lexer.text, lexer.at);
  if (typeof end !== "number") {
    refuse(lexer, end);
    return;
  }
  push(lexer, Kind.NUMBER, lexer.at, end);
  lexer.at = end;
}

function readWord(lexer: Lexer): void {
  const { text, at } = lexer;
  const end = wordEnd(text, at, text.length);
  if (classOf(text.charCodeAt(end)) === Character.QUOTE && end < text.length && isPrefix(text, at, end)) {
    readString(lexer, at, end);
    return;
  }
  const word = text.slice(at, end);
  const keyword = KEYWORDS.get(word);
  if (keyword === undefined && !isAscii(text, at, end)) {
    const mistake = invalidCharacter(text, at, end);
    if (mistake !== undefined) {
      refuse(lexer, mistake);
      return;
    }
  }
  push(lexer, keyword ?? Kind.NAME, at, end);
  lexer.at = end;
}

function isAscii(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}

function readString(lexer: Lexer, start: number, quote: number): void {
  const { text } = lexer;
  const code = text.charCodeAt(quote);
  const size = text.charCodeAt(quote + 1) === code && text.charCodeAt(quote + 2) === code ? 3 : 1;
  const prefix = text.slice(start, quote).toLowerCase();
  const isRaw = prefix.includes("r");
  if (prefix.includes("f") || prefix.includes("t")) {
    const token = lexer.kinds.length;
    push(lexer, Kind.FORMATTED, start, quote + size);
    lexer.formatted.push({ quote: code, size, isRaw, start, token, fields: [], isInText: true });
    lexer.at = quote + size;
    return;
  }
  const isBytes = prefix.includes("b");
  const end = plainEnd(text, quote + size, code, size);
  if (end === undefined) {
    const outer = lexer.formatted.at(-1);
    if (outer?.quote === code && outer.size === size) refuse(lexer, { kind: "field-brace", start, end: quote + size });
    else refuse(lexer, { kind: "unclosed-string", start, end: quote + size });
    return;
  }
  const mistake =
    isBytes && !isAscii(text, quote, end)
      ? ({ kind: "bytes-not-ascii", start, end } as const)
      : isRaw
        ? undefined
        : invalidEscape(text, quote + size, end - size, isBytes);
  if (mistake !== undefined) lexer.undecodable.set(lexer.kinds.length, mistake);
  push(lexer, isBytes ? Kind.BYTES : Kind.STRING, start, end);
  lexer.at = end;
}

/** The offset after the closing quotes of a literal without fields. */
function plainEnd(text: string, start: number, quote: number, size: 1 | 3): number | undefined {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 92) at = skipLineEnd(text, at + 1) - 1;
    else if (code === quote) {
      if (size === 1) return at + 1;
      if (text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote) return at + 3;
    } else if (size === 1 && (code === 10 || code === 13)) return undefined;
  }
  return undefined;
}

const NAMED = /\\N\{[^{}'"\n]*\}/y;

/** Reads the text of an f-string up to its next field or its end. */
function readText(lexer: Lexer, formatted: Formatted): void {
  const { text } = lexer;
  const { quote, size, isRaw, fields } = formatted;
  const start = lexer.at;
  const isFormat = fields.length > 0;
  const decode = (end: number) => {
    const mistake = isRaw ? undefined : invalidEscape(text, start, end, false);
    if (mistake !== undefined && !lexer.undecodable.has(formatted.token))
      lexer.undecodable.set(formatted.token, mistake);
  };
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 92 /* \ */) {
      NAMED.lastIndex = at;
      if (!isRaw && NAMED.test(text)) at = NAMED.lastIndex - 1;
      else if (!"{}".includes(text.charAt(at + 1) || " ")) at = skipLineEnd(text, at + 1) - 1;
    } else if (code === 123 /* { */) {
      if (!isFormat && text.charCodeAt(at + 1) === code) at++;
      else {
        decode(at);
        openField(lexer, formatted, at);
        return;
      }
    } else if (code === 125 /* } */) {
      if (isFormat) {
        decode(at);
        lexer.at = at;
        formatted.isInText = false;
        return;
      }
      if (text.charCodeAt(at + 1) !== code) {
        refuse(lexer, { kind: "field-brace", start: at, end: at + 1, detail: "}" });
        return;
      }
      at++;
    } else if (
      code === quote &&
      (size === 1 || (text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote))
    ) {
      decode(at);
      if (isFormat) refuse(lexer, { kind: "field-brace", start: at, end: at + size });
      else closeFormatted(lexer, at);
      return;
    } else if (size === 1 && (code === 10 || code === 13)) break;
  }
  refuse(lexer, {
    kind: "unclosed-string",
    start: formatted.start,
    end: lexer.ends[formatted.token] ?? formatted.start,
  });
}

function openField(lexer: Lexer, formatted: Formatted, at: number): void {
  lexer.at = at;
  formatted.isInText = false;
  openBracket(lexer, Kind.CURLY, at);
  formatted.fields.push(lexer.open.length);
}

function closeFormatted(lexer: Lexer, at: number): void {
  const size = lexer.formatted.pop()?.size ?? 1;
  push(lexer, Kind.FORMATTED_END, at, at + size);
  lexer.at = at + size;
}

function openBracket(lexer: Lexer, kind: number, at: number): void {
  if (lexer.open.length >= MAX_BRACKETS) {
    refuse(lexer, { kind: "nested-brackets", start: at, end: at + 1 });
    return;
  }
  lexer.open.push(at);
  push(lexer, kind, at, at + 1);
  lexer.at = at + 1;
}

const OPENING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

function closeBracket(lexer: Lexer, kind: number, formatted: Formatted | undefined): void {
  const { text, at, open } = lexer;
  const place = { start: at, end: at + 1 };
  const opened = open.at(-1);
  if (opened === undefined) refuse(lexer, { kind: "unmatched-bracket", ...place });
  else if (text.charAt(opened) !== OPENING[text.charAt(at)])
    refuse(lexer, {
      ...{ kind: "mismatched-bracket", ...place, detail: text.charAt(opened) },
      other: { start: opened, end: opened + 1 },
    });
  else {
    if (formatted !== undefined && open.length === formatted.fields.at(-1)) {
      formatted.fields.pop();
      formatted.isInText = true;
    }
    open.pop();
    push(lexer, kind, at, at + 1);
    lexer.at = at + 1;
  }
}

/** Characters that are complete operators. Other operators are looked up, longest first. */
const ALONE = "()[]{},;~";

function readOperator(lexer: Lexer, formatted: Formatted | undefined): void {
  const { text, at, open } = lexer;
  const first = text.charAt(at);
  const isFieldEnd = formatted !== undefined && open.length === formatted.fields.at(-1);
  let length = 1;
  let kind = OPERATORS.get(first);
  if (first === ":" && isFieldEnd && formatted !== undefined) formatted.isInText = true;
  else if (!ALONE.includes(first)) {
    for (const size of [3, 2]) {
      const longer = OPERATORS.get(text.slice(at, at + size));
      if (longer === undefined || at + size > text.length) continue;
      length = size;
      kind = longer;
      break;
    }
  }
  if (kind === undefined && !"$?`".includes(first)) {
    refuse(lexer, { kind: "invalid-character", start: at, end: at + 1 });
    return;
  }
  if (kind !== undefined && kind >= Kind.ROUND && kind <= Kind.CURLY) openBracket(lexer, kind, at);
  else if (kind !== undefined && kind >= Kind.ROUND_END && kind <= Kind.CURLY_END) closeBracket(lexer, kind, formatted);
  else {
    push(lexer, kind ?? Kind.OTHER, at, at + length);
    lexer.at = at + length;
  }
}
