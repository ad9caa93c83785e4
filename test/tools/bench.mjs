// Runs all benchmarks of `test/bench`, or the named ones, each in its own process. Writes all figures to `bench.json`, or
// to the file of `--json`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { build } from "./build.mjs";
import { ROOT } from "./install.mjs";

const FOLDER = join(ROOT, "test/bench");
/** In this order. Benchmarks that are not listed follow. */
const ORDER = [
  "start",
  "check",
  "keystroke",
  "complete",
  "editor",
  "hostile",
  "emit",
  "types",
  "graph",
  "run",
  "container",
  "serve",
  "host",
  "fetch",
];
/** Files that are not benchmarks. */
const OTHERS = ["table"];

const [names, file] = argumentsOf(process.argv.slice(2));
await build();
const folder = mkdtempSync(join(tmpdir(), "modelwright-bench-"));
const benchmarks = {};
const failed = [];
for (const name of names) {
  console.log(`\n── ${name}`);
  // A benchmark writes its rows one by one, or all figures in its own format.
  const [rows, whole] = [join(folder, `${name}.jsonl`), join(folder, `${name}.json`)];
  writeFileSync(rows, "");
  const script = join(FOLDER, `${name}.mjs`);
  const { status } = spawnSync(process.execPath, ["--import", "tsx", script, "--json", whole], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, MODELWRIGHT_BENCH_ROWS: rows },
  });
  if (status !== 0) failed.push(name);
  const lines = readFileSync(rows, "utf8").split("\n").filter(Boolean);
  benchmarks[name] = existsSync(whole) ? JSON.parse(readFileSync(whole, "utf8")) : lines.map((row) => JSON.parse(row));
}
rmSync(folder, { recursive: true, force: true });
const machine = { node: process.version, platform: platform(), arch: arch(), processors: cpus().length };
writeFileSync(file, `${JSON.stringify({ benchVersion: 1, machine, benchmarks }, undefined, 2)}\n`);
console.log(`\nAll figures: ${file}`);
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(", ")}.`);
  process.exitCode = 1;
}

function argumentsOf(given) {
  const at = given.indexOf("--json");
  const file = at < 0 ? join(ROOT, "bench.json") : resolve(given[at + 1] ?? "bench.json");
  const wanted = given.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
  const found = readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".mjs"))
    .map(({ name }) => basename(name, ".mjs"))
    .filter((name) => !OTHERS.includes(name));
  const all = [...ORDER.filter((name) => found.includes(name)), ...found.filter((name) => !ORDER.includes(name))];
  const unknown = wanted.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    console.error(`There is no benchmark "${unknown}". Known: ${all.join(", ")}.`);
    process.exit(2);
  }
  return [wanted.length > 0 ? wanted : all, file];
}
