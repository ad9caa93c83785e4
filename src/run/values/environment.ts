// The environment variables that a run of a model needs, and those that are missing.
import type { PlanModel } from "../../plan/execution-plan.ts";
import { evaluatedUses } from "../../plan/variables.ts";
import { type Environment, environmentValue } from "./values.ts";

/** The variables that have no value in the environment of a run. */
export interface UnsetVariables {
  /** By variable name: why it has no value, and the first step that needs it (or the id of the model). */
  readonly problems: ReadonlyMap<string, { readonly step: string; readonly message: string }>;
  /** The ids of all steps that need a missing variable. */
  readonly steps: ReadonlySet<string>;
}

/** Finds the variables of a model that have no value. */
export function unsetVariables(model: PlanModel, environment: Environment): UnsetVariables {
  const problems = new Map<string, { readonly step: string; readonly message: string }>();
  const steps = new Set<string>();
  for (const { variable, step = model.id, isInText } of evaluatedUses(model)) {
    const evaluated = environmentValue(variable, environment, isInText);
    if (evaluated.kind === "value") continue;
    steps.add(step);
    if (!problems.has(variable.env)) problems.set(variable.env, { step, message: evaluated.message });
  }
  return { problems, steps };
}

/** The names of all variables that a run of a model reads. */
export function variablesOf(model: PlanModel): readonly string[] {
  return [...new Set(evaluatedUses(model).map(({ variable }) => variable.env))];
}
