// Where the workers of a model run: with a Python of this machine, in containers, or on another host.
import { found, type Result } from "../../base/result.ts";
import type { RunEvent } from "../api/report.ts";
import { broken, type Entry } from "../input/entry.ts";
import type { Environment } from "../values/values.ts";
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
  /** Whether the workers run on another host. */
  readonly isElsewhere?: boolean;
  /** Where workers find a path of this machine, or why they cannot open it. Absent if all paths are the same there. */
  readonly locate?: (path: string) => Result<string>;
}

/** The context in which places other than this machine are prepared. */
export interface PlaceContext {
  /** The environment in which programs such as a container engine or `ssh` run. */
  readonly environment: Environment;
  /** The folders that contain the files of the input. They must be readable there, too. */
  readonly inputs: readonly string[];
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** A model with the paths of its place. */
export interface PlacedModel {
  readonly model: PreparedModel;
  readonly place: Place;
}

/**
 * Returns the place of a model whose files and code have been fetched. If there is a problem with a file, it is a sentence. Only the
 * reason of the signal is thrown.
 */
export type PlaceOf = (model: PreparedModel, signal: AbortSignal) => Promise<Result<PlacedModel>>;

/** This machine, with an interpreter. */
export function onThisMachine(python: string): PlaceOf {
  const installation = installationOf(python);
  return async (model) => {
    return found({ model, place: { transport: localTransport(python, model.folder), passed: PASSED, installation } });
  };
}

/** Inputs whose values are paths. */
const PATHS = ["image", "file", "path"];

/** The entry with the paths of the place, or with an error if the workers cannot open its file. */
export function placedEntry(entry: Entry, { locate }: Place): Entry {
  if (locate === undefined || entry.kind !== "datapoint") return entry;
  const { datapoint, index, id } = entry;
  if ("path" in datapoint) {
    const path = locate(datapoint.path);
    return path.kind === "problem" ? broken(index, path.message, id) : { ...entry, datapoint: { path: path.value } };
  }
  const inputs: Record<string, unknown> = { ...datapoint.inputs };
  for (const name of PATHS) {
    const value = inputs[name];
    if (typeof value !== "string" || !value.startsWith("/")) continue;
    const path = locate(value);
    if (path.kind === "problem") return broken(index, path.message, id);
    inputs[name] = path.value;
  }
  return { ...entry, datapoint: { inputs } };
}
