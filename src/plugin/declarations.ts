// `efemarai.d.yaml.ts`: what TypeScript reads when a program imports `./efemarai.yaml`.
import { lstatSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { areOurDeclarations, bundledDeclarations, declarationsName } from "../emit/bundled.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { WriteRefused, writeFiles } from "../system/write.ts";

/** Where the declarations of a definition stand. */
export function declarationsFile(file: string): string {
  return join(dirname(file), declarationsName(basename(file)));
}

/** Brings them up to date; the result says why not. A file that is right is not touched, and a foreign one never is. */
export function writeDeclarations(file: string, plan: ExecutionPlan): string | undefined {
  const path = declarationsFile(file);
  const text = bundledDeclarations(plan, basename(file));
  try {
    const before = existing(path);
    if (before?.replaceAll("\r\n", "\n") === text) return undefined;
    if (before !== undefined && !areOurDeclarations(before))
      return `${path} was not written by modelwright, and stays.`;
    writeFiles([{ path, text }], dirname(path));
    return undefined;
  } catch (error) {
    if (error instanceof WriteRefused || (error instanceof Error && "syscall" in error))
      return `${path} cannot be written: ${error.message}`;
    throw error;
  }
}

/** A folder or a link in the place of the file is somebody's intention: no text of ours. */
function existing(path: string): string | undefined {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return undefined;
  return entry.isFile() ? readFileSync(path, "utf8") : "";
}
