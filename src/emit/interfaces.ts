// Which classes of a model's Python need an interface, and in which forms: most look the same in all of them.
import type { PlanClass, PlanType } from "../plan/execution-plan.ts";
import { type Form, isInternal, partsOf } from "./python-types.ts";

/** A class in the form in which something names it. */
export interface Use {
  readonly name: string;
  readonly form: Form;
}

/** A type and the form in which it is written. */
export type Root = readonly [type: PlanType, form: Form];

type Classes = ReadonlyMap<string, PlanClass>;

/** The interfaces that some types need, with everything that these name in turn; each once. */
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

/** The key of a use in maps. */
export function useKey({ name, form }: Use): string {
  return `${form} ${name}`;
}

/** `lists`, when a class looks like that in the other form, too. */
export function formOf(classes: Classes, name: string, form: Form): Form {
  if (form === "lists") return form;
  return someWithin(classes, { kind: "class", name }, (type) => differs(classes, type, form)) ? form : "lists";
}

/** Whether a type holds an array anywhere, so that it looks different when arrays arrive as they came. */
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
