// Determines which Python classes of a model need an interface, and in which forms. Most classes look the same in all
// forms.
import type { PlanClass, PlanType } from "../plan/execution-plan.ts";
import { type Form, isInternal, partsOf } from "./python-types.ts";

/** A class, and the form in which it is used. */
export interface Use {
  readonly name: string;
  readonly form: Form;
}

/** A type, and the form in which it is printed. */
export type Root = readonly [type: PlanType, form: Form];

type Classes = ReadonlyMap<string, PlanClass>;

/** The interfaces that some types need, including those of nested types, without duplicates. */
export function usesOf(classes: Classes, roots: readonly Root[]): readonly Use[] {
  const found = new Map<string, Use>();
  const waiting = [...roots];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [type, form] = next;
    if (type.kind !== "class") {
      if (!isInternal({ classes }, type, form)) waiting.push(...partsOf(type).map((part): Root => [part, form]));
      continue;
    }
    if (isInternal({ classes }, type, form)) continue;
    const use: Use = { name: type.name, form: formOf(classes, type.name, form) };
    if (found.has(useKey(use))) continue;
    found.set(useKey(use), use);
    for (const field of classes.get(type.name)?.fields ?? []) waiting.push([field.type, use.form]);
  }
  return [...found.values()];
}

/** The map key of a use. */
export function useKey({ name, form }: Use): string {
  return `${form} ${name}`;
}

/** The form whose interface represents a class: `lists` if the class looks the same in both forms. */
export function formOf(classes: Classes, name: string, form: Form): Form {
  if (form === "lists") return form;
  return someWithin(classes, { kind: "class", name }, (type) => differs(classes, type, form)) ? form : "lists";
}

/** Whether a type contains an array, so that it looks different if arrays are not converted to lists. */
export function holdsTensor(classes: Classes, type: PlanType): boolean {
  return someWithin(classes, type, ({ kind }) => kind === "tensor");
}

function differs(classes: Classes, type: PlanType, form: Form): boolean {
  if (type.kind === "tensor") return true;
  return form === "given" && isInternal({ classes }, type, form);
}

function someWithin(classes: Classes, type: PlanType, test: (type: PlanType) => boolean): boolean {
  const seen = new Set<string>();
  const waiting = [type];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (test(next)) return true;
    waiting.push(...partsOf(next));
    if (next.kind !== "class" || seen.has(next.name)) continue;
    seen.add(next.name);
    for (const field of classes.get(next.name)?.fields ?? []) waiting.push(field.type);
  }
  return false;
}
