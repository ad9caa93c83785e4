// Datapoints with their place in the input, and how they travel to the worker.
import { resolve } from "node:path";
import { messageOf, problem, type Result } from "../../base/result.ts";
import type { Datapoint } from "../api/datapoint.ts";
import type { RowError } from "../api/report.ts";
import { extractArrays, type Outgoing } from "../worker/extract-arrays.ts";
import type { OutgoingArray } from "../worker/frame.ts";

/** A datapoint with its place in the input; or what stood in its place and cannot be read. */
export type Entry =
  | {
      readonly kind: "datapoint";
      readonly index: number;
      readonly id: string;
      readonly datapoint: Datapoint;
      /** What goes beside its inputs. */
      readonly arrays?: readonly OutgoingArray[];
    }
  | { readonly kind: "broken"; readonly index: number; readonly id: string; readonly error: RowError };

/** How a datapoint travels: its index, its id, the path of a file, or the named values. */
export type WireDatapoint = readonly [number, string, string | null, Readonly<Record<string, unknown>> | null];

/** Gives a datapoint its place; what is no datapoint becomes a broken entry. */
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
  return broken(index, "a datapoint is an object with `path`, or with `inputs`, and may have an `id` that is text");
}

/** Whatever is behind a property may throw. */
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

/** Datapoints as the worker takes them: arrays beside them have their places among them. */
export function toWire(datapoints: readonly Extract<Entry, { kind: "datapoint" }>[]): {
  readonly datapoints: readonly WireDatapoint[];
  readonly arrays: readonly OutgoingArray[];
} {
  const arrays = datapoints.flatMap(({ arrays = [] }, position) =>
    arrays.map((array) => ({ ...array, path: [position, INPUTS, ...array.path] })),
  );
  return { datapoints: datapoints.map(wireDatapoint), arrays };
}

/** Where the inputs stand in a `WireDatapoint`. */
const INPUTS = 3;

function wireDatapoint({ index, id, datapoint }: Extract<Entry, { kind: "datapoint" }>): WireDatapoint {
  return "path" in datapoint ? [index, id, datapoint.path, null] : [index, id, null, datapoint.inputs];
}
