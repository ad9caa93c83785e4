// The tests in the editor: a sequence of steps with a definition, as a person would take them. The editor calls `run`.
import { existsSync, writeFileSync } from "node:fs";
import { editing } from "./editing.ts";
import { restore, type Step } from "./steps.ts";
import { tools } from "./tools.ts";
import { until } from "./until.ts";

/** The failure of a step, or `undefined`. */
export interface StepResult {
  readonly name: string;
  readonly problem?: string;
}

/** Runs all steps, and writes the failures to the file that an environment variable names. */
export async function run(): Promise<void> {
  const results: StepResult[] = [];
  for (const [name, step] of [...editing, ...tools] satisfies readonly Step[]) {
    const problem = await step().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    results.push(problem === undefined ? { name } : { name, problem });
    writeFileSync(process.env["MODELWRIGHT_WALK"] ?? "", JSON.stringify(results));
    // Without the server, every other step would time out.
    if (problem !== undefined && results.length === 1) break;
    if (problem !== undefined) await restore();
  }
  // The test looks at the window before the editor closes.
  const done = process.env["MODELWRIGHT_WALK_DONE"] ?? "";
  writeFileSync(`${done}.wanted`, "");
  await until("the test", () => existsSync(done) || undefined);
}
