// Measures completion at many places in definitions with many models, in correct text and in text with an unclosed quote. Each
// completion is requested in a new text, as after a keystroke. Times are CPU time. Prints a table and the budgets.

import { memoryHost } from "../../src/base/host.ts";
import { complete } from "../../src/editor/complete/complete.ts";
import { manyModels } from "../many-models.ts";
import { keep, table } from "./table.mjs";

/** The maximum 95th percentile of the CPU time of a completion, in milliseconds. */
const BUDGETS = new Map([
  [50, 50],
  [1000, 200],
]);

/** The text that is inserted in the middle model, and the text that it replaces. */
const PLACES = [
  ["an expression", '"${model.files.params.url}"', '"${model.files.'],
  ["an expression in predict", '"${model.runtime.load.output.network}"', "${"],
  ["a key", "    repository: { url: . }", "    rep"],
  ["a new line", "    repository: { url: . }", "    "],
  ["a new input", '          - { name: token, value: "${API_TOKEN}" }', "          - "],
  ["the name of an input", "name: threshold", "name: "],
  ["a function", "entrypoint: calls:get_model", "entrypoint: calls:"],
  ["a module", "entrypoint: calls:predict", "entrypoint: "],
  ["a path", '"https://example.com/params-INDEX.pt"', ""],
  ["the name of a model", undefined, "tests:\n  - name: nightly\n    model: "],
];

function textOf(text, models, [, old, written], isBroken) {
  const index = Math.floor(models / 2);
  const broken = isBroken ? text.replace("image: python", 'image: "python') : text;
  if (old === undefined) return { text: broken + written, offset: broken.length + written.length };
  const start = broken.indexOf(old.replace("INDEX", index), broken.indexOf(`- name: model ${index}\n`));
  const end = broken.indexOf("\n", start);
  return { text: broken.slice(0, start) + written + broken.slice(end), offset: start + written.length };
}

/** A new string with the same text, so that no cached result is used. */
const fresh = (text) => `${text.slice(0, -1)}${text.slice(-1)}`;

function measure(models, place, isBroken, rounds) {
  const files = manyModels(models, "rich");
  const { text, offset } = textOf(files.get("efemarai.yaml"), models, place, isBroken);
  const host = memoryHost(files);
  const times = [];
  let items = 0;
  for (let round = 0; round < rounds; round++) {
    const source = { path: "efemarai.yaml", text: fresh(text) };
    const before = process.cpuUsage();
    items = complete({ source, offset, host, variables: ["API_TOKEN"] }).items.length;
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  if (items === 0) throw new Error(`nothing is offered for ${place[0]} with ${models} models`);
  return times;
}

const percentile = (times, share) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))];

for (const place of PLACES) measure(50, place, false, 30);
const row = table(30, 12);
row(["ms of processor time, p95", ...[...BUDGETS.keys()].flatMap((models) => [`${models}`, `${models} broken`])]);
const all = new Map([...BUDGETS.keys()].map((models) => [models, []]));
for (const place of PLACES) {
  const cells = [...BUDGETS.keys()].flatMap((models) =>
    [false, true].map((isBroken) => {
      const times = measure(models, place, isBroken, models > 100 ? 20 : 60);
      all.get(models).push(...times);
      return percentile(times, 0.95).toFixed(1);
    }),
  );
  row([place[0], ...cells]);
}
console.log();
for (const [models, most] of BUDGETS) {
  const value = percentile(all.get(models), 0.95);
  const median = percentile(all.get(models), 0.5);
  keep({ what: `completion, ${models} models`, median, p95: value, budget: most });
  console.log(
    `${models} models: median ${median.toFixed(1)} ms, p95 ${value.toFixed(1)} ms, at most ${most} ms: ${value <= most ? "met" : "not met"}`,
  );
}
