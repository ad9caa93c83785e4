// Converts a record of an input file (a JSON object or a table row) into an entry. `id` becomes the id of the output row; all
// other values are inputs.
import { isAbsolute, join } from "node:path";
import { ExactNumber } from "../../base/exact-json.ts";
import { problem, type Result, found as value } from "../../base/result.ts";
import { schemeOf } from "../../base/schemes.ts";
import { broken, type Entry } from "./entry.ts";

/** Inputs whose value is a path. A relative path starts from the folder of the input file. */
const PATH_INPUTS = ["image", "file", "path"];

/** A record with a valid id. */
export interface Identified {
  readonly id: string | undefined;
  readonly inputs: Record<string, unknown>;
}

/** Separates the id from the inputs of a record. */
export function readRecord(record: unknown): Result<Identified> {
  if (typeof record !== "object" || record === null || Array.isArray(record)) return problem("is not a JSON object");
  const { id, ...inputs } = record as Record<string, unknown>;
  if (id === undefined || typeof id === "string") return value({ id, inputs });
  if (typeof id === "number") return value({ id: String(id), inputs });
  if (id instanceof ExactNumber) return value({ id: id.text, inputs });
  return problem("has an `id` that is neither text nor a number");
}

/** The entry of a record. `place`, such as `line 3`, is the subject of the message if the record is invalid. */
export function recordEntry(record: Result<Identified>, index: number, place: string, folder: string): Entry {
  if (record.kind === "problem") return broken(index, `${place} ${record.message}`);
  const { id, inputs } = record.value;
  return { kind: "datapoint", index, id: id ?? String(index), datapoint: { inputs: inFolder(inputs, folder) } };
}

function inFolder(inputs: Record<string, unknown>, folder: string): Record<string, unknown> {
  for (const name of PATH_INPUTS) {
    const path = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (
      typeof path === "string" &&
      path !== "" &&
      !isAbsolute(path) &&
      schemeOf(path) === undefined &&
      !/^data:/i.test(path)
    ) {
      inputs[name] = join(folder, path);
    }
  }
  return inputs;
}
