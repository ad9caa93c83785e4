// Measures the time to compile and to emit many models with the built package. Prints a table, and fails if the growth
// is worse than linear. Ratios within one run do not depend on the machine.
import { compile, memoryHost } from "modelwright";
import { emit, morphEmitter, textEmitter } from "modelwright/emit";
import { manyModels } from "../many-models.ts";
import { table } from "./table.mjs";

const COUNTS = [200, 1000, 5000];
const ROUNDS = 3;
/** From 1,000 to 5,000 models, linear growth is a factor of 5. It may be exceeded by this factor. */
const TOLERANCE = 1.5;

function planOf(count, python) {
  const { plan, diagnostics } = compile(["efemarai.yaml"], memoryHost(manyModels(count, python)));
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics.slice(0, 3)));
  return plan;
}

/** The minimum processor time of several runs, in milliseconds. Processor time does not depend on other programs. */
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

// ts-morph is loaded before the measurement, because loading takes the same time for one model and for thousands.
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
