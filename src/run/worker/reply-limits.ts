// Size limits of replies. The code of a model shares the process with the worker, so a reply is untrusted: its size is checked
// before its header is parsed. The worker enforces the same limits (worker/frames.py) and reports an error of its own, so a
// reply that exceeds them here was not sent by our code. src/docs/limits.md lists the limits.

import { MAX_DIGITS } from "../../base/exact-json.ts";

/** The maximum size of a header, in bytes. A longer header would exceed the maximum length of a string. */
export const MAX_HEADER = 256 * 1024 * 1024;

/** The maximum size of a body, in bytes. */
export const MAX_BODY = 1024 * 1024 * 1024;

/** The maximum number of values in a header. The elements of arrays are in the body and do not count. */
export const MAX_VALUES = 1_000_000;

/** The maximum nesting of lists and maps. Predictions have at most 100 levels, and the header adds a few. */
const MAX_NESTING = 128;

/** The maximum number of digits of a number. The time to parse one is quadratic in its length. */
export { MAX_DIGITS };

/** The maximum number of digits in all large integers of one reply. */
export const MAX_ALL_DIGITS = 4_000_000;

/** The maximum number of dimensions of an array, as in NumPy. */
export const MAX_DIMENSIONS = 64;

/** The maximum number of array elements in one reply that are converted to lists. Each takes eight bytes, plus its text. */
export const MAX_LISTED = 2 ** 25;

/** The maximum number of lists to which these arrays are converted. */
export const MAX_LISTS = 2 ** 22;

/** The maximum length of one text of an error (the worker keeps 65,536 characters, each up to two UTF-16 units), and of all. */
export const MAX_ERROR_TEXT = 200_000;
export const MAX_ALL_ERROR_TEXT = 10_000_000;

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [LIST, END_OF_LIST, MAP, END_OF_MAP] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Why JSON text is too large to be parsed, found without parsing it; `undefined` if it is not. The result is unspecified for
 * invalid JSON.
 */
export function sizeProblem(json: Uint8Array): string | undefined {
  let values = 0;
  let nesting = 0;
  /** The start of the token between two punctuation characters. */
  let start = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) {
      at++;
      while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
    } else if (byte === LIST || byte === MAP) {
      values++;
      nesting++;
    } else if (byte === COMMA) {
      values++;
    } else if (byte === END_OF_LIST || byte === END_OF_MAP) {
      nesting--;
    } else if (byte !== COLON) {
      if (at - start > MAX_DIGITS) return `a number with more than ${MAX_DIGITS} digits`;
      continue;
    }
    start = at + 1;
    if (values > MAX_VALUES) return `more than ${MAX_VALUES} values outside of arrays`;
    if (nesting > MAX_NESTING) return `lists and maps with more than ${MAX_NESTING} levels`;
  }
  return undefined;
}
