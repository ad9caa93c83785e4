// Measures the overhead of a run: each budget of the executor next to plain Python or another bridge, on the same
// machine at the same time. Prints a table, and fails only if a budget is clearly exceeded, because other programs
// affect the figures. Each measurement has a process of its own.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { table } from "./table.mjs";

const ROUNDS = 3;
/** The number of datapoints of the shortest and the longest run whose memory is compared. */
const COUNTS = [10_000, 1_000_000];
/**
 * Budgets: extra milliseconds per batch, milliseconds for 9.6 MB, a multiple of `python3 -c pass`, a multiple of the
 * memory.
 */
const BUDGET = { batch: 0.2, images: 10, start: 3, memory: 1.5 };
/** A budget is clearly exceeded from this factor on. */
const TOLERANCE = 3;
const PYTHONIA = "pythonia@1.2.6";

const folder = mkdtempSync(join(tmpdir(), "modelwright-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const python = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });

function output(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout);
}

const at = (name) => fileURLToPath(new URL(`run/${name}`, import.meta.url));
const script = (name, ...args) => output(process.execPath, at(name), ...args.map(String));
const measure = (...args) => script("measure.mjs", python, ...args);

/**
 * The minimum of several rounds of each task. The tasks alternate, so that all of them see the same load of the
 * machine.
 */
function inTurns(tasks) {
  const rounds = Array.from({ length: ROUNDS }, () => tasks.map((task) => task()));
  return tasks.map((_, index) => Math.min(...rounds.map((round) => round[index])));
}

/** The milliseconds of an interpreter that does nothing. */
function emptyPython() {
  const begin = performance.now();
  spawnSync(python, ["-c", "pass"]);
  return performance.now() - begin;
}

/** The other bridge, if npm can install it. Its install scripts do not run. */
function hasPythonia() {
  writeFileSync(join(folder, "package.json"), "{}");
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", PYTHONIA];
  const { status, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
  if (status === 0) return true;
  console.log(`skipped: ${PYTHONIA} cannot be installed here (${stderr.trim().split("\n").at(-1)})`);
  return false;
}

const show = table(44, 18);
const milliseconds = (value) => `${value.toFixed(value < 10 ? 3 : 1)} ms`;
const missed = [];
function budget(name, value, limit, text) {
  show([name, text, value <= limit ? "held" : "missed"]);
  if (value > limit * TOLERANCE) missed.push(name);
}

const pythonia = hasPythonia();
show(["what", "measured", "budget"]);
for (const [id, size] of Object.entries({ single: 1, batches: 32 })) {
  const [plain, ours, alone, lines, other] = inTurns([
    () => output(python, at("plain.py"), String(size)),
    () => measure("batch", id, size),
    () => measure("once", id, size),
    () => script("json-lines.mjs", python, "batch", size),
    ...(pythonia ? [() => script("pythonia.mjs", folder, size)] : []),
  ]);
  const batch = `a batch of ${size}`;
  show([`${batch}: plain Python loop`, milliseconds(plain)]);
  budget(`${batch}: one after the other`, ours - plain, BUDGET.batch, `+ ${milliseconds(ours - plain)}`);
  show([`${batch}: a call of its own`, `+ ${milliseconds(alone - plain)}`]);
  show([`${batch}: JSON lines by hand, a call`, `+ ${milliseconds(lines - plain)}`]);
  if (other !== undefined) show([`${batch}: pythonia, a call`, `+ ${milliseconds(other - plain)}`]);
}

const [images, base64] = inTurns([() => measure("images"), () => script("json-lines.mjs", python, "images")]);
budget("9.6 MB of raw arrays", images, BUDGET.images, milliseconds(images));
show(["9.6 MB as base64 in JSON lines by hand", milliseconds(base64)]);

const [empty, started] = inTurns([() => Math.min(...Array.from({ length: 10 }, emptyPython)), () => measure("start")]);
show(["`python3 -c pass`", milliseconds(empty)]);
const times = started / empty;
budget("start to ready", times, BUDGET.start, `${milliseconds(started)}, ${times.toFixed(1)} ×`);

for (const kind of ["an iterable", "a .jsonl file"]) {
  const [few, many] = COUNTS.map((count) => {
    const input = join(folder, `${count}.jsonl`);
    if (kind !== "an iterable") {
      writeFileSync(input, Array.from({ length: count }, (_, x) => `{"x":${x}}\n`).join(""));
    }
    // Garbage collection happens at any time, so the minimum of several rounds shows what the rows need.
    const rounds = Array.from({ length: ROUNDS }, () => {
      const result = measure("memory", kind === "an iterable" ? "-" : input, count, join(folder, "output.jsonl"));
      if (statSync(join(folder, "output.jsonl")).size < count * 50) throw new Error("rows are missing");
      return result;
    });
    const least = Math.min(...rounds.map(({ megabytes }) => megabytes));
    const rate = Math.max(...rounds.map(({ rate }) => rate));
    const rows = `${(count / 1000).toLocaleString("en")},000 rows of ${kind}`;
    show([rows, `${least.toFixed(0)} MB`, `${Math.round(rate / 1000)},000 rows/s`]);
    return least;
  });
  budget(`memory, ${kind}`, many / few, BUDGET.memory, `${(many / few).toFixed(2)} ×`);
}

if (missed.length > 0) {
  console.error(`More than ${TOLERANCE} times the budget: ${missed.join("; ")}.`);
  process.exitCode = 1;
}
