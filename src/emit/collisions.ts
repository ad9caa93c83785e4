// Models whose names become the same identifier: the bindings work, but somebody should know which is which.
import type { ExecutionPlan, PlanModel } from "../plan/execution-plan.ts";
import { allocateNames, bindingName, namesFor } from "./names.ts";

/** A model that could not have the identifier of its name. */
export interface Collision {
  readonly model: PlanModel;
  /** The identifier that its name stands for, and the one that it got. */
  readonly wanted: string;
  readonly given: string;
  /** The model that has it, or names that would be the same; absent when the module itself needs them. */
  readonly other: PlanModel | undefined;
}

/** All collisions of a plan, in the order of its models. */
export function collisions(plan: ExecutionPlan): readonly Collision[] {
  const { models } = plan;
  const allocated = allocateNames(models.map((model) => ({ id: model.id, name: bindingName(model), uses: [] })));
  const owners = new Map<string, PlanModel>();
  for (const model of models) {
    for (const name of Object.values(allocated.get(model.id) ?? {})) {
      // Classes are named last: they take no name from a model.
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
