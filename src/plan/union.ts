import { canonicalJson } from "./canonical.ts";
import type { PlanType } from "./execution-plan.ts";

/** The union of several types, flattened and without duplicates. */
export function unionOf(types: readonly PlanType[]): PlanType {
  const unique = [...new Map(types.flatMap(membersOf).map((member) => [canonicalJson(member), member])).values()];
  const [only] = unique;
  return only !== undefined && unique.length === 1 ? only : { kind: "union", members: unique };
}

/** The members of a union, or the type itself. */
export function membersOf(type: PlanType): readonly PlanType[] {
  return type.kind === "union" ? type.members : [type];
}
