// Starts a model of generated bindings from a bundle.
import { join } from "node:path";
import { found, problem, type Result } from "../../base/result.ts";
import type { ExecutionPlan } from "../../plan/execution-plan.ts";
import { contentHash } from "../../plan/hash.ts";
import { readText } from "../../system/read.ts";
import { PATHS } from "./format.ts";
import { localPlan } from "./local-plan.ts";
import { type OpenContext, openBundle } from "./open.ts";

/** A plan whose code and files are in a bundle, and the folder that its paths are relative to. */
export interface PlanInBundle {
  readonly plan: ExecutionPlan;
  readonly root: string;
}

/** Opens a bundle that was made from the definition of a plan. Another bundle is a problem. */
export async function planInBundle(
  bundle: string,
  plan: ExecutionPlan,
  context: OpenContext,
): Promise<Result<PlanInBundle>> {
  const opened = await openBundle(bundle, `\`${bundle}\``, context);
  if (opened.kind === "problem") return opened;
  const { folder, index } = opened.value;
  const text = readText(join(folder, PATHS.plan), folder);
  if (text === undefined || hashOf(text) !== contentHash(plan)) {
    const hint = "run `modelwright build` and `modelwright bundle` again";
    return problem(`\`${bundle}\` was made from another definition than the generated module; ${hint}`);
  }
  return found({ plan: localPlan(plan, index), root: join(folder, index.root) });
}

function hashOf(text: string): string | undefined {
  try {
    return contentHash(JSON.parse(text) as ExecutionPlan);
  } catch {
    return undefined;
  }
}
