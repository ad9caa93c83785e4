// Models whose names result in the same identifier. The bindings still work, but users should know which model is
// which.
import type { ExecutionPlan, PlanModel } from "../plan/execution-plan.ts";
import { allocateNames, bindingName, namesFor } from "./names.ts";

/** A model whose preferred identifier was already taken. */
export interface Collision {
  readonly model: PlanModel;
  /** The preferred identifier, and the one that the model received. */
  readonly wanted: string;
  readonly given: string;
  /** The model that has the preferred identifier, or names derived from it; undefined if the module itself uses it. */
  readonly other: PlanModel | undefined;
}

/** All collisions of a plan, in the order of its models. */
export function collisions(plan: ExecutionPlan): readonly Collision[] {
  const { models } = plan;
  const allocated = allocateNames(models.map((model) => ({ id: model.id, name: bindingName(model), uses: [] })));
  const owners = new Map<string, PlanModel>();
  for (const model of models) {
    for (const name of Object.values(allocated.get(model.id) ?? {})) {
      // Class names are allocated last and never take a name from a model.
      if (typeof name === "string") owners.set(name, model);
    }
  }
  return models.flatMap((model) => {
    const [wanted, given] = [namesFor(bindingName(model)), allocated.get(model.id)];
    if (given === undefined || wanted.value === given.value) return [];
    const owner = Object.values(wanted).find((name) => owners.has(name));
    return [
      { model, wanted: wanted.value, given: given.value, other: owner === undefined ? undefined : owners.get(owner) },
    ];
  });
}
