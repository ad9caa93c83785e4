// Generates the texts of the files of an execution plan with a given printer: the plan itself and its bindings. The same
// plan and options yield the same bytes. Needs no Node.js modules, so that a web page can also show bindings.
import { invariant } from "../base/invariant.ts";
import { canonicalJsonPretty } from "../plan/canonical.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { bindings, declare } from "./bindings.ts";
import { declarationMap } from "./declaration-map.ts";
import type { Emitter } from "./emitter.ts";
import { FILES, type FileName, moduleOf } from "./files.ts";
import type { EmitOptions } from "./header.ts";
import { openApiText } from "./openapi.ts";
import { textEmitter } from "./text-printer.ts";
import { declareZod } from "./zod.ts";

/** A generated file: its name in the output folder, and its text. */
export interface GeneratedFile {
  readonly path: FileName;
  readonly text: string;
}

/**
 * Generates all files of the target as `emit` does, with the same bytes, but without loading ts-morph: the modules are
 * not parsed again.
 */
export function emitText(plan: ExecutionPlan, options: EmitOptions): readonly GeneratedFile[] {
  return generate(FILES[options.target ?? "ts"], plan, options, textEmitter);
}

/** Generates some files of the target. Only modules use the emitter. */
export function generate(
  paths: readonly FileName[],
  plan: ExecutionPlan,
  options: EmitOptions,
  emitter: Emitter,
): readonly GeneratedFile[] {
  invariant(!/^(?:[\\/]|[A-Za-z]:)/.test(options.root), "the root of generated files must be a relative path");
  const texts = new Map<FileName, string>();
  const isBinding = (path: FileName): boolean => path.startsWith("models.") && path !== "models.zod.ts";
  const declarations = paths.some(isBinding) ? declare(plan, options) : [];
  const make = (path: FileName): string => {
    if (path === "plan.json") return canonicalJsonPretty(plan);
    if (path === "openapi.json") return openApiText(plan);
    if (path === "models.zod.ts") return bindings(path, declareZod(plan), plan, options, emitter);
    if (path !== "models.d.ts.map") return bindings(path, declarations, plan, options, emitter);
    // The text printer yields the same text and does not load ts-morph.
    const text = texts.get("models.d.ts") ?? bindings("models.d.ts", declarations, plan, options, textEmitter);
    const map = declarationMap(text, moduleOf("models.d.ts", declarations), options);
    invariant(map !== undefined, "the printed text does not match the declarations");
    return map;
  };
  return paths.map((path) => {
    const text = make(path);
    texts.set(path, text);
    return { path, text };
  });
}

/** The map for a text of `models.d.ts`; `undefined` if the text does not belong to this plan. */
export function mapOf(text: string, plan: ExecutionPlan, options: EmitOptions): string | undefined {
  return declarationMap(text, moduleOf("models.d.ts", declare(plan, options)), options);
}
