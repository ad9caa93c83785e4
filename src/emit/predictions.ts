// The fields of one prediction, combined from the Python annotation and the keys that the definition declares. The
// worker ensures that the declared keys are present and passes on all others.
import type { PlanClass, PlanType } from "../plan/execution-plan.ts";
import { membersOf } from "../plan/union.ts";
import { predictionKey } from "./prediction-keys.ts";
import { type Form, type PythonTypes, partsOf, typeNote, typeText } from "./python-types.ts";

/** A key of a prediction, and its Python type. */
export interface PredictionField {
  readonly name: string;
  readonly description?: string | undefined;
  readonly type: PlanType | undefined;
  readonly optional: boolean;
}

/**
 * The declared keys, followed by the other fields of the Python class; `undefined` if predictions are not known to be
 * maps.
 */
export function predictionFields(
  classes: ReadonlyMap<string, PlanClass>,
  item: PlanType | undefined,
  keys: readonly string[],
): readonly PredictionField[] | undefined {
  // If keys are declared, a prediction that is neither a map nor a list of fields is an error and never arrives.
  const members = item === undefined ? [] : membersOf(item);
  const isOpen = members.some((member) => member.kind === "unknown" && member.reason !== "internal");
  const carriers = isOpen ? [] : members.filter(({ kind }) => CARRIERS.has(kind));
  const [first] = carriers;
  const isOne = carriers.length === 1 && (keys.length > 0 || members.length === 1);
  const fields = isOne && first?.kind === "class" ? (classes.get(first.name)?.fields ?? []) : [];
  if (keys.length === 0 && !(isOne && first?.kind === "class")) return undefined;
  const declared = keys.map((name): PredictionField => {
    const description = fields.find((field) => field.name === name)?.description;
    const type = ofKey(classes, carriers, name);
    return { name, ...(description !== undefined && { description }), type, optional: false };
  });
  return [...declared, ...fields.filter(({ name }) => !keys.includes(name))];
}

/** Types that can have keys. A list has one object per key, named by its `key_name`. */
const CARRIERS: ReadonlySet<PlanType["kind"]> = new Set(["class", "map", "list"]);

/** The type of a key in all types that have keys; `undefined` if one of them does not declare it. */
function ofKey(
  classes: ReadonlyMap<string, PlanClass>,
  carriers: readonly PlanType[],
  key: string,
): PlanType | undefined {
  const types = carriers.map((carrier): PlanType | undefined => {
    if (carrier.kind === "map") return carrier.value;
    if (carrier.kind === "class") return classes.get(carrier.name)?.fields.find(({ name }) => name === key)?.type;
    return carrier;
  });
  const [only] = types;
  const known = types.filter((type) => type !== undefined);
  if (known.length < types.length) return undefined;
  return types.length < 2 ? only : { kind: "union", members: known };
}

/** The type of a prediction field, and a note about it. */
export function fieldType(
  types: PythonTypes,
  { name, type }: PredictionField,
  form: Exclude<Form, "given">,
): { readonly type: string; readonly note: string } {
  const meant = predictionKey(name);
  // Without an annotation, it is unknown whether the key is an array.
  if (type === undefined) return form === "raw" ? { ...meant, type: "unknown" } : meant;
  const isMeant = meant.type !== "unknown" && form === "lists";
  // For arrays, the definition format knows the dimensions, which Python annotations do not contain.
  if (isMeant && type.kind === "tensor") return meant;
  const text = typeText(types, type, form);
  if (isMeant && text === "unknown") return meant;
  return { type: text, note: isNumeric(type) && meant.type !== "unknown" ? meant.note : typeNote(types, type, form) };
}

/** Whether a type consists of numbers, whose meaning the definition format describes for known keys. */
function isNumeric(type: PlanType): boolean {
  if (type.kind === "integer" || type.kind === "number" || type.kind === "tensor") return true;
  return (type.kind === "list" || type.kind === "tuple") && partsOf(type).every(isNumeric);
}
