import type { ExecutionPlan, PlanModel } from "../../plan/execution-plan.ts";
import { selectModels } from "../../run/prepare/select-models.ts";
import { CommandError, EXIT } from "../exit.ts";

/** The models with these ids or names of the command line, or all. Fails if one of them does not exist. */
export function selectOrFail(plan: ExecutionPlan, names: readonly string[] | undefined): readonly PlanModel[] {
  const problems: string[] = [];
  const selected = selectModels(plan, names, ({ message }) => problems.push(message));
  if (problems.length > 0) throw new CommandError(EXIT.usage, problems.join("\n"));
  return selected;
}
