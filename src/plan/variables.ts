// The environment variables that a model of a plan reads. The list in the plan, the checks before a run and the redactor all use
// this file. It searches all fields of a model, so a new field cannot be forgotten.
import { compareText } from "../base/diagnostic.ts";
import type { PlanModel, PlanValue, PlanVariable } from "./execution-plan.ts";
import { settingOf } from "./setting-keys.ts";

/** The use of an environment variable in a plan. */
export type Variable = Extract<PlanValue, { readonly env: string }>;

/** One use of a variable in a model. */
export interface VariableUse {
  readonly variable: Variable;
  /** The id of the step that reads it; `undefined` for a setting of the model itself. */
  readonly step: string | undefined;
  /** The field of the step or model that contains it, such as `output.name`. */
  readonly field: string;
  /** Whether the variable is a part of a longer text. */
  readonly isInText: boolean;
}

/** Every use of a variable in a model, in the order of its steps. The settings of the model come last. */
export function variableUses(model: PlanModel): readonly VariableUse[] {
  const uses: VariableUse[] = [];
  const { steps, ...settings } = model;
  for (const { id, ...step } of steps) collect(step, id, "", false, uses);
  collect(settings, undefined, "", false, uses);
  return uses;
}

/** The uses that a local run evaluates. */
export function evaluatedUses(model: PlanModel): readonly VariableUse[] {
  return variableUses(model).filter((use) => !isDescriptive(use));
}

/** Whether a field only describes a model, so that a local run does not read it. */
function isDescriptive({ step, field }: VariableUse): boolean {
  return step === undefined ? ["name", "image", "batch.imageSize"].includes(field) : field === "output.name";
}

/**
 * The variables that the models read, sorted by name. A variable is required if one of its uses has neither a default nor a text
 * for when it is unset.
 */
export function environmentOf(models: readonly PlanModel[]): readonly PlanVariable[] {
  const variables = new Map<string, { required: boolean; readonly usedBy: Set<string> }>();
  for (const model of models) {
    for (const { variable, step, field } of variableUses(model)) {
      const use = variables.get(variable.env) ?? { required: false, usedBy: new Set<string>() };
      use.required ||= variable.default === undefined && variable.unset === undefined;
      use.usedBy.add(step ?? `${model.id}/${/^(?:batch|settings\.predict)\./.test(field) ? "predict" : "load"}`);
      variables.set(variable.env, use);
    }
  }
  return [...variables]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, { required, usedBy }]) => ({ name, required, usedBy: [...usedBy].sort() }));
}

/** The variables that the definition passes to the worker of a model (`passEnv`). */
export function passedNames(model: PlanModel): readonly string[] {
  const names = settingOf(model, "passEnv");
  const items = names !== undefined && "list" in names ? names.list : [];
  return items.flatMap((item) => ("literal" in item ? [String(item.literal)] : []));
}

/** Every use of a variable in a value. */
export function variablesIn(value: PlanValue): readonly Variable[] {
  const uses: VariableUse[] = [];
  collect(value, undefined, "", false, uses);
  return uses.map(({ variable }) => variable);
}

function collect(
  value: unknown,
  step: string | undefined,
  field: string,
  isInText: boolean,
  uses: VariableUse[],
): void {
  if (typeof value !== "object" || value === null) return;
  if (isVariable(value)) uses.push({ variable: value, step, field, isInText });
  else if (Array.isArray(value)) for (const item of value) collect(item, step, field, isInText, uses);
  else {
    for (const [key, child] of Object.entries(value)) {
      const isPart = key === "template" || key === "list" || key === "map";
      const at = isPart ? field : field === "" ? key : `${field}.${key}`;
      // The parts of a text are a list; below the key `template` of a map in a definition is one value.
      collect(child, step, at, key === "template" && Array.isArray(child), uses);
    }
  }
}

/** Whether an object is a variable. A map in a definition is below `map`, and its key `env` has a value, never text. */
function isVariable(value: object): value is Variable {
  return "env" in value && typeof value.env === "string";
}
