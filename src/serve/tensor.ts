// Tensors of the Open Inference Protocol.
import { quote } from "../base/quote.ts";
import type { ElementData, ElementType } from "../run/worker/raw-array.ts";
import { isElementType } from "../run/worker/raw-array.ts";
import { RequestProblem } from "./problem.ts";

/** The type of the elements of a tensor. */
export type Datatype = ElementType | "BYTES";

/** A tensor of numbers or booleans, in row-major order. */
export interface NumberTensor {
  readonly name: string;
  readonly datatype: ElementType;
  readonly shape: readonly number[];
  readonly data: ElementData;
}

/** A tensor of texts. Bytes that are not UTF-8 stay bytes. */
export interface BytesTensor {
  readonly name: string;
  readonly datatype: "BYTES";
  readonly shape: readonly number[];
  readonly data: readonly (string | Uint8Array)[];
}

/** A tensor. `data` has one element for each position. */
export type Tensor = NumberTensor | BytesTensor;

/** The number of elements of a shape. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((count, extent) => count * extent, 1);
}

/** Whether a value is the name of a type of elements. */
export function isDatatype(value: unknown): value is Datatype {
  return value === "BYTES" || isElementType(value);
}

/** A problem with one tensor of a request. `name` starts the message. */
export function tensorProblem(name: string, message: string): RequestProblem {
  return new RequestProblem(400, `the tensor ${quote(name)} ${message}`);
}
