import { suggest } from "../../base/nearest.ts";
import type { ExecutionPlan, PlanModel } from "../../plan/execution-plan.ts";
import { spelledName } from "../../plan/spelling.ts";
import type { Failure } from "../api/report.ts";

/** The models that are asked for by id or name, in the order of the plan; all that are not universal by default. */
export function selectModels(
  plan: ExecutionPlan,
  wanted: readonly string[] | undefined,
  report: (failure: Failure) => void,
): readonly PlanModel[] {
  const concrete = plan.models.filter(({ universal }) => !universal);
  if (wanted === undefined) {
    if (concrete.length === 0) report({ step: "models", message: "the plan has no model that can be run" });
    return concrete;
  }
  const selected = new Set<PlanModel>();
  for (const name of wanted) {
    const model =
      plan.models.find(({ id }) => id === name) ??
      plan.models.find((candidate) => spelledName(candidate.name) === name);
    if (model === undefined) {
      const known = concrete.map((candidate) => spelledName(candidate.name));
      report({ step: "models", message: `there is no model \`${name}\`. ${suggest(name, known, "model")}` });
    } else if (model.universal) {
      const message = `\`${name}\` is a universal entry: it serves models of other files and cannot be run by itself`;
      report({ step: "models", message });
    } else {
      selected.add(model);
    }
  }
  return plan.models.filter((model) => selected.has(model));
}
