// The only file that sees uvu's runner. It closes three traps: a suite that nobody runs passes in silence, a promise
// that never settles ends the process with exit code 0, and a hanging test hangs the whole run.
import { writeFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readGoldens } from "./golden.ts";

const TIME_LIMIT_MS = 180_000;

/** What one process has to say of its tests; `failures` are texts for a reader. */
export interface Report {
  readonly passed: number;
  readonly failures: readonly string[];
  readonly goldens: readonly string[];
}

const counts = { declared: 0, passed: 0 };
const failures: string[] = [];

type Body = () => void | Promise<void>;

/** Declares tests under one name and runs them; `test.each` style tables are plain loops around `test`. */
export function describe(name: string, body: (test: (title: string, run: Body) => void) => void): void {
  const tests = suite(name);
  body((title, run) => {
    counts.declared += 1;
    tests(title, async () => {
      try {
        await withTimeLimit(title, run);
        counts.passed += 1;
      } catch (error) {
        failures.push(`${name}: ${title}\n  ${messageOf(error)}`);
        throw error;
      }
    });
  });
  tests.run();
}

async function withTimeLimit(title: string, run: Body): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`"${title}" took longer than ${TIME_LIMIT_MS / 1000} s`)), TIME_LIMIT_MS);
  });
  try {
    await Promise.race([run(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The beginning of what went wrong, and where in a test; the test itself prints the whole of it. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const details = error instanceof assert.Assertion ? error.details : "";
  const frames = (error.stack ?? "").split("\n").filter((line) => line.includes(".test.ts:"));
  return [error.message, ...String(details).split("\n").slice(0, 30), ...frames]
    .map((line) => line.slice(0, 300))
    .join("\n  ");
}

process.on("exit", (code) => {
  const missing = counts.declared - counts.passed - failures.length;
  if (missing > 0) failures.push(`${missing} of ${counts.declared} declared tests never finished`);
  if (counts.declared === 0) failures.push("no test was declared");
  const path = process.env["TEST_REPORT"];
  const report: Report = { passed: counts.passed, failures, goldens: [...readGoldens] };
  if (path !== undefined) writeFileSync(path, JSON.stringify(report));
  else console.log(`\n${counts.passed} passed, ${failures.length} failed`);
  if (code === 0 && failures.length > 0) process.exitCode = 1;
});
