import { sha256Hex } from "../base/digest.ts";
import { remember } from "../base/remember.ts";
import { canonicalJson } from "./canonical.ts";
import type { ExecutionPlan, PlanSpan } from "./execution-plan.ts";

/** A plan's `hash`: of the canonical plan without `hash` and `generator`, which it leaves out when they are there. */
export function planHash(plan: object): string {
  const { hash: _hash, generator: _generator, ...content } = plan as { hash?: unknown; generator?: unknown };
  return `sha256:${sha256Hex(canonicalJson(content))}`;
}

/**
 * A hash of what a plan does: lines and columns, and the other bytes of its files, are left out. A comment in a definition
 * changes the `hash` of the plan, but not this one, by which generated modules name their plan. Each of their files asks for it,
 * and a large plan takes a while to hash, so it is made once for each plan.
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

/** Said of a plan without its own hash, behind its name. */
export const EDITED = "was edited after it was built: its content does not match its `hash`";

/** Whether a plan, or whatever was read in its place, is what its `hash` was made from. */
export function hasOwnHash(plan: unknown): boolean {
  if (typeof plan !== "object" || plan === null || !("hash" in plan)) return false;
  try {
    return plan.hash === planHash(plan);
  } catch {
    return false; // nested deeper than any plan, or not JSON
  }
}
