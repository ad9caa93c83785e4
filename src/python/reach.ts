import type { Binding, Reach } from "./module.ts";

/** When the two branches of a condition run. */
export interface Branches {
  readonly body: Reach;
  readonly otherwise: Reach;
}

/** Either branch may run. */
export const MAYBE: Branches = { body: "conditional", otherwise: "conditional" };

/** The body of a loop may run any number of times. */
export const LOOP: Branches = { body: "repeated", otherwise: "conditional" };

const MAIN = /^\(?\s*(?:__name__\s*==\s*["']__main__["']|["']__main__["']\s*==\s*__name__)\s*\)?$/;
const TYPE_CHECKING = /^(not\s)?\s*\(?(?:\w+\.)*TYPE_CHECKING\)?$/;

/** When the branches of `if condition:` run. Conditions that are the same on every import are known. */
export function branchesOf(condition: string): Branches {
  if (condition.length > 100) return MAYBE;
  if (MAIN.test(condition)) return { body: "script", otherwise: "always" };
  if (condition === "False" || condition === "0") return { body: "type-checking", otherwise: "always" };
  const typing = TYPE_CHECKING.exec(condition);
  if (typing === null) return MAYBE;
  return typing[1] === undefined
    ? { body: "type-checking", otherwise: "always" }
    : { body: "always", otherwise: "type-checking" };
}

/** When a statement below two nested conditions runs. */
export function combineReach(outer: Reach, inner: Reach): Reach {
  for (const never of ["type-checking", "script", "repeated", "conditional"] as const) {
    if (outer === never || inner === never) return never;
  }
  return "always";
}

/** Whether an annotation may refer to what a statement binds. */
export function isMeaning(binding: Binding): boolean {
  if (binding.reach === "script" || binding.kind === "deleted") return false;
  return binding.kind !== "value" || binding.value !== undefined;
}
