// Finds the end of string literals: prefixes, escapes, triple quotes, and replacement fields of f-strings and t-strings
// at any depth.

import { startsDefinition, startsStatement } from "./statement-start.ts";
import { Character, classOf, lineEnd, type PythonText, skipLineEnd, wordEnd } from "./text.ts";

/**
 * How a literal ends. `closed`: after its quotes. `open`: at the end of the line. `endless`: at the end of the file.
 * `abandoned`: before a line that can only be a statement.
 */
export interface StringEnd {
  readonly end: number;
  readonly ending: "closed" | "open" | "endless" | "abandoned";
}

const PREFIX = /^(?:[rubft]|[bft]r|r[bft])$/i;

/** Whether a word directly before a quote is a prefix of the literal. */
export function isPrefix(text: string, start: number, end: number): boolean {
  return end - start <= 2 && PREFIX.test(text.slice(start, end));
}

// A frame is a number that encodes a bracket, a replacement field, or a literal with its quote and flags.
const BRACKET = 1;
const FIELD = 2;
const LITERAL = 1 << 8;
const TRIPLE = 1 << 9;
const RAW = 1 << 10;
/** The part of a field after its colon; it ends with the field or the literal. */
const FORMAT = 1 << 11;
const QUOTE_BITS = 0x7f;

const BACKSLASH = 92;
const BRACE = 123;
const BRACE_END = 125;

/** Finds the end of the literal whose prefix starts at `start` and whose first quote is at `quote`. */
export function stringEnd(from: PythonText, start: number, quote: number, end: number): StringEnd {
  const { text } = from;
  const literal = literalAt(text, start, quote);
  const at = quote + quotesOf(literal);
  return isFormatted(text, start, quote) ? formattedEnd(from, literal, at, end) : plainEnd(from, literal, at, end);
}

function literalAt(text: string, start: number, quote: number): number {
  const code = text.charCodeAt(quote);
  const isTriple = text.charCodeAt(quote + 1) === code && text.charCodeAt(quote + 2) === code;
  return LITERAL | code | (isTriple ? TRIPLE : 0) | (hasLetter(text, start, quote, "r") ? RAW : 0);
}

function quotesOf(literal: number): number {
  return literal & TRIPLE ? 3 : 1;
}

function isFormatted(text: string, start: number, quote: number): boolean {
  return hasLetter(text, start, quote, "f") || hasLetter(text, start, quote, "t");
}

function hasLetter(text: string, start: number, end: number, letter: string): boolean {
  for (let at = start; at < end; at++) if ((text.charCodeAt(at) | 32) === letter.charCodeAt(0)) return true;
  return false;
}

function closes(text: string, at: number, literal: number): boolean {
  const quote = literal & QUOTE_BITS;
  if (text.charCodeAt(at) !== quote) return false;
  return !(literal & TRIPLE) || (text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote);
}

function afterEscape(text: string, at: number): number {
  return skipLineEnd(text, at + 1);
}

function plainEnd(from: PythonText, literal: number, at: number, end: number): StringEnd {
  const { text, distrust } = from;
  const quote = literal & QUOTE_BITS;
  let i = at;
  while (i < end) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) i = afterEscape(text, i);
    else if (code === quote && closes(text, i, literal)) {
      return i + quotesOf(literal) > end
        ? { end, ending: "endless" }
        : { end: i + quotesOf(literal), ending: "closed" };
    } else if (code === 10 || code === 13) {
      if (!(literal & TRIPLE)) return { end: i, ending: "open" };
      const next = skipLineEnd(text, i);
      if (distrust && startsDefinition(text, next, end)) return { end: i, ending: "abandoned" };
      i = next;
    } else i++;
  }
  return { end, ending: literal & TRIPLE ? "endless" : "open" };
}

/** The state of reading a formatted literal: `at` is the position, and `frames` are the open constructs. */
interface Walk {
  readonly from: PythonText;
  readonly end: number;
  readonly frames: number[];
  at: number;
}

function formattedEnd(from: PythonText, literal: number, at: number, end: number): StringEnd {
  const walk: Walk = { from, end, frames: [literal], at };
  while (walk.at < end) {
    const top = walk.frames[walk.frames.length - 1] ?? literal;
    const ending = top & LITERAL ? stepInLiteral(walk, top) : stepInField(walk, top);
    if (ending !== undefined) return { end: Math.min(walk.at, end), ending };
  }
  return { end, ending: "endless" };
}

function stepInLiteral(walk: Walk, top: number): StringEnd["ending"] | undefined {
  const { frames } = walk;
  const { text, distrust } = walk.from;
  const code = text.charCodeAt(walk.at);
  if (code === BACKSLASH) walk.at = afterFormattedEscape(text, walk.at, walk.end, top);
  else if (code === BRACE) {
    const isEscaped = !(top & FORMAT) && text.charCodeAt(walk.at + 1) === BRACE;
    if (!isEscaped) frames.push(FIELD);
    walk.at += isEscaped ? 2 : 1;
  } else if (code === BRACE_END) {
    if (top & FORMAT) frames.length -= 2;
    walk.at++;
  } else if (closes(text, walk.at, top)) {
    walk.at += quotesOf(top);
    return leaveLiteral(walk, "closed");
  } else if (code === 10 || code === 13) {
    if (!(top & TRIPLE)) return leaveLiteral(walk, "open");
    const next = skipLineEnd(text, walk.at);
    if (distrust && startsDefinition(text, next, walk.end)) return "abandoned";
    walk.at = next;
  } else walk.at++;
  return undefined;
}

/** Removes the innermost literal with its open fields. Returns how the entire literal ended if it was the last one. */
function leaveLiteral({ frames }: Walk, ending: StringEnd["ending"]): StringEnd["ending"] | undefined {
  for (let frame = frames.pop(); frame !== undefined; frame = frames.pop()) {
    if (frame & LITERAL && !(frame & FORMAT)) break;
  }
  return frames.length === 0 ? ending : undefined;
}

/** A brace after a backslash is still a brace. `\N{…}` names a character, except in a raw literal. */
function afterFormattedEscape(text: string, at: number, end: number, literal: number): number {
  const code = text.charCodeAt(at + 1);
  if (code === BRACE || code === BRACE_END) return at + 1;
  if (code !== 78 /* N */ || literal & RAW || text.charCodeAt(at + 2) !== BRACE) return afterEscape(text, at);
  let i = at + 3;
  while (i < end && (classOf(text.charCodeAt(i)) === Character.WORD || text[i] === " " || text[i] === "-")) i++;
  return text.charCodeAt(i) === BRACE_END ? i + 1 : i;
}

function stepInField(walk: Walk, top: number): StringEnd["ending"] | undefined {
  const { frames, end } = walk;
  const { text } = walk.from;
  const code = text.charCodeAt(walk.at);
  switch (classOf(code)) {
    case Character.WORD: {
      const stop = wordEnd(text, walk.at, end);
      const isLiteral = classOf(text.charCodeAt(stop)) === Character.QUOTE && isPrefix(text, walk.at, stop);
      if (!isLiteral || stop >= end) walk.at = stop;
      else return enterLiteral(walk, walk.at, stop);
      return undefined;
    }
    case Character.QUOTE:
      return enterLiteral(walk, walk.at, walk.at);
    case Character.OPEN:
      frames.push(BRACKET);
      break;
    case Character.CLOSE:
      if (top === BRACKET || code === BRACE_END) frames.pop();
      break;
    case Character.COMMENT:
      walk.at = lineEnd(text, walk.at, end);
      return undefined;
    case Character.LINE_END: {
      const next = skipLineEnd(text, walk.at);
      if (startsStatement(text, next, end)) return "abandoned";
      walk.at = next;
      return undefined;
    }
    default:
      if (code === 58 /* : */ && top === FIELD) frames.push((frames[frames.length - 2] ?? LITERAL) | FORMAT);
  }
  walk.at++;
  return undefined;
}

function enterLiteral(walk: Walk, start: number, quote: number): StringEnd["ending"] | undefined {
  const { text } = walk.from;
  const literal = literalAt(text, start, quote);
  walk.at = quote + quotesOf(literal);
  if (isFormatted(text, start, quote)) {
    walk.frames.push(literal);
    return undefined;
  }
  const inner = plainEnd(walk.from, literal, walk.at, walk.end);
  walk.at = inner.end;
  return inner.ending === "abandoned" || inner.ending === "endless" ? inner.ending : undefined;
}
