// Takes an execution plan, gives the texts of the generated files: the plan itself and its TypeScript bindings.
// Same plan and options, same bytes. Files are compared with a plan in `inspect.ts` and written in `publish.ts`.
import { invariant } from "../base/invariant.ts";
import { canonicalJsonPretty } from "../plan/canonical.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { bindings } from "./bindings.ts";
import type { EmitOptions } from "./header.ts";

export type { EmitOptions };

/** A generated file: its name in the output folder and its text. */
export interface GeneratedFile {
  readonly path: FileName;
  readonly text: string;
}

/** The names of the generated files. */
export type FileName = "models.ts" | "plan.json";

/** The generated files in the order in which they are written. */
export const FILE_NAMES: readonly FileName[] = ["models.ts", "plan.json"];

/** Makes all files. */
export function emit(plan: ExecutionPlan, options: EmitOptions): readonly GeneratedFile[] {
  return FILE_NAMES.map((path) => emitFile(path, plan, options));
}

/** Makes one file; only `models.ts` needs the printer. */
export function emitFile(path: FileName, plan: ExecutionPlan, options: EmitOptions): GeneratedFile {
  invariant(!/^(?:[\\/]|[A-Za-z]:)/.test(options.root), "the root of generated files is a relative path");
  return { path, text: path === "plan.json" ? canonicalJsonPretty(plan) : bindings(plan, options) };
}
