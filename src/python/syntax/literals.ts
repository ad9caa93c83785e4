// Checks the contents of literals: numbers, characters of names, escapes.

import type { SyntaxMistake } from "./mistake.ts";

const NUMBER =
  /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:(?:[0-9](?:_?[0-9])*)?\.[0-9](?:_?[0-9])*|[0-9](?:_?[0-9])*\.?)(?:[eE][+-]?[0-9](?:_?[0-9])*)?[jJ]?/y;
const AFTER_NUMBER = /and|else|for|i[fns]|or|not/y;
const LEADING_ZERO = /^0[0-9_]*[1-9][0-9_]*$/;
const WORD_PART = /[\w\u0080-\uffff]/;

/** The end of the number at `start`, or the mistake in it. A keyword may directly follow a number: `1if x else 2`. */
export function numberEnd(text: string, start: number): number | SyntaxMistake {
  NUMBER.lastIndex = start;
  NUMBER.test(text);
  const end = NUMBER.lastIndex;
  if (WORD_PART.test(text.charAt(end))) {
    AFTER_NUMBER.lastIndex = end;
    if (!AFTER_NUMBER.test(text)) {
      let stop = end;
      while (WORD_PART.test(text.charAt(stop))) stop++;
      return { kind: "invalid-number", start, end: stop };
    }
  }
  return LEADING_ZERO.test(text.slice(start, end)) ? { kind: "leading-zero", start, end } : end;
}

/** Unassigned characters are accepted, because a newer version of Unicode may allow them in names. */
const NAME = /^[\p{XID_Start}_\p{Cn}][\p{XID_Continue}\p{Cn}]*$/u;
const PART = /[\p{XID_Continue}\p{Cn}]/u;

/** The first character of a word that is invalid in names. */
export function invalidCharacter(text: string, start: number, end: number): SyntaxMistake | undefined {
  const word = text.slice(start, end);
  if (NAME.test(word)) return undefined;
  let at = start;
  for (const character of word) {
    if (!PART.test(character)) break;
    at += character.length;
  }
  if (at === end) at = start;
  return { kind: "invalid-character", start: at, end: at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) };
}

const ESCAPES: Readonly<Record<string, RegExp>> = {
  x: /\\x[0-9a-fA-F]{2}/y,
  u: /\\u[0-9a-fA-F]{4}/y,
  U: /\\U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}/y,
  N: /\\N\{[^{}'"\n]+\}/y,
};

/** The first invalid escape sequence between two offsets. */
export function invalidEscape(text: string, start: number, end: number, isBytes: boolean): SyntaxMistake | undefined {
  for (let at = text.indexOf("\\", start); at >= 0 && at < end; at = text.indexOf("\\", at + 2)) {
    const letter = text.charAt(at + 1);
    const form = isBytes && letter !== "x" ? undefined : ESCAPES[letter];
    if (form === undefined) continue;
    form.lastIndex = at;
    if (!form.test(text) || form.lastIndex > end)
      return { kind: "bad-escape", start: at, end: at + 2, detail: text.slice(at, at + 2) };
  }
  return undefined;
}
