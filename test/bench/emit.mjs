// How much work it is to compile and to emit many models, by the built package. Prints a table, and fails when growth is
// worse than linear. Everything is compared within one run, which says the same on every machine.
import { compile, memoryHost } from "modelwright";
import { emit, morphEmitter, textEmitter } from "modelwright/emit";
import { manyModels } from "../many-models.ts";
import { table } from "./table.mjs";

const COUNTS = [200, 1000, 5000];
const ROUNDS = 3;
/** From 1,000 to 5,000 models five times the work is linear; so much more is allowed. */
const TOLERANCE = 1.5;

function planOf(count, python) {
  const { plan, diagnostics } = compile(["efemarai.yaml"], memoryHost(manyModels(count, python)));
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics.slice(0, 3)));
  return plan;
}

/** Milliseconds of the processor, not of the clock, and the least of some: what else the machine does is no work of ours. */
function work(task) {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = process.cpuUsage();
    task();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

const TASKS = [
  ["compile", (_, count, python) => planOf(count, python)],
  ...["ts", "js"].flatMap((target) => [
    [`emit ${target}`, (plan) => emit(plan, { root: "./", target }, textEmitter)],
    [`emit ${target}, verified`, (plan) => emit(plan, { root: "./", target }, morphEmitter)],
  ]),
];

// ts-morph is loaded before anything is measured: that takes the same time for one model and for thousands.
emit(planOf(1, "plain"), { root: "./" });

const show = table(26, 13);
show(["ms of work", ...COUNTS.map((count) => `${count} models`), "growth"]);
let failed = false;
for (const python of ["plain", "rich"]) {
  const plans = COUNTS.map((count) => planOf(count, python));
  for (const [name, task] of TASKS) {
    const times = plans.map((plan, index) => work(() => task(plan, COUNTS[index], python)));
    const growth = times[2] / times[1] / (COUNTS[2] / COUNTS[1]);
    show([`${python}: ${name}`, ...times.map((time) => time.toFixed(0)), `${growth.toFixed(2)} × linear`]);
    failed ||= growth > TOLERANCE;
  }
}
if (failed) {
  console.error(`Something grows more than ${TOLERANCE} times as fast as the number of models.`);
  process.exitCode = 1;
}
