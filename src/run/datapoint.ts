// What is predicted: one file, or named values.
import { resolve } from "node:path";
import type { RowError } from "./report.ts";

/** A datapoint that is one file. Python sees it as `image` or `file`, by its suffix, and as `path`. */
export interface FileDatapoint {
  /** What the output calls it; the path as given, when absent. */
  readonly id?: string;
  /** Absolute, or relative to the working folder of this process. */
  readonly path: string;
}

/** A datapoint of named values; `Inputs` are those that the model's code wants, where that is known. */
export interface DataDatapoint<Inputs = Readonly<Record<string, unknown>>> {
  /** What the output calls it; its position, when absent. */
  readonly id?: string;
  /** Values that JSON can hold, by the name under which Python sees them. */
  readonly inputs: Inputs;
}

/** One thing to predict. */
export type Datapoint = FileDatapoint | DataDatapoint;

/** A datapoint with its place in the input; or what stood in its place and cannot be read. */
export type Entry =
  | { readonly kind: "datapoint"; readonly index: number; readonly id: string; readonly datapoint: Datapoint }
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
      return { kind: "datapoint", index, id: id ?? String(index), datapoint: { inputs: { ...inputs } } };
    }
  }
  return broken(index, "a datapoint is an object with `path`, or with `inputs`, and may have an `id` that is text");
}

/** An entry that becomes an error row. */
export function broken(index: number, message: string): Entry {
  return { kind: "broken", index, id: String(index), error: { type: "InputError", message } };
}

/** The datapoint as the worker takes it. */
export function toWire({ index, id, datapoint }: Extract<Entry, { kind: "datapoint" }>): WireDatapoint {
  return "path" in datapoint ? [index, id, datapoint.path, null] : [index, id, null, datapoint.inputs];
}
