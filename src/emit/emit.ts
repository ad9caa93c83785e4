// Generates the files of an execution plan and verifies them, as the public API offers it. `inspect.ts` compares files with
// a plan, and `publish.ts` writes them.
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import type { Emitter } from "./emitter.ts";
import { FILES, type FileName, type Target } from "./files.ts";
import { type GeneratedFile, generate } from "./generate.ts";
import type { EmitOptions } from "./header.ts";
import { morphEmitter } from "./printer.ts";
import { textEmitter } from "./text-printer.ts";

export { type EmitOptions, type Emitter, type FileName, type GeneratedFile, morphEmitter, type Target, textEmitter };

/** Generates all files of the target. */
export function emit(
  plan: ExecutionPlan,
  options: EmitOptions,
  emitter: Emitter = morphEmitter,
): readonly GeneratedFile[] {
  return generate(FILES[options.target ?? "ts"], plan, options, emitter);
}
