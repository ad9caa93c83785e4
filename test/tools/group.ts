// Runs test files one after the other in this process, and reports each as soon as it ends: one JSON object a line, written to
// the file descriptor 3 at once, so that nothing is lost if the process is killed.
import { writeSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type { Report } from "../describe.ts";
import { ROOT } from "../golden.ts";

/** What is reported: a file begins, a test begins, a file has ended. */
export type Event =
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "test"; readonly title: string }
  | { readonly kind: "end"; readonly file: string; readonly report: Report };

/** How uvu's own runner and its suites share what is to be run. */
declare global {
  var UVU_DEFER: number;
  var UVU_INDEX: number;
  var UVU_QUEUE: unknown[][];
}

const send = (event: Event): void => void writeSync(3, `${JSON.stringify(event)}\n`);

/** What uvu writes of its progress, one piece at a time: titles of suites, a sign for each test, and sums. */
const PROGRESS = /^(?:• |✘ | .* | {2}\(\d+ \/ \d+\)\n|\n? *(?:(?:Total|Passed|Skipped|Duration): .*)?\n*)$/;

const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (...args: unknown[]): boolean => {
  const [chunk] = args;
  if (typeof chunk === "string" && PROGRESS.test(stripVTControlCharacters(chunk))) return true;
  return Reflect.apply(write, undefined, args);
};

globalThis.UVU_DEFER = 1;
globalThis.UVU_INDEX = 0;
const { exec } = await import("uvu");
const { beforeEachTest, takeReport } = await import("../describe.ts");
beforeEachTest((title) => send({ kind: "test", title }));

for (const file of process.argv.slice(2)) {
  send({ kind: "file", file });
  globalThis.UVU_QUEUE.splice(0, Infinity, [null]);
  let error: unknown;
  try {
    await import(pathToFileURL(resolve(ROOT, "test", file)).href);
    await exec();
  } catch (thrown) {
    error = thrown;
    console.error(thrown);
  }
  const report = takeReport();
  const failures = error === undefined ? report.failures : [...report.failures, `it cannot be loaded: ${error}`];
  send({ kind: "end", file, report: { ...report, failures } });
}
