// The elements of tensors as JSON: one flat list, or nested lists. A 64-bit integer keeps all digits. JSON has no NaN and no
// infinities, so `null` is written in their place and read as NaN.
import { ExactNumber } from "../base/exact-json.ts";
import { type ElementData, type ElementType, halfBits } from "../run/worker/raw-array.ts";
import { countOf, type Datatype, type Tensor, tensorProblem } from "./tensor.ts";

/** Reads the elements of a tensor. The lists are read by position, so their nesting does not have to match the shape. */
export function elementsFromJson(name: string, datatype: Datatype, shape: readonly number[], data: unknown): Tensor {
  if (!Array.isArray(data)) throw tensorProblem(name, "has no list `data`");
  const count = countOf(shape);
  const values = flat(name, data, count, shape.length);
  if (values.length !== count)
    throw tensorProblem(name, `has ${values.length} elements in \`data\` instead of ${count}`);
  if (datatype !== "BYTES") return { name, datatype, shape, data: numbersFrom(name, datatype, values) };
  const isText = (value: unknown): value is string => typeof value === "string";
  if (values.every(isText)) return { name, datatype, shape, data: values };
  throw tensorProblem(name, "of type BYTES has an element in `data` that is not text");
}

/** The elements as the text of a flat JSON list; `undefined` for bytes that are not UTF-8, which only the binary form can have. */
export function elementsToJson(tensor: Tensor): string | undefined {
  if (tensor.datatype === "BYTES") {
    const isText = tensor.data.every((value) => typeof value === "string");
    return isText ? JSON.stringify(tensor.data) : undefined;
  }
  const { datatype, data } = tensor;
  if (datatype === "BOOL") return `[${Array.from(data as Uint8Array, (value) => value !== 0).join(",")}]`;
  const isJson = data instanceof BigInt64Array || data instanceof BigUint64Array || data.every(Number.isFinite);
  return isJson ? `[${data.join(",")}]` : JSON.stringify(Array.from(data as Float64Array));
}

/** The items of nested lists. Stops soon after `count` items, because a request may contain any number of them. */
function flat(name: string, data: readonly unknown[], count: number, depth: number): readonly unknown[] {
  const values: unknown[] = [];
  const add = (list: readonly unknown[], left: number): void => {
    for (const value of list) {
      if (!Array.isArray(value)) values.push(value);
      else if (left > 1) add(value, left - 1);
      else throw tensorProblem(name, "has lists in `data` that are nested more deeply than its shape");
      if (values.length > count) throw tensorProblem(name, `has more than ${count} elements in \`data\``);
    }
  };
  add(data, depth);
  return values;
}

/** The smallest and the largest value of each type of integers. */
const RANGES = {
  INT8: [-(2n ** 7n), 2n ** 7n - 1n],
  INT16: [-(2n ** 15n), 2n ** 15n - 1n],
  INT32: [-(2n ** 31n), 2n ** 31n - 1n],
  INT64: [-(2n ** 63n), 2n ** 63n - 1n],
  UINT8: [0n, 2n ** 8n - 1n],
  UINT16: [0n, 2n ** 16n - 1n],
  UINT32: [0n, 2n ** 32n - 1n],
  UINT64: [0n, 2n ** 64n - 1n],
} as const;

type IntegerType = keyof typeof RANGES;

function numbersFrom(name: string, datatype: ElementType, values: readonly unknown[]): ElementData {
  const wrong = (value: unknown): Error => {
    const shown = value instanceof ExactNumber ? value.text : JSON.stringify(value);
    return tensorProblem(name, `of type ${datatype} has the element ${shown.slice(0, 40)} in \`data\``);
  };
  const small = (type: IntegerType) => {
    const [least, most] = RANGES[type].map(Number) as [number, number];
    return (value: unknown): number => {
      const number = value instanceof ExactNumber ? Number(value.text) : value;
      if (typeof number !== "number" || !Number.isInteger(number) || number < least || number > most)
        throw wrong(value);
      return number;
    };
  };
  const large = (type: IntegerType) => {
    const [least, most] = RANGES[type];
    return (value: unknown): bigint => {
      const integer = integerOf(value);
      if (integer === undefined || integer < least || integer > most) throw wrong(value);
      return integer;
    };
  };
  const real = (round: (value: number) => number) => {
    return (value: unknown): number => {
      if (value === null) return Number.NaN;
      const number = value instanceof ExactNumber ? Number(value.text) : value;
      if (typeof number !== "number" || !Number.isFinite(round(number))) throw wrong(value);
      return number;
    };
  };
  switch (datatype) {
    case "BOOL":
      return Uint8Array.from(values, (value) => {
        if (value !== true && value !== false && value !== 0 && value !== 1) throw wrong(value);
        return Number(value);
      });
    case "INT8":
      return Int8Array.from(values, small(datatype));
    case "INT16":
      return Int16Array.from(values, small(datatype));
    case "INT32":
      return Int32Array.from(values, small(datatype));
    case "INT64":
      return BigInt64Array.from(values.map(large(datatype)));
    case "UINT8":
      return Uint8Array.from(values, small(datatype));
    case "UINT16":
      return Uint16Array.from(values, small(datatype));
    case "UINT32":
      return Uint32Array.from(values, small(datatype));
    case "UINT64":
      return BigUint64Array.from(values.map(large(datatype)));
    case "FP16":
      return Float32Array.from(
        values,
        real((value) => ((halfBits(value) & 0x7fff) < 0x7c00 ? value : Number.NaN)),
      );
    case "BF16":
    case "FP32":
      return Float32Array.from(values, real(Math.fround));
    case "FP64":
      return Float64Array.from(values, real(Number));
  }
}

/** An integer in any JSON spelling: `12`, `1.0`, or with more digits than a JavaScript number has. */
function integerOf(value: unknown): bigint | undefined {
  const number = value instanceof ExactNumber ? Number(value.text) : value;
  if (value instanceof ExactNumber && /^-?\d+$/.test(value.text)) return BigInt(value.text);
  return typeof number === "number" && Number.isSafeInteger(number) ? BigInt(number) : undefined;
}
