// The only file that sees uvu's suites. It closes three traps: a suite that does not run passes in silence, a promise that
// never settles ends the process with exit code 0, and a hanging test hangs the whole run.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readGoldens } from "./golden.ts";

/** Turns a hang into a failure, on a busy machine too. */
const TIME_LIMIT_MS = 600_000;

/** The result of some tests; `failures` are texts for a reader. */
export interface Report {
  readonly passed: number;
  readonly failures: readonly string[];
  readonly goldens: readonly string[];
}

let counts = { declared: 0, passed: 0 };
let failures: string[] = [];
let isTaken = false;
let announce: (title: string) => void = () => {};

type Body = () => void | Promise<void>;

/** Declares tests under one name and runs them; `test.each` style tables are plain loops around `test`. */
export function describe(name: string, body: (test: (title: string, run: Body) => void) => void): void {
  const tests = suite(name);
  body((title, run) => {
    counts.declared += 1;
    tests(title, async () => {
      announce(`${name}: ${title}`);
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

/** Calls `listener` with the title of every test before it runs. */
export function beforeEachTest(listener: (title: string) => void): void {
  announce = listener;
}

/** The result of the tests that were declared since the last call. */
export function takeReport(): Report {
  isTaken = true;
  const missing = counts.declared - counts.passed - failures.length;
  if (missing > 0) failures.push(`${missing} of ${counts.declared} declared tests never finished`);
  if (counts.declared === 0) failures.push("no test was declared");
  const report = { passed: counts.passed, failures, goldens: [...readGoldens] };
  counts = { declared: 0, passed: 0 };
  failures = [];
  readGoldens.clear();
  return report;
}

async function withTimeLimit(title: string, run: Body): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const error = () => new Error(`"${title}" took longer than ${TIME_LIMIT_MS / 1000} s`);
    // Does not keep the process: if nothing else does, the test can never end, and the process ends at once.
    timer = setTimeout(() => reject(error()), TIME_LIMIT_MS).unref();
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

// When uvu itself runs a file, nothing else reports the tests that never finished.
process.on("exit", (code) => {
  if (isTaken) return;
  const report = takeReport();
  console.log(`\n${report.passed} passed, ${report.failures.length} failed`);
  if (code === 0 && report.failures.length > 0) process.exitCode = 1;
});
