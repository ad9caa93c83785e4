// Models as a generated module next to a plan defines them.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ExecutionPlan } from "../../src/plan/execution-plan.ts";
import { type Datapoint, defineModel, type Model } from "../../src/run/index.ts";
import { fixture } from "../golden.ts";
import { assertGone, newMark, planOf, type Sketch } from "./harness.ts";

export type Anything = Model<Datapoint, Readonly<Record<string, unknown>>, Readonly<Record<string, string>>>;

/** Calls a function with a model, as a generated module next to a plan defines it. */
export async function withModel(
  sketch: Sketch,
  work: (model: Anything, env: Record<string, string>) => Promise<void>,
  change: (plan: ExecutionPlan) => unknown = (plan) => plan,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
  const mark = newMark();
  try {
    cpSync(fixture("run", sketch.folder), join(folder, sketch.folder), { recursive: true });
    mkdirSync(join(folder, "generated"));
    const plan = planOf(sketch);
    writeFileSync(join(folder, "generated/plan.json"), JSON.stringify(change(plan)));
    const module = { url: pathToFileURL(join(folder, "generated/models.ts")).href } as ImportMeta;
    await work(defineModel("model", module, { root: "../", plan: plan.hash.slice(0, 23) }), { MODELWRIGHT_MARK: mark });
    await assertGone(mark);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
