// One record of an input file (a JSON object, a row of a table) as an entry: `id` is what the output calls it, everything
// else is an input.
import { isAbsolute, join } from "node:path";
import { ExactNumber } from "../../base/exact-json.ts";
import { problem, type Result, found as value } from "../../base/result.ts";
import { schemeOf } from "../../base/schemes.ts";
import { broken, type Entry } from "./entry.ts";

/** Inputs whose value is a path; a relative one is meant from the folder of the file. */
const PATH_INPUTS = ["image", "file", "path"];

/** A record whose id is settled. */
export interface Identified {
  readonly id: string | undefined;
  readonly inputs: Record<string, unknown>;
}

/** Takes the id out of a value that should be a record; says what it is when it is none. */
export function readRecord(record: unknown): Result<Identified> {
  if (typeof record !== "object" || record === null || Array.isArray(record)) return problem("is not a JSON object");
  const { id, ...inputs } = record as Record<string, unknown>;
  if (id === undefined || typeof id === "string") return value({ id, inputs });
  if (typeof id === "number") return value({ id: String(id), inputs });
  if (id instanceof ExactNumber) return value({ id: id.text, inputs });
  return problem("has an `id` that is neither text nor a number");
}

/** The entry of a record, or the broken one that says what stands in its place, such as `line 3`. */
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
