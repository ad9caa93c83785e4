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
  const keyed = isOpen ? [] : members.filter(({ kind }) => KEYED_KINDS.has(kind));
  const [first] = keyed;
  const isOne = keyed.length === 1 && (keys.length > 0 || members.length === 1);
  const fields = isOne && first?.kind === "class" ? (classes.get(first.name)?.fields ?? []) : [];
  if (keys.length === 0 && !(isOne && first?.kind === "class")) return undefined;
  const declared = keys.map((name): PredictionField => {
    const description = fields.find((field) => field.name === name)?.description;
    const type = keyType(classes, keyed, name);
    return { name, ...(description !== undefined && { description }), type, optional: false };
  });
  return [...declared, ...fields.filter(({ name }) => !keys.includes(name))];
}

/** Types that can have keys. A list has one object per key, named by its `key_name`. */
const KEYED_KINDS: ReadonlySet<PlanType["kind"]> = new Set(["class", "map", "list"]);

/** The type of a key in all types that have keys; `undefined` if one of them does not declare it. */
function keyType(
  classes: ReadonlyMap<string, PlanClass>,
  keyed: readonly PlanType[],
  key: string,
): PlanType | undefined {
  const types = keyed.map((type): PlanType | undefined => {
    if (type.kind === "map") return type.value;
    if (type.kind === "class") return classes.get(type.name)?.fields.find(({ name }) => name === key)?.type;
    return type;
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
  const known = predictionKey(name);
  // Without an annotation, it is unknown whether the key is an array.
  if (type === undefined) return form === "raw" ? { ...known, type: "unknown" } : known;
  const isKnown = known.type !== "unknown" && form === "lists";
  // For arrays, the definition format knows the dimensions, which Python annotations do not contain.
  if (isKnown && type.kind === "tensor") return known;
  const text = typeText(types, type, form);
  if (isKnown && text === "unknown") return known;
  return { type: text, note: isNumeric(type) && known.type !== "unknown" ? known.note : typeNote(types, type, form) };
}

/** Whether a type consists of numbers, whose meaning the definition format describes for known keys. */
function isNumeric(type: PlanType): boolean {
  if (type.kind === "integer" || type.kind === "number" || type.kind === "tensor") return true;
  return (type.kind === "list" || type.kind === "tuple") && partsOf(type).every(isNumeric);
}
