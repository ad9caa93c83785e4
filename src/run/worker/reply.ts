// Validates the messages of a worker. The code of a model runs in the same process, so messages are untrusted. An invalid
// message ends the worker and is not processed further.
import type { RowError } from "../api/report.ts";
import type { Frame, Path } from "./frame.ts";
import { ELEMENT_SIZES, type ElementType } from "./raw-array.ts";
import { MAX_ALL_DIGITS, MAX_ALL_ERROR_TEXT, MAX_DIGITS, MAX_DIMENSIONS, MAX_ERROR_TEXT } from "./reply-limits.ts";

/** A request to a worker. */
export interface Message {
  readonly type: "import" | "load" | "predict";
  /** The datapoints to predict. */
  readonly datapoints?: readonly unknown[];
  readonly [name: string]: unknown;
}

const REPLY_TYPES: Readonly<Record<Message["type"], string>> = { import: "imported", load: "ready", predict: "result" };

/** Why a reply is not a valid answer to a message; `undefined` if it is valid. */
export function replyProblem({ header, body }: Frame, message: Message | undefined): string | undefined {
  if (message === undefined) return "a reply without a request";
  if (header.type === "error")
    return isRowError(header.error) ? undefined : "an error without a valid type and message";
  if (header.type !== REPLY_TYPES[message.type]) return "a reply of the wrong type";
  if (header.type !== "result") return undefined;
  const { items, numbers, errors, arrays = [] } = header as Readonly<Record<string, unknown>>;
  if (!Array.isArray(items) || !Array.isArray(numbers) || !Array.isArray(errors) || !Array.isArray(arrays))
    return "a result without items";
  if (items.length !== message.datapoints?.length) return "the number of items differs from the number of datapoints";
  if (numbers.some((each) => sizeOf(each?.[1]) > MAX_DIGITS + 1)) return `a number with more than ${MAX_DIGITS} digits`;
  if (arrays.some((each) => sizeOf(each?.shape) > MAX_DIMENSIONS)) return `more than ${MAX_DIMENSIONS} dimensions`;
  if (!numbers.every((each) => isNumber(each, items))) return "a number without a valid path";
  if (sum(numbers, ([, text]) => text.length) > MAX_ALL_DIGITS) return `more than ${MAX_ALL_DIGITS} digits`;
  if (!arrays.every((each) => isArray(each, items, body.byteLength)))
    return "an array without a valid path or position";
  // Arrays must not share bytes, so that the memory for them is limited by the size of the body.
  if (sum(arrays, bytesOf) > body.byteLength) return "arrays that overlap";
  if (errors.length > items.length || !errors.every((each) => isError(each, items.length)))
    return "an error without a datapoint";
  if (sum(errors, ([, error]) => textOf(error)) > MAX_ALL_ERROR_TEXT) return "errors with too much text";
  return undefined;
}

/** The length of text or of a list. */
function sizeOf(value: unknown): number {
  return typeof value === "string" || Array.isArray(value) ? value.length : 0;
}

function sum<Entry>(entries: readonly Entry[], size: (entry: Entry) => number): number {
  return entries.reduce((total, entry) => total + size(entry), 0);
}

function isRowError(error: unknown): error is RowError {
  if (typeof error !== "object" || error === null) return false;
  const { type, message, traceback } = error as Readonly<Record<string, unknown>>;
  return isText(type) && isText(message) && (traceback === undefined || isText(traceback));
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_ERROR_TEXT;
}

function textOf({ type, message, traceback = "" }: RowError): number {
  return type.length + message.length + traceback.length;
}

function isNumber(entry: unknown, items: readonly unknown[]): entry is readonly [Path, string] {
  if (!Array.isArray(entry) || typeof entry[1] !== "string") return false;
  return /^(?:-?\d+|NaN|-?Infinity)$/.test(entry[1]) && isPlaceholder(entry[0], items);
}

/** The description of an array in the header. */
interface Described {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
}

function isArray(entry: unknown, items: readonly unknown[], size: number): entry is Described {
  if (typeof entry !== "object" || entry === null) return false;
  const { path, dtype, shape, offset, list } = entry as Readonly<Record<string, unknown>>;
  const bytes = ELEMENT_SIZES.get(dtype as ElementType);
  if (bytes === undefined || !isCount(offset) || (list !== undefined && list !== true)) return false;
  if (!Array.isArray(shape) || !shape.every(isCount)) return false;
  const end = offset + bytesOf({ dtype: dtype as ElementType, shape });
  return offset % bytes === 0 && end <= size && isPlaceholder(path, items);
}

function bytesOf({ dtype, shape }: Described): number {
  return (ELEMENT_SIZES.get(dtype) ?? 0) * shape.reduce((product, extent) => product * extent, 1);
}

function isError(entry: unknown, count: number): entry is readonly [number, RowError] {
  return Array.isArray(entry) && isCount(entry[0]) && entry[0] < count && isRowError(entry[1]);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether a path leads to a `null`, which is the placeholder for a value that is sent separately. */
function isPlaceholder(path: unknown, items: readonly unknown[]): path is Path {
  if (!Array.isArray(path) || path.length === 0) return false;
  let place: unknown = items;
  for (const part of path) {
    if (typeof part !== "string" && !isCount(part)) return false;
    if (typeof place !== "object" || place === null || !Object.hasOwn(place, part)) return false;
    place = (place as Readonly<Record<string, unknown>>)[part];
  }
  return place === null;
}
