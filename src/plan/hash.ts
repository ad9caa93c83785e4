import { sha256Hex } from "../base/digest.ts";
import { remember } from "../base/remember.ts";
import { canonicalJson } from "./canonical.ts";
import type { ExecutionPlan, PlanSpan } from "./execution-plan.ts";

/** The `hash` of a plan: the hash of the canonical plan without `hash` and `generator`. */
export function planHash(plan: object): string {
  const { hash: _hash, generator: _generator, ...content } = plan as { hash?: unknown; generator?: unknown };
  return `sha256:${sha256Hex(canonicalJson(content))}`;
}

/**
 * A hash of what a plan does, without lines, columns and the hashes of its files. A new comment in a definition changes the
 * `hash` of the plan, but not this one, which identifies the plan in generated modules. It is computed once per plan, because
 * every generated file needs it and large plans take long to hash.
 */
export const contentHash = remember(({ models, sources, ...plan }: ExecutionPlan): string => {
  const file = <Part extends { readonly span: PlanSpan }>({ span, ...part }: Part) => ({ ...part, file: span.file });
  return planHash({
    ...plan,
    sources: sources.map(({ path }) => path),
    models: models.map(({ steps, ...model }) => ({
      ...file(model),
      steps: steps.map((step) => ("arguments" in step ? { ...step, arguments: step.arguments.map(file) } : step)),
    })),
  });
});

/** The message about a plan with a wrong hash, after its name. */
export const EDITED = "was edited after it was built: its content does not match its `hash`";

/** Whether a value that was read as a plan matches its `hash`. */
export function hasOwnHash(plan: unknown): boolean {
  if (typeof plan !== "object" || plan === null || !("hash" in plan)) return false;
  try {
    return plan.hash === planHash(plan);
  } catch {
    return false; // nested too deeply, or not JSON
  }
}
