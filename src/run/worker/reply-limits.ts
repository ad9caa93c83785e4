// How large a reply of a worker may be. The code of a model shares the worker's process, so a reply is bounded before it is
// believed, and its header before it becomes objects. The worker keeps the same limits (worker/frames.py), and says so in an
// error of its own: what is beyond them here was not made by it. README.md lists them.

import { MAX_DIGITS } from "../../base/exact-json.ts";

/** The largest header, in bytes: a longer one could not become a string. */
export const MAX_HEADER = 256 * 1024 * 1024;

/** The largest body, in bytes. */
export const MAX_BODY = 1024 * 1024 * 1024;

/** Values in a header: everything but the elements of arrays, which are in the body. */
export const MAX_VALUES = 1_000_000;

/** Lists and maps in one another. Predictions have 100 at most; the worker puts its own around them. */
const MAX_NESTING = 128;

/** Digits of a number; longer ones take their square in time. */
export { MAX_DIGITS };

/** Digits of all numbers that JavaScript cannot hold, in one reply. */
export const MAX_ALL_DIGITS = 4_000_000;

/** Dimensions of an array; numpy has as many. */
export const MAX_DIMENSIONS = 64;

/** Elements of the arrays of one reply that become lists: eight bytes each, and then their text. */
export const MAX_LISTED = 2 ** 25;

/** Lists that they become. */
export const MAX_LISTS = 2 ** 22;

/** Characters of one text of an error, of which the worker keeps 65,536 (a character may be two of ours), and of all. */
export const MAX_ERROR_TEXT = 200_000;
export const MAX_ALL_ERROR_TEXT = 10_000_000;

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [LIST, END_OF_LIST, MAP, END_OF_MAP] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Why a text of JSON would become too much, without making anything of it; `undefined` when it would not. Of a text that is
 * no JSON, nothing is said.
 */
export function sizeProblem(json: Uint8Array): string | undefined {
  let values = 0;
  let nesting = 0;
  /** Where what stands between two marks begins. */
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
      if (at - start > MAX_DIGITS) return `a number of more than ${MAX_DIGITS} digits`;
      continue;
    }
    start = at + 1;
    if (values > MAX_VALUES) return `more than ${MAX_VALUES} values outside of arrays`;
    if (nesting > MAX_NESTING) return `lists and maps in more than ${MAX_NESTING} levels`;
  }
  return undefined;
}
