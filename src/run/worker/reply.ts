// Parses the replies of a worker. The code of a model runs in the same process, so a reply is untrusted data. The result has
// the type that was checked. An invalid reply ends the worker.
import { found, problem, type Result } from "../../base/result.ts";
import type { RowError } from "../api/report.ts";
import type { Frame, Path } from "./frame.ts";
import { ELEMENT_SIZES, type ElementType, isElementType } from "./raw-array.ts";
import { MAX_ALL_DIGITS, MAX_ALL_ERROR_TEXT, MAX_DIGITS, MAX_DIMENSIONS, MAX_ERROR_TEXT } from "./reply-limits.ts";

/** A request to a worker. */
export interface Message {
  readonly type: "import" | "load" | "predict";
  /** The datapoints to predict. */
  readonly datapoints?: readonly unknown[];
  readonly [name: string]: unknown;
}

/** The answer to a message. */
export type WorkerReply =
  | { readonly kind: "done" }
  | { readonly kind: "error"; readonly error: WorkerError }
  | { readonly kind: "result"; readonly result: BatchResult };

/** An exception of the model's code. */
export interface WorkerError extends RowError {
  /** The name of the missing module, if the error is about one. */
  readonly missing?: string;
  /** The name of the missing environment variable, if the error is about one. */
  readonly variable?: string;
}

/** The predictions of a batch. A `null` in `items` is replaced by the number or the array that has its path. */
export interface BatchResult {
  readonly items: unknown[];
  readonly numbers: readonly (readonly [Path, string])[];
  readonly errors: readonly (readonly [number, RowError])[];
  readonly arrays: readonly DescribedArray[];
  readonly body: ArrayBuffer;
}

/** The position of an array in the body, and its path in the items. */
export interface DescribedArray {
  readonly path: Path;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly offset: number;
  /** Whether the value is a list of numbers in Python, and must be a list here. */
  readonly isList: boolean;
}

const REPLY_TYPES = { import: "imported", load: "ready", predict: "result" } as const satisfies Record<
  Message["type"],
  string
>;

/** Parses the answer to a message, or returns why the frame is not a valid answer. */
export function readReply(frame: Frame, message: Message | undefined): Result<WorkerReply> {
  const { header } = frame;
  if (message === undefined) return problem("a reply without a request");
  if (header.type === "error") {
    const error = readError(header.error);
    return error === undefined ? problem("an error without a valid type and message") : found({ kind: "error", error });
  }
  if (header.type !== REPLY_TYPES[message.type]) return problem("a reply of the wrong type");
  if (header.type !== "result") return found({ kind: "done" });
  const result = readResult(frame, message.datapoints?.length);
  return result.kind === "problem" ? result : found({ kind: "result", result: result.value });
}

function readResult({ header, body }: Frame, count: number | undefined): Result<BatchResult> {
  const { items, numbers, errors, arrays = [] } = header;
  if (!isList(items) || !isList(numbers) || !isList(errors) || !isList(arrays))
    return problem("a result without items");
  if (items.length !== count) return problem("the number of items differs from the number of datapoints");
  if (numbers.some((each) => isList(each) && sizeOf(each[1]) > MAX_DIGITS + 1))
    return problem(`a number with more than ${MAX_DIGITS} digits`);
  if (arrays.some((each) => isObject(each) && sizeOf(each["shape"]) > MAX_DIMENSIONS))
    return problem(`more than ${MAX_DIMENSIONS} dimensions`);
  const readNumbers = readAll(numbers, (each) => readNumber(each, items));
  if (readNumbers === undefined) return problem("a number without a valid path");
  if (sum(readNumbers, ([, text]) => text.length) > MAX_ALL_DIGITS)
    return problem(`more than ${MAX_ALL_DIGITS} digits`);
  const readArrays = readAll(arrays, (each) => readArray(each, items, body.byteLength));
  if (readArrays === undefined) return problem("an array without a valid path or position");
  // Arrays must not share bytes, so that the memory for them is limited by the size of the body.
  if (sum(readArrays, bytesOf) > body.byteLength) return problem("arrays that overlap");
  const readErrors = readAll(errors, (each) => readItemError(each, items.length));
  if (errors.length > items.length || readErrors === undefined) return problem("an error without a datapoint");
  if (sum(readErrors, ([, error]) => textOf(error)) > MAX_ALL_ERROR_TEXT) return problem("errors with too much text");
  return found({ items, numbers: readNumbers, errors: readErrors, arrays: readArrays, body });
}

/** All parsed entries; `undefined` if one of them is invalid. */
function readAll<Entry>(
  entries: readonly unknown[],
  read: (entry: unknown) => Entry | undefined,
): readonly Entry[] | undefined {
  const all: Entry[] = [];
  for (const each of entries) {
    const entry = read(each);
    if (entry === undefined) return undefined;
    all.push(entry);
  }
  return all;
}

/** Parses an exception. All fields except the type and the message are optional. */
export function readError(error: unknown): WorkerError | undefined {
  if (!isObject(error)) return undefined;
  const { type, message, traceback, missing, variable } = error;
  if (!isText(type) || !isText(message) || (traceback !== undefined && !isText(traceback))) return undefined;
  return {
    type,
    message,
    ...(traceback !== undefined && { traceback }),
    ...(typeof missing === "string" && { missing }),
    ...(typeof variable === "string" && { variable }),
  };
}

/** An error without the fields that are used only for hints. */
export function rowErrorOf({ type, message, traceback }: WorkerError): RowError {
  return { type, message, ...(traceback !== undefined && { traceback }) };
}

function readItemError(entry: unknown, count: number): readonly [number, RowError] | undefined {
  if (!isList(entry)) return undefined;
  const [index] = entry;
  const error = readError(entry[1]);
  return isCount(index) && index < count && error !== undefined ? [index, rowErrorOf(error)] : undefined;
}

function readNumber(entry: unknown, items: readonly unknown[]): readonly [Path, string] | undefined {
  if (!isList(entry)) return undefined;
  const [path, text] = entry;
  if (typeof text !== "string" || !/^(?:-?\d+|NaN|-?Infinity)$/.test(text)) return undefined;
  return isFree(path, items) ? [path, text] : undefined;
}

function readArray(entry: unknown, items: readonly unknown[], size: number): DescribedArray | undefined {
  if (!isObject(entry)) return undefined;
  const { path, dtype, shape, offset, list } = entry;
  if (!isElementType(dtype) || !isCount(offset) || (list !== undefined && list !== true)) return undefined;
  if (!isList(shape) || !shape.every(isCount)) return undefined;
  const end = offset + bytesOf({ dtype, shape });
  const isPlaced = offset % ELEMENT_SIZES[dtype] === 0 && end <= size && isFree(path, items);
  return isPlaced ? { path, dtype, shape, offset, isList: list === true } : undefined;
}

function bytesOf({ dtype, shape }: Pick<DescribedArray, "dtype" | "shape">): number {
  return ELEMENT_SIZES[dtype] * shape.reduce((product, extent) => product * extent, 1);
}

function sum<Entry>(entries: readonly Entry[], size: (entry: Entry) => number): number {
  return entries.reduce((total, entry) => total + size(entry), 0);
}

function textOf({ type, message, traceback = "" }: RowError): number {
  return type.length + message.length + traceback.length;
}

/** Whether a path leads to a `null`: the placeholder of a number or an array. */
function isFree(path: unknown, items: readonly unknown[]): path is Path {
  if (!isList(path) || path.length === 0) return false;
  let place: unknown = items;
  for (const part of path) {
    if (typeof part !== "string" && !isCount(part)) return false;
    if (!isContainer(place) || !Object.hasOwn(place, part)) return false;
    place = place[part];
  }
  return place === null;
}

/** The length of text or of a list. */
function sizeOf(value: unknown): number {
  return typeof value === "string" || isList(value) ? value.length : 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_ERROR_TEXT;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** A list or an object. */
function isContainer(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === "object" && value !== null;
}
