// Splits the tensors of a request into datapoints: the first axis of each tensor is the batch, and its name is the name of an input.
import { quote } from "../base/quote.ts";
import type { DataDatapoint } from "../run/api/datapoint.ts";
import { RequestProblem } from "./problem.ts";
import { countOf, type Tensor } from "./tensor.ts";

/** The maximum number of datapoints in one request. */
export const MAX_DATAPOINTS = 10_000;

/** The datapoints of some tensors. Throws a `RequestProblem`. */
export function datapointsOf(tensors: readonly Tensor[]): readonly DataDatapoint[] {
  const count = tensors[0]?.shape[0] ?? 0;
  for (const { name, shape } of tensors) {
    if (shape[0] === count) continue;
    const first = `the first axis of ${quote(tensors[0]?.name ?? "")} has ${count} datapoints`;
    throw new RequestProblem(400, `${first}, but that of ${quote(name)} has ${shape[0]}`);
  }
  if (count === 0)
    throw new RequestProblem(400, "the request has no datapoints: the first axis of its tensors is empty");
  requireFewDatapoints(count);
  const columns = tensors.map((tensor) => [tensor.name, rowReader(tensor)] as const);
  return Array.from({ length: count }, (_, row) => {
    return { inputs: Object.fromEntries(columns.map(([name, read]) => [name, read(row)])) };
  });
}

/** Throws if a request has too many datapoints. */
export function requireFewDatapoints(count: number): void {
  if (count <= MAX_DATAPOINTS) return;
  throw new RequestProblem(413, `the request has ${count} datapoints; the limit is ${MAX_DATAPOINTS}`);
}

/** Returns the value of a tensor for one datapoint: an element, or an array with the remaining axes. */
function rowReader({ datatype, shape, data }: Tensor): (row: number) => unknown {
  const rest = shape.slice(1);
  const size = countOf(rest);
  if (datatype === "BYTES") {
    const elements = data.map((text) => (typeof text === "string" ? text : bytesArray(text)));
    return (row) => nested(elements.slice(row * size, (row + 1) * size), rest);
  }
  if (rest.length > 0) {
    return (row) => ({ dtype: datatype, shape: rest, data: data.subarray(row * size, (row + 1) * size) });
  }
  return (row) => (datatype === "BOOL" ? data[row] !== 0 : data[row]);
}

/** Bytes as an array, which the model receives as a NumPy array or a `memoryview`. */
function bytesArray(bytes: Uint8Array): object {
  return { dtype: "UINT8", shape: [bytes.length], data: bytes };
}

function nested(elements: readonly unknown[], [extent, ...rest]: readonly number[]): unknown {
  if (extent === undefined) return elements[0];
  const size = countOf(rest);
  return Array.from({ length: extent }, (_, index) => nested(elements.slice(index * size, (index + 1) * size), rest));
}
