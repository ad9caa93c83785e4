// Stacks the predictions of a request into tensors: the first axis is the batch, and the name of a tensor is a prediction key.
import { exactJson } from "../base/exact-json.ts";
import { quote } from "../base/quote.ts";
import { type RawArray, toLists } from "../run/worker/raw-array.ts";
import { MAX_LISTED } from "../run/worker/reply-limits.ts";
import { RequestProblem } from "./problem.ts";
import { countOf, type Datatype, type Tensor } from "./tensor.ts";

/** What is known about the outputs of a model before it predicts. */
export interface OutputTypes {
  /** The name of the output if predictions are not maps. */
  readonly whole: string;
  /** The types of some outputs, from the annotations of the Python code. */
  readonly datatypes: ReadonlyMap<string, Datatype>;
}

/** The outputs of a request in the order of the keys of its first prediction. Throws a `RequestProblem`. */
export function outputTensors(predictions: readonly unknown[], types: OutputTypes): readonly Tensor[] {
  const [first] = predictions;
  if (!predictions.every(isMap) || !isMap(first)) return [stack(types.whole, predictions, undefined)];
  return Object.keys(first).map((name) => {
    const values = predictions.map((prediction) => (Object.hasOwn(prediction, name) ? prediction[name] : null));
    return stack(name, values, types.datatypes.get(name));
  });
}

/** Whether a value is a raw array. JSON has no typed arrays, so no other value looks like one. */
export function isRawArray(value: unknown): value is RawArray {
  return typeof value === "object" && value !== null && "data" in value && ArrayBuffer.isView(value.data);
}

/** The value with its arrays as nested lists. Throws a `RequestProblem` if they are too large. */
export function withLists(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withLists);
  if (!isRawArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withLists(inner)]));
  }
  const count = countOf(value.shape);
  if (count <= MAX_LISTED) return toLists(value);
  throw new RequestProblem(422, `the model returned an array with ${count} elements; the limit is ${MAX_LISTED}`);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawArray(value);
}

function stack(name: string, values: readonly unknown[], known: Datatype | undefined): Tensor {
  if (values.every(isRawArray)) return stackArrays(name, values);
  const lists = values.map(withLists);
  const shapes = lists.map(shapeOf);
  const [shape] = shapes;
  const elements = lists.flat(Number.POSITIVE_INFINITY);
  const datatype = datatypeOf(elements, known);
  // Anything that is not an array of one type is sent as one JSON text for each datapoint.
  if (shape === undefined || shapes.includes(undefined) || datatype === undefined) {
    return { name, datatype: "BYTES", shape: [values.length], data: lists.map(exactJson) };
  }
  for (const other of shapes) requireSameShape(name, shape, other ?? []);
  return tensorOf(name, datatype, [values.length, ...shape], elements);
}

/** Stacks arrays, whose type is exact. */
function stackArrays(name: string, arrays: readonly RawArray[]): Tensor {
  const [first] = arrays;
  const { dtype, shape } = first ?? { dtype: "FP32" as const, shape: [] };
  for (const array of arrays) {
    requireSameShape(name, shape, array.shape);
    if (array.dtype === dtype) continue;
    throw cannotStack(name, `are of type ${dtype} and of type ${array.dtype}`);
  }
  const size = countOf(shape);
  const Kind = (first?.data.constructor ?? Float32Array) as new (length: number) => RawArray["data"];
  const data = new Kind(size * arrays.length);
  for (const [row, array] of arrays.entries()) data.set(array.data as never, row * size);
  return { name, datatype: dtype, shape: [arrays.length, ...shape], data };
}

function requireSameShape(name: string, shape: readonly number[], other: readonly number[]): void {
  if (shape.length === other.length && shape.every((extent, axis) => extent === other[axis])) return;
  throw cannotStack(name, `have the shapes [${shape.join(", ")}] and [${other.join(", ")}]`);
}

function cannotStack(name: string, why: string): RequestProblem {
  const hint = "send one datapoint in each request, or use `POST /models/NAME/predict`";
  return new RequestProblem(422, `the values of the output ${quote(name)} ${why}, so they are not one tensor; ${hint}`);
}

/** The shape of nested lists; `undefined` if they are not regular. */
function shapeOf(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value)) return [];
  if (value.length === 0) return [0];
  const inner = shapeOf(value[0]);
  const isLike = (other: unknown): boolean => shapeOf(other)?.join() === inner?.join();
  return inner === undefined || !value.every(isLike) ? undefined : [value.length, ...inner];
}

/** A tensor of elements that have its type. */
function tensorOf(name: string, datatype: ListedType, shape: readonly number[], elements: readonly unknown[]): Tensor {
  switch (datatype) {
    case "BYTES":
      return { name, datatype, shape, data: elements.map(String) };
    case "BOOL":
      return { name, datatype, shape, data: Uint8Array.from(elements, Number) };
    case "FP64":
      return { name, datatype, shape, data: Float64Array.from(elements, Number) };
    case "INT64":
      return { name, datatype, shape, data: BigInt64Array.from(elements.map((value) => BigInt(value as number))) };
    case "UINT64":
      return { name, datatype, shape, data: BigUint64Array.from(elements.map((value) => BigInt(value as number))) };
  }
}

function isListedType(datatype: Datatype | undefined): datatype is ListedType {
  return datatype !== undefined && ["BYTES", "BOOL", "FP64", "INT64", "UINT64"].includes(datatype);
}

/** The types of values in lists. */
type ListedType = "BYTES" | "BOOL" | "FP64" | "INT64" | "UINT64";

/** The type of some elements: the known type if they have it. Otherwise all numbers are FP64, so that the type stays the same. */
function datatypeOf(elements: readonly unknown[], known: Datatype | undefined): ListedType | undefined {
  if (elements.length === 0) return isListedType(known) ? known : "FP64";
  if (elements.every((value) => typeof value === "string")) return "BYTES";
  if (elements.every((value) => typeof value === "boolean")) return "BOOL";
  if (!elements.every((value) => typeof value === "number" || typeof value === "bigint")) return undefined;
  const isLarge = (value: number | bigint): value is bigint => typeof value === "bigint";
  if (elements.some(isLarge)) return bigType(elements);
  return known === "INT64" && elements.every(Number.isInteger) ? "INT64" : "FP64";
}

/** The type of integers of which some are beyond 2^53; `undefined` if none holds them. */
function bigType(elements: readonly (number | bigint)[]): ListedType | undefined {
  const fits = (least: bigint, most: bigint) => {
    return elements.every((value) => {
      const isWhole = typeof value === "bigint" || Number.isInteger(value);
      return isWhole && BigInt(value) >= least && BigInt(value) <= most;
    });
  };
  if (fits(-(2n ** 63n), 2n ** 63n - 1n)) return "INT64";
  return fits(0n, 2n ** 64n - 1n) ? "UINT64" : undefined;
}
