import { sha256Hex } from "../base/digest.ts";
import { canonicalJson } from "./canonical.ts";

/** A plan's `hash`: of the canonical plan without `hash` and `generator`, which it leaves out when they are there. */
export function planHash(plan: object): string {
  const { hash: _hash, generator: _generator, ...content } = plan as { hash?: unknown; generator?: unknown };
  return `sha256:${sha256Hex(canonicalJson(content))}`;
}

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
