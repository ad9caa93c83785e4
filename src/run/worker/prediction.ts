// Reads predictions as JavaScript values and writes them as JSON. Values that JSON cannot represent (arrays, NaN, infinities
// and large integers) are sent separately with their paths, so that no other value can be mistaken for them.
import { exactJson } from "../../base/exact-json.ts";
import { invariant } from "../../base/invariant.ts";
import type { RowError } from "../api/report.ts";
import type { Frame, Path } from "./frame.ts";
import { type ArrayForm, type ElementType, rawArray, toLists } from "./raw-array.ts";
import { MAX_LISTED, MAX_LISTS } from "./reply-limits.ts";

/** The error of an `error` frame. */
export function readError(frame: Frame): RowError {
  const { type, message, traceback } = frame.header.error as RowError;
  return { type, message, ...(traceback !== undefined && { traceback }) };
}

/** The outcome of one datapoint of a batch. */
export type Item =
  | { readonly kind: "prediction"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: RowError };

/** The outcome of one entry of the input. */
export type EntryOutcome = Item & { readonly index: number; readonly id: string };

interface ResultHeader {
  readonly items: unknown[];
  readonly numbers: readonly (readonly [Path, string])[];
  readonly errors: readonly (readonly [number, RowError])[];
  readonly arrays?: readonly DescribedArray[];
}

interface DescribedArray {
  readonly path: Path;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly offset: number;
  /** Whether the value is a list of numbers in Python, and must be a list here. */
  readonly list?: true;
}

/** Why the arrays of a `result` frame are too large to be converted to a form; `undefined` if they are not. */
export function tooLarge(frame: Frame, form: ArrayForm): RowError | undefined {
  const { arrays = [] } = frame.header as unknown as ResultHeader;
  let [elements, lists] = [0, 0];
  for (const { shape, list } of arrays) {
    if (form === "raw" && list === undefined) continue;
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

/** Reads the items of a `result` frame. */
export function readResult(frame: Frame, form: ArrayForm): readonly Item[] {
  const header = frame.header as unknown as ResultHeader;
  for (const { path, dtype, shape, offset, list } of header.arrays ?? []) {
    const array = rawArray(dtype, shape, frame.body, offset);
    put(header.items, path, form === "lists" || list === true ? toLists(array) : array);
  }
  for (const [path, text] of header.numbers) put(header.items, path, parseNumber(text));
  const items = header.items.map((value): Item => ({ kind: "prediction", value }));
  for (const [index, error] of header.errors) items[index] = { kind: "error", error };
  return items;
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
