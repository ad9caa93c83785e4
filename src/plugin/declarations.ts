// `efemarai.d.yaml.ts`: the declarations that TypeScript reads for `import "./efemarai.yaml"`.
import { lstatSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { bundledDeclarations, declarationsName, isGeneratedDeclarations } from "../emit/bundled.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { WriteRefused, writeFiles } from "../system/write.ts";

/** The path of the declarations of a definition. */
export function declarationsFile(file: string): string {
  return join(dirname(file), declarationsName(basename(file)));
}

/**
 * Updates the declarations of a definition. Returns the reason if that fails. Up-to-date files and files that the
 * plugin did not write are not touched.
 */
export function writeDeclarations(file: string, plan: ExecutionPlan): string | undefined {
  const path = declarationsFile(file);
  const text = bundledDeclarations(plan, basename(file));
  try {
    const before = existing(path);
    if (before?.replaceAll("\r\n", "\n") === text) return undefined;
    if (before !== undefined && !isGeneratedDeclarations(before))
      return `${path} was not written by modelwright and is left unchanged.`;
    writeFiles([{ path, text }], dirname(path));
    return undefined;
  } catch (error) {
    if (error instanceof WriteRefused || (error instanceof Error && "syscall" in error))
      return `${path} cannot be written: ${error.message}`;
    throw error;
  }
}

/** A folder or link in place of the file is intentional. Empty text makes it foreign. */
function existing(path: string): string | undefined {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return undefined;
  return entry.isFile() ? readFileSync(path, "utf8") : "";
}
