// The plan of a bundle on this machine: everything that the bundle contains is a path below the root, so a run fetches nothing of it.
import { relativePath } from "../../base/path.ts";
import type { ExecutionPlan, PlanModel, PlanStep } from "../../plan/execution-plan.ts";
import { planHash } from "../../plan/hash.ts";
import { environmentOf } from "../../plan/variables.ts";
import type { BundleIndex } from "./format.ts";

/**
 * Replaces the repositories and URLs of a plan by the code and files of a bundle. Variables that only they need are then no longer
 * needed. The ids of the steps stay the same.
 */
export function localPlan(plan: ExecutionPlan, { packed, root }: Pick<BundleIndex, "packed" | "root">): ExecutionPlan {
  const models = plan.models.map(
    (model): PlanModel => ({ ...model, steps: model.steps.map((step) => localStep(step, pathOf(step))) }),
  );
  const { hash: _, generator, ...content } = { ...plan, models, environment: environmentOf(models) };
  return { ...content, generator, hash: planHash(content) };

  function pathOf({ id }: PlanStep): string | undefined {
    const path = Object.hasOwn(packed, id) ? packed[id] : undefined;
    return path && relativePath(root, path);
  }
}

function localStep(step: PlanStep, path: string | undefined): PlanStep {
  if (path === undefined) return step;
  const { id, needs } = step;
  if (step.kind === "source" || step.kind === "checkout") return { id, kind: "source", needs, path };
  if (step.kind !== "fetch") return step;
  const { credentials: _, ...file } = step;
  return { ...file, url: { literal: path } };
}
