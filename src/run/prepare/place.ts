// Where the workers of a model run: with a Python of this machine, or in containers.
import { broken, type Entry } from "../input/entry.ts";
import { localTransport } from "../worker/local.ts";
import { type Installation, installationOf } from "../worker/missing-module.ts";
import { PASSED } from "../worker/passed-environment.ts";
import type { Transport } from "../worker/transport.ts";
import type { PreparedModel } from "./prepare.ts";

/** Where the workers of one model run. */
export interface Place {
  readonly transport: Transport;
  /** The table of the variables that workers get in addition to those that are named. */
  readonly passed: readonly string[];
  /** The interpreter, for hints about missing packages. */
  readonly installation: Installation;
  /** Why workers cannot open a path of this machine; absent if they can open all paths. */
  readonly whyUnreachable?: (path: string) => string | undefined;
}

/** Returns the place of a model whose files and code have been fetched. */
export type PlaceOf = (model: PreparedModel) => Place;

/** This machine, with an interpreter. */
export function onThisMachine(python: string): PlaceOf {
  const installation = installationOf(python);
  return ({ folder }) => ({ transport: localTransport(python, folder), passed: PASSED, installation });
}

/** Inputs whose values are paths. */
const PATHS = ["image", "file", "path"];

/** The entry, or an entry with an error if the workers cannot open its file. */
export function reachableEntry(entry: Entry, { whyUnreachable }: Place): Entry {
  if (whyUnreachable === undefined || entry.kind !== "datapoint") return entry;
  const { datapoint, index, id } = entry;
  const paths = "path" in datapoint ? [datapoint.path] : PATHS.map((name) => datapoint.inputs[name]);
  for (const path of paths) {
    const reason = typeof path === "string" && path.startsWith("/") ? whyUnreachable(path) : undefined;
    if (reason !== undefined) return broken(index, reason, id);
  }
  return entry;
}
