// Predictions as values of JavaScript and as JSON. What JSON cannot hold (arrays, numbers that are not finite, large
// integers) comes beside the values with its place, so that no value can be mistaken for it.
import { invariant } from "../base/invariant.ts";
import type { RowError } from "./report.ts";
import type { Frame, Path } from "./worker/frame.ts";
import { type ArrayForm, type ElementType, rawArray, toLists } from "./worker/raw-array.ts";

/** The error of an `error` frame. */
export function readError(frame: Frame): RowError {
  const { type, message, traceback } = frame.header.error as RowError;
  return { type, message, ...(traceback !== undefined && { traceback }) };
}

/** What became of one datapoint of a batch. */
export type Item =
  | { readonly kind: "prediction"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: RowError };

interface ResultHeader {
  readonly items: unknown[];
  readonly numbers: readonly (readonly [Path, string])[];
  readonly errors: readonly (readonly [number, RowError])[];
  readonly arrays?: readonly { path: Path; dtype: ElementType; shape: readonly number[]; offset: number }[];
}

/** More elements than this in one batch do not become lists: eight bytes each, and then their text. */
const MAX_LISTED = 2 ** 25;

/** Why the arrays of a `result` frame cannot be handed on in a form, if they cannot. */
export function tooLarge(frame: Frame, form: ArrayForm): RowError | undefined {
  const { arrays = [] } = frame.header as unknown as ResultHeader;
  if (form === "raw") return undefined;
  // An axis of no elements still has as many lists as the axes around it say.
  const size = (shape: readonly number[]): number =>
    shape.reduce((product, extent) => product * Math.max(1, extent), 1);
  const elements = arrays.reduce((sum, { shape }) => sum + size(shape), 0);
  if (elements <= MAX_LISTED) return undefined;
  const message = `predict returned arrays of ${elements} elements for one batch; the limit is ${MAX_LISTED}`;
  return { type: "TooLarge", message };
}

/** The items of a `result` frame. */
export function readResult(frame: Frame, form: ArrayForm): readonly Item[] {
  const header = frame.header as unknown as ResultHeader;
  for (const { path, dtype, shape, offset } of header.arrays ?? []) {
    const array = rawArray(dtype, shape, frame.body, offset);
    put(header.items, path, form === "lists" ? toLists(array) : array);
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
  invariant(last !== undefined && Object.hasOwn(holder, last), "a worker named a place that is not there");
  // An own property exists, so this cannot reach a prototype, even for the name `__proto__`.
  holder[last] = value;
}

function parseNumber(text: string): number | bigint {
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
}

/** A prediction as JSON: integers keep all digits, NaN and infinity become null, because JSON has none. */
export function predictionJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return exactJson(value); // of what a prediction may hold, only a bigint is no JSON
  }
}

function exactJson(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(exactJson).join(",")}]`;
  const entries = Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}:${exactJson(entry)}`);
  return `{${entries.join(",")}}`;
}
