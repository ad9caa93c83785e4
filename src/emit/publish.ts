// The part of `build` that accesses the disk.
import { lstatSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { writeFiles, writeTarget } from "../system/write.ts";
import { ALL_FILES, type FileName } from "./files.ts";
import { generate } from "./generate.ts";
import type { EmitOptions } from "./header.ts";
import { type ExistingFiles, type FileStatus, inspect, inspectBytes } from "./inspect.ts";
import { morphEmitter } from "./printer.ts";

/** What happened to the files of an output folder. If one is foreign, nothing was written. */
export interface PublishReport {
  readonly written: readonly FileName[];
  readonly unchanged: readonly FileName[];
  readonly foreign: readonly FileName[];
  /** Files that were generated for another target. */
  readonly removed: readonly FileName[];
}

/**
 * Makes a folder contain exactly the generated files of the plan. Up-to-date files are not touched. Both folders must
 * be absolute. Throws `WriteRefused` if links lead out of the folder `root`, and errors of the file system.
 */
export function publish(
  folder: string,
  plan: ExecutionPlan,
  options: EmitOptions,
  root: string = folder,
): PublishReport {
  const statuses = inspect(plan, options, readExisting(folder));
  const inState = (wanted: (status: FileStatus) => boolean) => statuses.filter(wanted).map(({ path }) => path);
  const foreign = inState(({ state }) => state === "foreign");
  const unchanged = inState(({ state }) => state === "current");
  if (foreign.length > 0) return { written: [], unchanged, foreign, removed: [] };
  const removed = inState(({ state }) => state === "leftover");
  const outdated = inState(({ state }) => state !== "current" && state !== "leftover");
  const leftovers = removed.map((path) => writeTarget(join(folder, path), root).path);
  const files = generate(outdated, plan, options, morphEmitter).map(({ path, text }) => ({
    path: join(folder, path),
    text,
  }));
  writeFiles(files, root);
  for (const path of leftovers) rmSync(path, { force: true });
  return { written: outdated, unchanged, foreign, removed };
}

/** Compares a folder with the plan byte by byte, without writing. */
export function checkPublished(folder: string, plan: ExecutionPlan, options: EmitOptions): readonly FileStatus[] {
  return inspectBytes(plan, options, readExisting(folder));
}

function readExisting(folder: string): ExistingFiles {
  const existing = new Map<FileName, string>();
  for (const path of ALL_FILES) {
    const entry = lstatSync(join(folder, path), { throwIfNoEntry: false });
    // A folder or link in place of a file is intentional. Empty text makes it foreign.
    if (entry) existing.set(path, entry.isFile() ? readFileSync(join(folder, path), "utf8") : "");
  }
  return existing;
}
