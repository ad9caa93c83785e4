// Runs test files in several processes, one per processor. Reports each file when it ends, then all failures and the total:
// `files.ts [NAME…]`, where a name is that of a test file or the start of its path.
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { ROOT, unreadGoldens } from "../golden.ts";
import { type Ended, runGroup } from "./run-group.ts";
import { needsBuild, selectFiles, testFiles } from "./select.ts";

/** Files per process: enough to share the cost of loading the compiler, few enough to keep all processors busy until the end. */
const FILES_AT_ONCE = 6;

/** The slowest tests start first. */
const SLOWEST = ["pre-commit", "plugin-vite", "run/", "mutations", "bindings", "emit", "cli"];

const names = process.argv.slice(2);
const { files, mistakes } = names.length === 0 ? { files: testFiles(), mistakes: [] } : selectFiles(names, testFiles());
for (const mistake of mistakes) console.error(mistake);
if (mistakes.length > 0) process.exit(2);

if (names.length > 0 && files.some(needsBuild)) {
  const build = ["test/tools/build.mjs", "--if-stale"];
  const { status } = spawnSync(process.execPath, build, { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

const waiting = [...files].sort((a, b) => rank(a) - rank(b));
const atOnce = Math.min(FILES_AT_ONCE, Math.ceil(files.length / availableParallelism()));
const failures: string[] = [];
const goldens = new Set<string>();
let passed = 0;
await Promise.all(Array.from({ length: availableParallelism() }, work));

// Unread golden files are known only if all tests ran and passed.
const unread = names.length === 0 && failures.length === 0 ? unreadGoldens(goldens) : [];
failures.push(...unread.map((path) => `No test reads the golden file ${path}`));
if (failures.length > 0) console.log(`\n${failures.map((failure) => `FAIL ${failure}`).join("\n\n")}`);
console.log(`\n${passed} passed, ${failures.length} failed`);
if (failures.length > 0) process.exitCode = 1;

function rank(path: string): number {
  const place = SLOWEST.findIndex((name) => path.startsWith(name));
  return place < 0 ? SLOWEST.length : place;
}

async function work(): Promise<void> {
  while (waiting.length > 0) waiting.unshift(...(await runGroup(waiting.splice(0, atOnce), take)));
}

function take({ file, report, milliseconds, printed }: Ended): void {
  passed += report.passed;
  failures.push(...report.failures.map((failure) => `${file}: ${failure}`));
  for (const golden of report.goldens) goldens.add(golden);
  const failed = report.failures.length === 0 ? "" : `, ${report.failures.length} failed`;
  console.log(`${printed}${file}: ${report.passed} passed${failed} (${(milliseconds / 1000).toFixed(1)} s)`);
}
