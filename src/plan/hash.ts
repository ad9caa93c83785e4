import { sha256Hex } from "../base/digest.ts";
import { canonicalJson } from "./canonical.ts";

/** A plan's `hash`: of the canonical plan without `hash` and `generator`, which it leaves out when they are there. */
export function planHash(plan: object): string {
  const { hash: _hash, generator: _generator, ...content } = plan as { hash?: unknown; generator?: unknown };
  return `sha256:${sha256Hex(canonicalJson(content))}`;
}
