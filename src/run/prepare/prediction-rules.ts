// Which keys of a prediction are checked as the definition format says: those that it knows, unless Python's annotations
// say something else about them. The rules themselves are in worker/rules.py.
import type { PlanModel, PlanType, PredictStep } from "../../plan/execution-plan.ts";

const KNOWN = new Set(["boxes", "bbox", "classes", "scores", "regressed_values", "masks", "segmentation"]);

/** Those of the declared keys that have rules. */
export function keysWithRules(
  model: Pick<PlanModel, "classes">,
  { output }: PredictStep,
  keys: readonly string[],
): readonly string[] {
  const classes = new Map(model.classes?.map((each) => [each.name, each]));
  return keys.filter((key) => KNOWN.has(key) && typesOf(output.item, key).every(mayBeNumbers));

  /** The annotations of a key in whatever carries it; without one there is nothing to say against the rule. */
  function typesOf(item: PlanType | undefined, key: string): readonly PlanType[] {
    if (item === undefined) return [];
    if (item.kind === "union") return item.members.flatMap((member) => typesOf(member, key));
    if (item.kind === "map") return [item.value];
    if (item.kind !== "class") return [];
    const field = classes.get(item.name)?.fields.find(({ name }) => name === key);
    return field === undefined ? [] : [field.type];
  }
}

/** Whether a value of that type may consist of numbers. */
function mayBeNumbers(type: PlanType): boolean {
  switch (type.kind) {
    case "list":
      return mayBeNumbers(type.item);
    case "tuple":
      return type.items.every(mayBeNumbers) && (type.rest === undefined || mayBeNumbers(type.rest));
    case "union":
      return type.members.every(mayBeNumbers);
    case "integer":
    case "number":
    case "boolean":
    case "tensor":
    case "unknown":
      return true;
    case "text":
    case "path":
    case "null":
    case "bytes":
    case "literal":
    case "set":
    case "map":
    case "value":
    case "enum":
    case "class":
      return false;
  }
}
