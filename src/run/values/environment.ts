// Which variables of the environment a model needs, and which of them are missing.
import type { PlanModel, PlanStep, PlanValue } from "../../plan/execution-plan.ts";
import { type Environment, environmentValue, type Variable, variablesIn } from "./values.ts";

/** A variable without a value. */
export interface Unset {
  /** The first step that needs it, or the model itself. */
  readonly step: string;
  readonly message: string;
}

/** The variables that are missing, by name. */
export function unsetVariables(model: PlanModel, environment: Environment): ReadonlyMap<string, Unset> {
  const unset = new Map<string, Unset>();
  for (const [step, values] of usesIn(model)) {
    for (const [variable, isInText] of values.flatMap((value) => withPlace(value))) {
      const evaluated = environmentValue(variable, environment, isInText);
      if (evaluated.kind === "problem" && !unset.has(variable.env))
        unset.set(variable.env, { step, message: evaluated.message });
    }
  }
  return unset;
}

/** The names of all variables that a model names. */
export function variablesOf(model: PlanModel): readonly string[] {
  const names = usesIn(model).flatMap(([, values]) => values.flatMap(variablesIn).map(({ env }) => env));
  return [...new Set(names)];
}

/** The values of each step, and at the end of the model itself. */
function usesIn(model: PlanModel): readonly (readonly [step: string, values: readonly PlanValue[]])[] {
  const settings = [model.device, model.batch.maxSize].filter(isValue);
  return [...model.steps.map((step) => [step.id, valuesOf(step)] as const), [model.id, settings]];
}

/** Every use of a variable, and whether other text is beside it. */
function withPlace(value: PlanValue, isInText = false): readonly (readonly [variable: Variable, isInText: boolean])[] {
  if ("template" in value) return value.template.flatMap((part) => withPlace(part, true));
  if ("env" in value) return [[value, isInText]];
  if ("list" in value) return value.list.flatMap((item) => withPlace(item));
  return "map" in value ? Object.values(value.map).flatMap((entry) => withPlace(entry)) : [];
}

/** What a step is told. */
export function valuesOf(step: PlanStep): readonly PlanValue[] {
  switch (step.kind) {
    case "fetch":
      return [step.name, step.url, step.upload, step.credentials].filter(isValue);
    case "load":
    case "predict": {
      const keys = step.kind === "predict" ? step.output.keys : [];
      return [step.entrypoint, ...keys, ...step.arguments.flatMap(({ name, value }) => [name, value])].filter(isValue);
    }
    case "checkout":
      return [step.url, step.branch, step.commit, step.accessToken].filter(isValue);
    case "source":
    case "parameter":
      return [];
  }
}

function isValue(value: unknown): value is PlanValue {
  return typeof value === "object" && value !== null && !("module" in value);
}
