// Which variables of the environment some models read, and whether they can do without.
import { compareText } from "../base/diagnostic.ts";
import type { PlanModel, PlanValue, PlanVariable } from "./execution-plan.ts";

/** Every variable that a step reads; one is required when a use of it has neither a default nor text for when it is unset. */
export function environmentOf(models: readonly PlanModel[]): readonly PlanVariable[] {
  const uses = new Map<string, { required: boolean; readonly usedBy: Set<string> }>();
  const read = (step: string, value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("env" in value && typeof value.env === "string" && isValue(value)) {
      const use = uses.get(value.env) ?? { required: false, usedBy: new Set<string>() };
      use.required ||= !("default" in value || "unset" in value);
      use.usedBy.add(step);
      uses.set(value.env, use);
      return;
    }
    for (const child of Object.values(value)) read(step, child);
  };
  for (const { id, name, image, device, batch, steps } of models) {
    read(`${id}/load`, [name, image, device]);
    read(`${id}/predict`, batch);
    for (const step of steps) {
      if (step.kind === "load" || step.kind === "predict") {
        read(step.id, [step.entrypoint, step.output.name, "keys" in step.output ? step.output.keys : []]);
        for (const { name: argument, value } of step.arguments) read(step.id, [argument, value]);
      } else if (step.kind === "checkout") read(step.id, [step.url, step.branch, step.commit, step.accessToken]);
      else if (step.kind === "fetch") read(step.id, [step.name, step.url, step.upload, step.credentials]);
    }
  }
  return [...uses]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, { required, usedBy }]) => ({ name, required, usedBy: [...usedBy].sort() }));
}

const VARIABLE_KEYS: ReadonlySet<string> = new Set(["env", "default", "unset", "message"]);

/** A map's entries are below `map`, so a key named `env` in somebody's map is never taken for a variable. */
function isValue(value: object): value is PlanValue {
  return Object.keys(value).every((key) => VARIABLE_KEYS.has(key));
}
