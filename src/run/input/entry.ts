// Datapoints with their position in the input, and the form in which they are sent to the worker.
import { resolve } from "node:path";
import { messageOf, problem, type Result } from "../../base/result.ts";
import type { Datapoint } from "../api/datapoint.ts";
import type { RowError } from "../api/report.ts";
import { extractArrays, type Outgoing } from "../worker/extract-arrays.ts";
import type { OutgoingArray } from "../worker/frame.ts";

/** A datapoint with its position in the input, or an item of the input that cannot be read. */
export type Entry =
  | {
      readonly kind: "datapoint";
      readonly index: number;
      readonly id: string;
      readonly datapoint: Datapoint;
      /** The arrays of its inputs, which are sent separately. */
      readonly arrays?: readonly OutgoingArray[];
    }
  | { readonly kind: "broken"; readonly index: number; readonly id: string; readonly error: RowError };

/** A datapoint as it is sent: its index, its id, and the path of a file or the named values. */
export type WireDatapoint = readonly [number, string, string | null, Readonly<Record<string, unknown>> | null];

/** Makes an entry from a value. A value that is not a datapoint becomes a broken entry. */
export function toEntry(value: unknown, index: number): Entry {
  if (typeof value === "object" && value !== null) {
    const { id, path, inputs } = value as { id?: unknown; path?: unknown; inputs?: unknown };
    const isNamed = id === undefined || typeof id === "string";
    if (isNamed && typeof path === "string") {
      return { kind: "datapoint", index, id: id ?? path, datapoint: { path: resolve(path) } };
    }
    if (isNamed && typeof inputs === "object" && inputs !== null && !Array.isArray(inputs)) {
      const taken = tryExtractArrays(inputs as Readonly<Record<string, unknown>>);
      if (taken.kind === "problem") return broken(index, taken.message, id);
      const { inputs: plain, arrays } = taken.value;
      const datapoint = { inputs: plain };
      return { kind: "datapoint", index, id: id ?? String(index), datapoint, ...(arrays.length > 0 && { arrays }) };
    }
  }
  return broken(index, "a datapoint must be an object with `path` or `inputs`, and its `id` must be text");
}

/** Extracts arrays. A getter of the inputs may throw. */
function tryExtractArrays(inputs: Readonly<Record<string, unknown>>): Result<Outgoing> {
  try {
    return extractArrays(inputs);
  } catch (error) {
    return problem(`the datapoint cannot be sent: ${messageOf(error)}`);
  }
}

/** An entry that becomes an error row. */
export function broken(index: number, message: string, id: string = String(index)): Entry {
  return { kind: "broken", index, id, error: { type: "InputError", message } };
}

/** Datapoints as they are sent to the worker. The path of each array starts with the position of its datapoint. */
export function toWire(datapoints: readonly Extract<Entry, { kind: "datapoint" }>[]): {
  readonly datapoints: readonly WireDatapoint[];
  readonly arrays: readonly OutgoingArray[];
} {
  const arrays = datapoints.flatMap(({ arrays = [] }, position) =>
    arrays.map((array) => ({ ...array, path: [position, INPUTS, ...array.path] })),
  );
  return { datapoints: datapoints.map(wireDatapoint), arrays };
}

/** The position of the inputs in a `WireDatapoint`. */
const INPUTS = 3;

function wireDatapoint({ index, id, datapoint }: Extract<Entry, { kind: "datapoint" }>): WireDatapoint {
  return "path" in datapoint ? [index, id, datapoint.path, null] : [index, id, null, datapoint.inputs];
}
