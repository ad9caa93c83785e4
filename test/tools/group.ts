// Runs test files one after the other in this process, and reports each when it ends: one JSON object per line, written to file
// descriptor 3 synchronously, so that nothing is lost if the process is killed.
import { writeSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type { Report } from "../describe.ts";
import { ROOT } from "../golden.ts";

/** A reported event: the start of a file, the start of a test, or the end of a file. */
export type Event =
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "test"; readonly title: string }
  | { readonly kind: "end"; readonly file: string; readonly report: Report };

/** The globals through which uvu's runner and suites share the queue of tests. */
declare global {
  var UVU_DEFER: number;
  var UVU_INDEX: number;
  var UVU_QUEUE: unknown[][];
}

const send = (event: Event): void => void writeSync(3, `${JSON.stringify(event)}\n`);

/** The progress output of uvu, in pieces: titles of suites, a sign for each test, and totals. */
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
