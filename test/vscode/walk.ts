// The tests inside of the editor: one walk through a definition, as a person would take it. The editor calls `run`.
import { existsSync, writeFileSync } from "node:fs";
import { editing } from "./editing.ts";
import { restore, type Step } from "./steps.ts";
import { tools } from "./tools.ts";
import { until } from "./until.ts";

/** The result of a step: what went wrong, or `undefined`. */
export interface StepResult {
  readonly name: string;
  readonly problem?: string;
}

/** Walks through all steps, and writes what went wrong to the file that the environment names. */
export async function run(): Promise<void> {
  const results: StepResult[] = [];
  for (const [name, step] of [...editing, ...tools] satisfies readonly Step[]) {
    const problem = await step().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    results.push(problem === undefined ? { name } : { name, problem });
    writeFileSync(process.env["MODELWRIGHT_WALK"] ?? "", JSON.stringify(results));
    // Without the server, every other step would wait in vain.
    if (problem !== undefined && results.length === 1) break;
    if (problem !== undefined) await restore();
  }
  // The test looks at the window before the editor closes.
  const done = process.env["MODELWRIGHT_WALK_DONE"] ?? "";
  writeFileSync(`${done}.wanted`, "");
  await until("the test", () => existsSync(done) || undefined);
}
