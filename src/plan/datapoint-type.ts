// The type that Python declares for the inputs of one datapoint.
import type { PlanArgument, PlanClass, PlanType } from "./execution-plan.ts";
import { membersOf, unionOf } from "./union.ts";

/**
 * The type of the named values of a datapoint: the items of the list that `predict` receives. `undefined` if Python does not declare
 * it, or declares anything but mappings by name.
 */
export function datapointType(
  classes: ReadonlyMap<string, PlanClass>,
  predictArguments: readonly PlanArgument[],
): PlanType | undefined {
  for (const { annotation, value } of predictArguments) {
    if (annotation === undefined || !("ref" in value) || value.select !== "all") continue;
    const items = membersOf(annotation).flatMap((batch) => {
      if (batch.kind === "list") return membersOf(batch.item);
      if (batch.kind !== "tuple") return [];
      return [...batch.items, ...(batch.rest === undefined ? [] : [batch.rest])].flatMap(membersOf);
    });
    const isNamed = (item: PlanType): boolean =>
      item.kind === "map"
        ? item.value.kind !== "unknown"
        : item.kind === "class" && classes.get(item.name)?.form === "typed-dict";
    if (items.length > 0 && items.every(isNamed)) return unionOf(items);
  }
  return undefined;
}
