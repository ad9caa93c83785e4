// Runs the test files in several processes, as many at once as there are processors, shows what each of them printed, and
// closes with what failed and with the sum.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../describe.ts";
import { ROOT, unreadGoldens } from "../golden.ts";

/** Files of one process: enough that loading the compiler does not count, few enough that no processor is idle at the end. */
const FILES_AT_ONCE = 6;

/** A process that needs longer is ended; each test has a shorter limit of its own. */
const TIME_LIMIT_MS = 800_000;

/** These take longest, and so they begin first. */
const SLOWEST = ["pre-commit", "plugin-vite", "run/", "mutations", "bindings", "emit", "cli"];

const only = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "modelwright-reports-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const files = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter(
    (path) => path.endsWith(".test.ts") && (only === undefined || new RegExp(`${only}.*\\.test\\.ts$`).test(path)),
  )
  .sort()
  .sort((a, b) => rank(a) - rank(b));
const waiting = [...files];
const reports: Report[] = [];
await Promise.all(Array.from({ length: availableParallelism() }, work));

const failures = reports.flatMap((report) => report.failures);
// Only a run of all tests can tell which golden files nobody reads.
const unread = only === undefined ? unreadGoldens(new Set(reports.flatMap((report) => report.goldens))) : [];
failures.push(...unread.map((path) => `No test reads the golden file ${path}`));
if (files.length === 0) failures.push(`No test file has "${only}" in its name`);
if (failures.length > 0) console.log(`\n${failures.map((failure) => `FAIL ${failure}`).join("\n\n")}`);
console.log(`\n${reports.reduce((sum, { passed }) => sum + passed, 0)} passed, ${failures.length} failed`);
if (failures.length > 0) process.exitCode = 1;

function rank(path: string): number {
  const place = SLOWEST.findIndex((name) => path.startsWith(name));
  return place < 0 ? SLOWEST.length : place;
}

async function work(): Promise<void> {
  while (waiting.length > 0) reports.push(await reportOf(waiting.splice(0, FILES_AT_ONCE)));
}

function reportOf(group: readonly string[]): Promise<Report> {
  const path = join(folder, `${files.indexOf(group[0] ?? "")}.json`);
  const pattern = `^(?:${group.map((file) => file.replaceAll(".", "\\.")).join("|")})$`;
  const child = spawn(process.execPath, ["--import", "tsx", "node_modules/uvu/bin.js", "test", pattern], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TEST_REPORT: path },
    timeout: TIME_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => printed.push(chunk));
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      // The sum at the end is that of all processes.
      process.stdout.write(
        Buffer.concat(printed)
          .toString()
          .replace(/\n\s+Total:[\s\S]*?Duration:.*\n/, "\n"),
      );
      const died = {
        passed: 0,
        failures: [`${group.join(", ")}: the process ended with ${signal ?? code}`],
        goldens: [],
      };
      resolve(readReport(path) ?? died);
    });
  });
}

function readReport(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Report;
  } catch {
    return undefined;
  }
}
