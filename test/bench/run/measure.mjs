// One measurement of the executor in a process of its own. Prints a line of JSON. Arguments: the interpreter, what to
// measure, and the amount.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile, memoryHost } from "modelwright";
import { defineModel, run } from "modelwright/run";
import { batchOf, leastOf } from "./least.mjs";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
/** The interval between two memory measurements, in milliseconds. */
const SAMPLE_MS = 20;

const [python = "python3", what = "", ...rest] = process.argv.slice(2);
const names = ["efemarai.yaml", "inference.py"];
/** With an image, models run in containers of it. */
const image = process.env.MODELWRIGHT_BENCH_IMAGE;
/** With the URL of a host, models run there, with the same interpreter. */
const host = process.env.MODELWRIGHT_BENCH_HOST;
const read = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
const files = new Map(
  names.map((name) => [name, read(name).replaceAll("python:3.11-slim", image ?? "python:3.11-slim")]),
);
const { plan, diagnostics } = compile(["efemarai.yaml"], memoryHost(files));
if (plan === undefined) throw new Error(JSON.stringify(diagnostics));

const model = (id) =>
  defineModel(id, undefined, {
    root: ".",
    plan: plan.hash,
    load: async () => ({ default: JSON.stringify(plan) }),
  });
const where = image === undefined ? { python, host } : { container: true };
const start = (id) => model(id).start({ env: process.env, root: ROOT, ...where });

/** The milliseconds per batch if batches follow one another, as in a loop over many datapoints. */
async function batch(id, size) {
  const batches = 1000;
  const session = await start(id);
  const datapoints = batchOf(size);
  function* many() {
    for (let i = 0; i < batches; i++) yield* datapoints;
  }
  const time = await leastOf(5, 1, async () => {
    let predicted = 0;
    for await (const { score } of session.predict(many())) predicted += score === undefined ? 0 : 1;
    if (predicted !== batches * size) throw new Error(`${predicted} predictions`);
  });
  await session.stop();
  return time / batches;
}

/** The milliseconds of one call with one batch, up to the last prediction. */
async function once(id, size, calls, rounds) {
  const session = await start(id);
  const datapoints = batchOf(size);
  const time = await leastOf(rounds, calls, async () => {
    let predicted = 0;
    for await (const _ of session.predict(datapoints, { arrays: "raw" })) predicted++;
    if (predicted !== size) throw new Error(`${predicted} predictions`);
  });
  await session.stop();
  return time;
}

/**
 * The milliseconds from `start` until the process is ready and has ended. Files that are read only once, such as the
 * plan schema, are not counted.
 */
async function startUp() {
  const times = [];
  for (let i = 0; i < 8; i++) {
    const begin = performance.now();
    const session = await start("single");
    times.push(performance.now() - begin);
    await session.stop();
  }
  return Math.min(...times.slice(1));
}

async function* datapoints(count) {
  for (let x = 0; x < count; x++) yield { inputs: { x } };
}

/** A complete run: rows per second, and the peak memory of this process. */
async function memory(input, count, output) {
  let most = 0;
  const sample = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(sample, SAMPLE_MS);
  const begin = performance.now();
  const { models, failures } = await run(plan, {
    root: ROOT,
    environment: process.env,
    input: input === "-" ? datapoints(count) : input,
    models: ["batches"],
    python,
    output,
  });
  const seconds = (performance.now() - begin) / 1000;
  clearInterval(timer);
  sample();
  if (models[0]?.rows !== count || models[0].errors > 0) throw new Error(JSON.stringify({ models, failures }));
  return { megabytes: most / 1e6, rate: count / seconds };
}

const measurements = {
  batch: (id, size) => batch(id, Number(size)),
  once: (id, size) => once(id, Number(size), 200, 5),
  images: () => once("images", 64, 5, 5),
  start: startUp,
  memory: (input, count, output) => memory(input, Number(count), output),
};
console.log(JSON.stringify(await measurements[what](...rest)));
