// Compares `check` of large definitions with `parseDocument` of the package `yaml` on the same text, which is the least
// that reading YAML can cost. Only ratios count: both alternate in one process, with one process per size and another
// one per memory measurement. Prints a table and the budgets; `--json FILE` writes both.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { check, compile, memoryHost } from "modelwright";
import { emit } from "modelwright/emit";
import { parseDocument } from "yaml";
import { manyModels } from "../many-models.ts";

const CASES = [
  { name: "1 model", kind: "models", count: 1, rounds: 101 },
  { name: "100 models", kind: "models", count: 100, rounds: 31 },
  { name: "1,000 models", kind: "models", count: 1000, rounds: 11 },
  { name: "10,000 models", kind: "models", count: 10_000, rounds: 7 },
  { name: "1,000 files", kind: "files", count: 1000, rounds: 11 },
  { name: "chain of 10,000 inputs", kind: "chain", count: 10_000, rounds: 7 },
  { name: "chain of 100,000 inputs", kind: "chain", count: 100_000, rounds: 5 },
  { name: "cycle of 10,000 inputs", kind: "cycle", count: 10_000, rounds: 7 },
  { name: "cycle of 100,000 inputs", kind: "cycle", count: 100_000, rounds: 5 },
];

/** The budgets of `check`, as a multiple of `parseDocument` or of `check` with a tenth of the size. */
const BUDGETS = [
  { name: "time of check, 10,000 models", most: 1.3, of: (rows) => rows["10,000 models"].ratio },
  { name: "peak memory of check, 10,000 models", most: 1.5, of: (rows) => rows["10,000 models"].memoryRatio },
  { name: "time of check, 1,000 files", most: 1.3, of: (rows) => rows["1,000 files"].ratio },
  ...[
    ["1,000 to 10,000 models", "1,000 models", "10,000 models"],
    ["a chain of 10,000 to 100,000 inputs", "chain of 10,000 inputs", "chain of 100,000 inputs"],
    ["a cycle of 10,000 to 100,000 inputs", "cycle of 10,000 inputs", "cycle of 100,000 inputs"],
  ].map(([name, from, to]) => ({
    name: `growth from ${name}`,
    most: 11,
    of: (rows) => rows[to].check / rows[from].check,
  })),
];

/** The files of a case. Those named `efemarai.yaml` are checked. */
function filesOf({ kind, count }) {
  if (kind === "models") return manyModels(count, "plain");
  if (kind === "files") {
    const one = [...manyModels(1, "plain")];
    return new Map(
      Array.from({ length: count }, (_, i) => one.map(([path, text]) => [`model-${i}/${path}`, text])).flat(),
    );
  }
  const input = (i) => {
    const needed = kind === "cycle" ? (i + 1) % count : i - 1;
    const value = needed < 0 ? "1" : `"\${model.runtime.load.inputs.i${needed}}"`;
    return `{ name: i${i}, value: ${value} }`;
  };
  const inputs = Array.from({ length: count }, (_, i) => `          - ${input(i)}\n`).join("");
  const [[path, text]] = manyModels(1, "plain");
  const load = /(?<=load:\n.*\n {8}inputs:\n)(?: {10}.*\n)+/.exec(text)?.[0] ?? "";
  return new Map([
    [path, text.replace(load, () => inputs)],
    ["code.py", "def get_model(**inputs):\n    ...\n\n\ndef predict(model, items):\n    ...\n"],
  ]);
}

const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];

function timed(task) {
  globalThis.gc();
  const start = performance.now();
  task();
  return performance.now() - start;
}

/** Runs in a process of its own: the median times of one case, with the two ways alternating. */
function measureTimes({ rounds, ...one }) {
  const { files, definitions, texts } = inputOf(one);
  const tasks = {
    yaml: () => texts.map((text) => parseDocument(text)),
    check: () => check(definitions, memoryHost(files)),
  };
  const times = { yaml: [], check: [], plan: [], build: [] };
  // The first round is a warm-up.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, task] of Object.entries(tasks)) {
      const time = timed(task);
      if (round > 0) times[name].push(time);
    }
  }
  const isWrong = one.kind === "cycle";
  for (let round = 0; round <= (one.count > 1000 ? 1 : 3) && !isWrong; round++) {
    let plan;
    const planned = timed(() => {
      ({ plan } = compile(definitions, memoryHost(files)));
    });
    const emitted = one.kind === "chain" ? 0 : timed(() => emit(plan, { root: "./" }));
    if (round === 0) continue;
    times.plan.push(planned);
    if (emitted > 0) times.build.push(planned + emitted);
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all) ?? null]));
}

/** Runs in a process of its own: the peak memory of one of the two ways, in megabytes. */
function measureMemory({ way, ...one }) {
  const { files, definitions, texts } = inputOf(one);
  if (way === "yaml") texts.map((text) => parseDocument(text));
  else check(definitions, memoryHost(files));
  return process.resourceUsage().maxRSS / 1024;
}

function inputOf(one) {
  const files = filesOf(one);
  const definitions = [...files.keys()].filter((path) => path.endsWith("efemarai.yaml"));
  return { files, definitions, texts: definitions.map((path) => files.get(path)) };
}

/** The result of a function of this file in a process of its own. */
function apart(task, argument) {
  const script = [process.argv[1], "--task", task, "--argument", JSON.stringify(argument)];
  const output = execFileSync(process.execPath, ["--expose-gc", "--import", "tsx", ...script], { encoding: "utf8" });
  return JSON.parse(output);
}

function row(one) {
  const times = apart("times", one);
  const memory = (way) => median(Array.from({ length: 3 }, () => apart("memory", { ...one, way })));
  const [yamlMemory, checkMemory] = [memory("yaml"), memory("check")];
  return { ...times, ratio: times.check / times.yaml, yamlMemory, checkMemory, memoryRatio: checkMemory / yamlMemory };
}

const ms = (value) => (value === null ? "–" : value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString("en"));

const COLUMNS = [
  ["parseDocument", ({ yaml }) => ms(yaml)],
  ["check", (each) => ms(each.check)],
  ["ratio", ({ ratio }) => ratio.toFixed(2)],
  ["plan", ({ plan }) => ms(plan)],
  ["build", ({ build }) => ms(build)],
  ["peak MB", ({ yamlMemory }) => ms(yamlMemory)],
  ["check", ({ checkMemory }) => ms(checkMemory)],
  ["ratio", ({ memoryRatio }) => memoryRatio.toFixed(2)],
];

function report(json) {
  const show = (name, cells) => console.log(name.padEnd(25) + cells.map((cell) => cell.padStart(14)).join(""));
  show(
    "ms, medians",
    COLUMNS.map(([name]) => name),
  );
  const rows = {};
  for (const one of CASES) {
    rows[one.name] = row(one);
    show(
      one.name,
      COLUMNS.map(([, cell]) => cell(rows[one.name])),
    );
  }
  const exponent = Math.log10(rows["10,000 models"].check / rows["1,000 models"].check);
  console.log(`\ntime of check ~ models ^ ${exponent.toFixed(2)}, from 1,000 to 10,000\n`);
  const budgets = BUDGETS.map(({ name, most, of }) => {
    const value = of(rows);
    return { name, value, most, isMet: value <= most };
  });
  for (const { name, value, most, isMet } of budgets) {
    console.log(`${name}: ${value.toFixed(2)} ×, at most ${most} ×: ${isMet ? "met" : "not met"}`);
  }
  const result = { node: process.version, platform: `${process.platform} ${process.arch}`, rows, exponent, budgets };
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
}

const { values } = parseArgs({
  options: { json: { type: "string" }, task: { type: "string" }, argument: { type: "string" } },
});
if (values.task === undefined) report(values.json);
else {
  const measure = values.task === "times" ? measureTimes : measureMemory;
  console.log(JSON.stringify(measure(JSON.parse(values.argument))));
}
