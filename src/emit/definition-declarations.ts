// `efemarai.d.yaml.ts`: the declarations that TypeScript reads for `import "./efemarai.yaml"`.
import { lstatSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { writeFiles } from "../system/write.ts";
import { bundledDeclarations, declarationsName, isGeneratedDeclarations } from "./bundled.ts";

/** The file with the declarations of a definition, and how it differs from the text that it must have. */
export interface DefinitionDeclarations {
  readonly path: string;
  readonly text: string;
  /** `foreign`: Modelwright did not write the file. */
  readonly state: "current" | "stale" | "missing" | "foreign";
}

/** The path of the declarations of a definition. */
export function declarationsFile(file: string): string {
  return join(dirname(file), declarationsName(basename(file)));
}

/** Compares the declarations of a definition with its plan, in which no other definition may be. Writes nothing. */
export function inspectDeclarations(file: string, plan: ExecutionPlan): DefinitionDeclarations {
  const path = declarationsFile(file);
  const text = bundledDeclarations(plan, basename(file));
  return { path, text, state: stateOf(existing(path), text) };
}

/**
 * Writes declarations that are missing or out of date. Files that Modelwright did not write are not touched. Throws
 * `WriteRefused` if a link leads out of the folder, and errors of the file system.
 */
export function writeDeclarations({ path, text, state }: DefinitionDeclarations): void {
  if (state === "stale" || state === "missing") writeFiles([{ path, text }], dirname(path));
}

function stateOf(before: string | undefined, text: string): DefinitionDeclarations["state"] {
  if (before === undefined) return "missing";
  if (before.replaceAll("\r\n", "\n") === text) return "current";
  return isGeneratedDeclarations(before) ? "stale" : "foreign";
}

/** A folder or link in place of the file is intentional. Empty text makes it foreign. */
function existing(path: string): string | undefined {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return undefined;
  return entry.isFile() ? readFileSync(path, "utf8") : "";
}
