import { canonicalJson } from "./canonical.ts";
import type { PlanType } from "./execution-plan.ts";

/** One type for several: unions are taken apart, repetitions left out. */
export function unionOf(types: readonly PlanType[]): PlanType {
  const unique = [...new Map(types.flatMap(membersOf).map((member) => [canonicalJson(member), member])).values()];
  const [only] = unique;
  return only !== undefined && unique.length === 1 ? only : { kind: "union", members: unique };
}

/** What a type may be: the members of a union, else the type itself. */
export function membersOf(type: PlanType): readonly PlanType[] {
  return type.kind === "union" ? type.members : [type];
}
