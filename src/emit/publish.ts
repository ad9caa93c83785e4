// The part of `build` that touches the disk.
import { randomUUID } from "node:crypto";
import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { emitFiles } from "./emit.ts";
import { ALL_FILES, type FileName } from "./files.ts";
import type { EmitOptions } from "./header.ts";
import { type ExistingFiles, type FileStatus, inspect, inspectBytes } from "./inspect.ts";
import { makeFolder } from "./make-folder.ts";

/** What happened to the files of an output folder. When one is foreign, nothing was written. */
export interface PublishReport {
  readonly written: readonly FileName[];
  readonly unchanged: readonly FileName[];
  readonly foreign: readonly FileName[];
  /** Files of another target that were ours. */
  readonly removed: readonly FileName[];
}

/** Makes the folder hold exactly the generated files of the plan; files that are right already are not touched. */
export function publish(folder: string, plan: ExecutionPlan, options: EmitOptions): PublishReport {
  const statuses = inspect(plan, options, readExisting(folder));
  const inState = (wanted: (status: FileStatus) => boolean) => statuses.filter(wanted).map(({ path }) => path);
  const foreign = inState(({ state }) => state === "foreign");
  const unchanged = inState(({ state }) => state === "current");
  if (foreign.length > 0) return { written: [], unchanged, foreign, removed: [] };
  const removed = inState(({ state }) => state === "leftover");
  const outdated = inState(({ state }) => state !== "current" && state !== "leftover");
  replaceFiles(folder, emitFiles(outdated, plan, options));
  for (const path of removed) rmSync(join(folder, path), { force: true });
  return { written: outdated, unchanged, foreign, removed };
}

/** Compares the folder with the plan, byte for byte, and writes nothing. */
export function checkPublished(folder: string, plan: ExecutionPlan, options: EmitOptions): readonly FileStatus[] {
  return inspectBytes(plan, options, readExisting(folder));
}

function readExisting(folder: string): ExistingFiles {
  const existing = new Map<FileName, string>();
  for (const path of ALL_FILES) {
    const entry = lstatSync(join(folder, path), { throwIfNoEntry: false });
    // A folder or a link in the place of a file is somebody's intention: no text at all is nothing of ours.
    if (entry) existing.set(path, entry.isFile() ? readFileSync(join(folder, path), "utf8") : "");
  }
  return existing;
}

/** Writes files into a folder. All texts are on the disk before the first name changes, and each name changes at once. */
export function replaceFiles(folder: string, files: readonly { readonly path: string; readonly text: string }[]): void {
  makeFolder(folder);
  const staged = files.map(({ path, text }) => ({
    text,
    target: join(folder, path),
    temporary: join(folder, `.${path}.${randomUUID()}.tmp`),
  }));
  try {
    for (const { temporary, text } of staged) writeFileSync(temporary, text, { flag: "wx" });
    for (const { temporary, target } of staged) renameSync(temporary, target);
  } finally {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
  }
}
