// One prediction, from what Python says about it and the keys that the definition declares. The worker makes sure that
// the declared keys are there, and hands on whatever else there is.
import type { PlanClass, PlanType } from "../plan/execution-plan.ts";
import { predictionKey } from "./prediction-keys.ts";
import { type Form, type PythonTypes, partsOf, typeNote, typeText } from "./python-types.ts";

/** A key of a prediction and what Python says about it. */
export interface PredictionField {
  readonly name: string;
  readonly type: PlanType | undefined;
  readonly optional: boolean;
}

/** The declared keys, then what else Python's class has; `undefined` when a prediction need not be a map at all. */
export function predictionFields(
  classes: ReadonlyMap<string, PlanClass>,
  item: PlanType | undefined,
  keys: readonly string[],
): readonly PredictionField[] | undefined {
  // With keys, what is no map and no list of fields is an error of its own and never arrives.
  const members = item?.kind === "union" ? item.members : item === undefined ? [] : [item];
  const [only] = members.filter(({ kind }) => keys.length === 0 || CARRIERS.has(kind));
  const isOpen = members.some((member) => member.kind === "unknown");
  const isOne = !isOpen && only !== undefined && members.filter(({ kind }) => CARRIERS.has(kind)).length === 1;
  const known = isOne && (keys.length > 0 || members.length === 1) ? only : undefined;
  const fields = known?.kind === "class" ? (classes.get(known.name)?.fields ?? []) : [];
  if (keys.length === 0 && known?.kind !== "class") return undefined;
  const byName = new Map(fields.map((field) => [field.name, field.type]));
  const declared = keys.map((name) => ({ name, type: byName.get(name) ?? ofKey(known), optional: false }));
  return [...declared, ...fields.filter(({ name }) => !keys.includes(name))];
}

/** What can carry keys; a list does with one object for each, named by its `key_name`. */
const CARRIERS: ReadonlySet<PlanType["kind"]> = new Set(["class", "map", "list"]);

function ofKey(known: PlanType | undefined): PlanType | undefined {
  if (known?.kind === "map") return known.value;
  return known?.kind === "list" ? known : undefined;
}

/** The type of one key and a sentence about it. */
export function fieldType(
  types: PythonTypes,
  { name, type }: PredictionField,
  form: Exclude<Form, "given">,
): { readonly type: string; readonly note: string } {
  const meant = predictionKey(name);
  // Without an annotation, nobody can tell whether it is an array.
  if (type === undefined) return form === "raw" ? { ...meant, type: "unknown" } : meant;
  const isMeant = meant.type !== "unknown" && form === "lists";
  // Of an array, the definition format knows the dimensions, which Python's annotations do not say.
  if (isMeant && type.kind === "tensor") return meant;
  const text = typeText(types, type, form);
  if (isMeant && text === "unknown") return meant;
  return { type: text, note: isNumeric(type) && meant.type !== "unknown" ? meant.note : typeNote(types, type, form) };
}

/** Numbers in lists, of which a known key says what they mean. */
function isNumeric(type: PlanType): boolean {
  if (type.kind === "integer" || type.kind === "number" || type.kind === "tensor") return true;
  return (type.kind === "list" || type.kind === "tuple") && partsOf(type).every(isNumeric);
}
