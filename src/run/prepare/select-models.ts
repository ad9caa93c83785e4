import { suggest } from "../../base/nearest.ts";
import type { ExecutionPlan, PlanModel } from "../../plan/execution-plan.ts";
import { spelledName } from "../../plan/spelling.ts";
import type { Failure } from "../api/report.ts";

/** The models with the given ids or names, in the order of the plan. Defaults to all models except universal ones. */
export function selectModels(
  plan: ExecutionPlan,
  wanted: readonly string[] | undefined,
  report: (failure: Failure) => void,
): readonly PlanModel[] {
  const concrete = plan.models.filter(({ universal }) => !universal);
  if (wanted === undefined) {
    if (concrete.length === 0) report({ step: "models", message: "the plan has no model to run" });
    return concrete;
  }
  const selected = new Set<PlanModel>();
  for (const name of wanted) {
    const model =
      plan.models.find(({ id }) => id === name) ??
      plan.models.find((candidate) => spelledName(candidate.name) === name);
    if (model === undefined) {
      const known = concrete.map((candidate) => spelledName(candidate.name));
      report({ step: "models", message: `unknown model \`${name}\`. ${suggest(name, known, "model")}` });
    } else if (model.universal) {
      const message = `\`${name}\` is a universal model, so it cannot be run by itself; run a model that uses it`;
      report({ step: "models", message });
    } else {
      selected.add(model);
    }
  }
  return plan.models.filter((model) => selected.has(model));
}
