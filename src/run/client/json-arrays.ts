// Arrays in JSON, without loss: `{"dtype": "FP32", "shape": [2, 3], "data": "…"}`, with little-endian bytes in base64. A number that
// JSON does not have, such as NaN, is an array without dimensions. The server of `modelwright serve` and its client use this form.
import { ExactNumber } from "../../base/exact-json.ts";
import { found, problem, type Result } from "../../base/result.ts";
import {
  type ArrayForm,
  ELEMENT_SIZES,
  type ElementType,
  halfBits,
  isElementType,
  rawArray,
  toLists,
} from "../worker/raw-array.ts";

/** An array in JSON. */
interface JsonArray {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly data: string;
}

/** A copy of a value with arrays that JSON can hold. The arrays of the value are raw arrays. */
export function encodeArrays(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : jsonArray("FP64", [], Float64Array.of(value));
  if (value instanceof ExactNumber) return encodeExact(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(encodeArrays);
  const { dtype, shape, data } = value as { dtype?: unknown; shape?: unknown; data?: unknown };
  if (isElementType(dtype) && Array.isArray(shape) && ArrayBuffer.isView(data)) return jsonArray(dtype, shape, data);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encodeArrays(inner)]));
}

/** NaN and infinities are exact numbers in the inputs of a datapoint. */
function encodeExact(value: ExactNumber): unknown {
  const number = Number(value.text);
  return /^-?(?:NaN|Infinity)$/.test(value.text) ? jsonArray("FP64", [], Float64Array.of(number)) : value;
}

/** An array from the bytes of its elements, or from a typed array. */
export function jsonArray(dtype: ElementType, shape: readonly number[], data: ArrayBufferView): JsonArray {
  const { buffer, byteOffset, byteLength } = packed(dtype, data);
  return { dtype, shape, data: toBase64(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)) };
}

/** Elements of 16 bits have 32 bits in a typed array. */
function packed(dtype: ElementType, data: ArrayBufferView): ArrayBufferView {
  if (!(data instanceof Float32Array)) return data;
  if (dtype === "FP16") return Uint16Array.from(data, halfBits);
  if (dtype === "BF16") return Uint16Array.from(new Uint32Array(data.slice().buffer), (bits) => bits >>> 16);
  return data;
}

/**
 * A copy of a JSON value in which the arrays are raw arrays or nested lists, and an array without dimensions is its only element. A
 * problem continues a sentence that ends with "has".
 */
export function decodeArrays(value: unknown, form: ArrayForm): Result<unknown> {
  let wrong: string | undefined;
  const decode = (part: unknown): unknown => {
    if (typeof part !== "object" || part === null || part instanceof ExactNumber) return part;
    if (Array.isArray(part)) return part.map(decode);
    if (!isJsonArray(part)) {
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, decode(inner)]));
    }
    const { dtype, shape } = part;
    const bytes = fromBase64(part.data);
    const size = shape.reduce((product, extent) => product * extent, ELEMENT_SIZES[dtype]);
    if (bytes?.length !== size) {
      wrong ??= `an array of type ${dtype} and shape [${shape.join(", ")}] whose \`data\` is not base64 of ${size} bytes`;
      return null;
    }
    const array = rawArray(dtype, shape, bytes.buffer, 0);
    return form === "lists" || shape.length === 0 ? toLists(array) : array;
  };
  const decoded = decode(value);
  return wrong === undefined ? found(decoded) : problem(wrong);
}

function isJsonArray(value: object): value is JsonArray {
  const { dtype, shape, data, ...others } = value as { dtype?: unknown; shape?: unknown; data?: unknown };
  const isSize = (extent: unknown): boolean =>
    typeof extent === "number" && Number.isSafeInteger(extent) && extent >= 0;
  return (
    isElementType(dtype) &&
    Array.isArray(shape) &&
    shape.every(isSize) &&
    typeof data === "string" &&
    Object.keys(others).length === 0
  );
}

/** The number of bytes that are converted together. */
const CHUNK = 0x6000;

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  }
  return text;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
