// Selects the keys of a prediction whose values are checked. The definition format defines rules for some key names; they
// apply unless the type annotations of the Python code contradict them. worker/rules.py implements the rules.
import type { PlanModel, PlanType, PredictStep } from "../../plan/execution-plan.ts";

const KNOWN = new Set(["boxes", "bbox", "classes", "scores", "regressed_values", "masks", "segmentation"]);

/** The declared keys that have rules. */
export function keysWithRules(
  model: Pick<PlanModel, "classes">,
  { output }: PredictStep,
  keys: readonly string[],
): readonly string[] {
  const classes = new Map(model.classes?.map((each) => [each.name, each]));
  return keys.filter((key) => KNOWN.has(key) && typesOf(output.item, key).every(mayBeNumbers));

  /** The type annotations of a key. Without an annotation, the rule applies. */
  function typesOf(item: PlanType | undefined, key: string): readonly PlanType[] {
    if (item === undefined) return [];
    if (item.kind === "union") return item.members.flatMap((member) => typesOf(member, key));
    if (item.kind === "map") return [item.value];
    if (item.kind !== "class") return [];
    const field = classes.get(item.name)?.fields.find(({ name }) => name === key);
    return field === undefined ? [] : [field.type];
  }
}

/** Whether a value of the type may consist of numbers. */
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
