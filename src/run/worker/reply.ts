// Whether a message of a worker is one that it can send. The code of a model runs in the same process, so what comes from
// there is believed only after a look; what is wrong ends the process before anybody reads the message.
import type { Frame, Path } from "./frame.ts";
import { ELEMENT_SIZES, type ElementType } from "./raw-array.ts";

/** What a worker is asked to do. */
export interface Message {
  readonly type: "import" | "load" | "predict";
  /** To predict. */
  readonly datapoints?: readonly unknown[];
  readonly [name: string]: unknown;
}

const ANSWERS: Readonly<Record<Message["type"], string>> = { import: "imported", load: "ready", predict: "result" };

/** Why a reply is no answer to a message; `undefined` when it is one. */
export function whyUnusable({ header, body }: Frame, message: Message | undefined): string | undefined {
  if (message === undefined) return "an answer that nobody waits for";
  if (header.type === "error") return isRowError(header.error) ? undefined : "an error without its type and message";
  if (header.type !== ANSWERS[message.type]) return "another answer than the one to its message";
  if (header.type !== "result") return undefined;
  const { items, numbers, errors, arrays = [] } = header as Readonly<Record<string, unknown>>;
  if (!Array.isArray(items) || !Array.isArray(numbers) || !Array.isArray(errors) || !Array.isArray(arrays))
    return "a result without its items";
  if (items.length !== message.datapoints?.length) return "another number of items than of datapoints";
  if (!numbers.every((each) => isNumber(each, items))) return "a number without its place";
  if (!arrays.every((each) => isArray(each, items, body.byteLength))) return "an array without its place";
  if (!errors.every((each) => isError(each, items.length))) return "an error without its datapoint";
  return undefined;
}

function isRowError(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { type, message, traceback } = error as Readonly<Record<string, unknown>>;
  const isText = typeof type === "string" && typeof message === "string";
  return isText && (traceback === undefined || typeof traceback === "string");
}

function isNumber(entry: unknown, items: readonly unknown[]): boolean {
  if (!Array.isArray(entry) || typeof entry[1] !== "string") return false;
  return /^(?:-?\d+|NaN|-?Infinity)$/.test(entry[1]) && isFree(entry[0], items);
}

function isArray(entry: unknown, items: readonly unknown[], size: number): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  const { path, dtype, shape, offset } = entry as Readonly<Record<string, unknown>>;
  const bytes = ELEMENT_SIZES.get(dtype as ElementType);
  if (bytes === undefined || !isCount(offset) || !Array.isArray(shape) || !shape.every(isCount)) return false;
  const end = offset + bytes * shape.reduce((product, extent) => product * extent, 1);
  return offset % bytes === 0 && end <= size && isFree(path, items);
}

function isError(entry: unknown, count: number): boolean {
  return Array.isArray(entry) && isCount(entry[0]) && entry[0] < count && isRowError(entry[1]);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether a path leads to a `null`, which stands where something comes beside the items. */
function isFree(path: unknown, items: readonly unknown[]): path is Path {
  if (!Array.isArray(path) || path.length === 0) return false;
  let place: unknown = items;
  for (const part of path) {
    if (typeof part !== "string" && !isCount(part)) return false;
    if (typeof place !== "object" || place === null || !Object.hasOwn(place, part)) return false;
    place = (place as Readonly<Record<string, unknown>>)[part];
  }
  return place === null;
}
