// Reads predictions as JavaScript values and writes them as JSON. Values that JSON cannot represent (arrays, NaN, infinities
// and large integers) are sent separately with their paths, so that no other value can be mistaken for them.
import { exactJson } from "../../base/exact-json.ts";
import { invariant } from "../../base/invariant.ts";
import type { RowError } from "../api/report.ts";
import type { Path } from "./frame.ts";
import { type ArrayForm, rawArray, toLists } from "./raw-array.ts";
import type { BatchResult } from "./reply.ts";
import { MAX_LISTED, MAX_LISTS } from "./reply-limits.ts";

/** The outcome of one datapoint of a batch. */
export type Item =
  | { readonly kind: "prediction"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: RowError };

/** The outcome of one entry of the input. */
export type EntryOutcome = Item & { readonly index: number; readonly id: string };

/** Why the arrays of a result are too large to be converted to a form; `undefined` if they are not. */
export function tooLarge({ arrays }: Pick<BatchResult, "arrays">, form: ArrayForm): RowError | undefined {
  let [elements, lists] = [0, 0];
  for (const { shape, isList } of arrays) {
    if (form === "raw" && !isList) continue;
    let inside = 1;
    for (const extent of shape) {
      lists += inside;
      // An empty axis still has one list for each element of the outer axes.
      inside *= Math.max(1, extent);
    }
    elements += inside;
  }
  const message =
    elements > MAX_LISTED
      ? `arrays with ${elements} elements for one batch; the limit is ${MAX_LISTED}`
      : `arrays with ${lists} rows for one batch; the limit is ${MAX_LISTS}`;
  if (elements <= MAX_LISTED && lists <= MAX_LISTS) return undefined;
  return { type: "TooLarge", message: `\`predict\` returned ${message}` };
}

/** The items of a result, with their numbers and arrays inserted. */
export function itemsOf({ items, numbers, errors, arrays, body }: BatchResult, form: ArrayForm): readonly Item[] {
  for (const { path, dtype, shape, offset, isList } of arrays) {
    const array = rawArray(dtype, shape, body, offset);
    put(items, path, form === "lists" || isList ? toLists(array) : array);
  }
  for (const [path, text] of numbers) put(items, path, parseNumber(text));
  const read = items.map((value): Item => ({ kind: "prediction", value }));
  for (const [index, error] of errors) read[index] = { kind: "error", error };
  return read;
}

function put(root: unknown, path: Path, value: unknown): void {
  let holder = root as Record<string | number, unknown>;
  for (const part of path.slice(0, -1)) holder = holder[part] as typeof holder;
  const last = path.at(-1);
  invariant(last !== undefined && Object.hasOwn(holder, last), "a worker sent the path of a value that does not exist");
  // The own property exists, so this cannot change a prototype, even with the name `__proto__`.
  holder[last] = value;
}

function parseNumber(text: string): number | bigint {
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
}

/** Writes a prediction as JSON. Integers keep all digits. NaN and infinities become null, because JSON does not have them. */
export function predictionJson(value: unknown): string {
  return exactJson(value);
}

/** The approximate number of values in one piece of JSON. */
const PIECE = 2 ** 16;

/** Whether a prediction is so large that it must be written in pieces. */
export function isLarge(value: unknown): boolean {
  return weightOf(value) > PIECE;
}

/** The text of `predictionJson` in pieces, so that other work can run in between. */
export function* predictionJsonPieces(value: unknown): Generator<string, undefined> {
  if (!isLarge(value)) {
    yield predictionJson(value);
  } else if (Array.isArray(value)) {
    const each = weightOf(value[0]);
    const step = Math.max(1, Math.floor(PIECE / each));
    for (let start = 0; start < value.length; start += step) {
      yield start === 0 ? "[" : ",";
      if (each > PIECE) yield* predictionJsonPieces(value[start]);
      else yield predictionJson(value.slice(start, start + step)).slice(1, -1);
    }
    yield "]";
  } else {
    let mark = "{";
    for (const [key, entry] of Object.entries(value as object)) {
      yield `${mark}${JSON.stringify(key)}:`;
      yield* predictionJsonPieces(entry);
      mark = ",";
    }
    yield "}";
  }
  return undefined;
}

/** Estimates the number of values. All items of a list are assumed to be as large as the first. */
function weightOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  if (Array.isArray(value)) return Math.max(1, value.length) * weightOf(value[0]);
  return Object.values(value).reduce((sum: number, entry) => sum + weightOf(entry), 1);
}
