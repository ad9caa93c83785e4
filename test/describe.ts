// The only file that uses uvu's suites. It detects three failures that uvu does not report: a suite that does not run, a promise
// that never settles (the process exits with 0), and a test that hangs.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readGoldens } from "./golden.ts";

/** After this time, a test that hangs is a failure. It is long enough for a busy machine. */
const TIME_LIMIT_MS = 600_000;

/** The result of some tests. `failures` are messages. */
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

/** Declares tests under one name and runs them. Tables of cases are loops around `test`. */
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
    // The timer does not keep the process alive. If nothing else does, the test cannot end, so the process may exit.
    timer = setTimeout(() => reject(error()), TIME_LIMIT_MS).unref();
  });
  try {
    await Promise.race([run(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The start of an error message and its place in a test. The test prints the complete message. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const details = error instanceof assert.Assertion ? error.details : "";
  const frames = (error.stack ?? "").split("\n").filter((line) => line.includes(".test.ts:"));
  return [error.message, ...String(details).split("\n").slice(0, 30), ...frames]
    .map((line) => line.slice(0, 300))
    .join("\n  ");
}

// If uvu runs a file directly, nothing else reports tests that never finished.
process.on("exit", (code) => {
  if (isTaken) return;
  const report = takeReport();
  console.log(`\n${report.passed} passed, ${report.failures.length} failed`);
  if (code === 0 && report.failures.length > 0) process.exitCode = 1;
});
