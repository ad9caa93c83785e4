// Feeds hostile input to the layers of the compiler: `npm run fuzz -- --minutes 30 --seed 7 --layer yaml`. Each
// finding is written to a file. As a fixture below `fixtures/fuzz/<layer>/`, it is tried with every test run.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LAYERS } from "../fuzz/layers.ts";
import { describeFinding, runLayer } from "../fuzz/run-layer.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string" },
    layer: { type: "string", multiple: true },
    out: { type: "string" },
  },
});
const names = LAYERS.map(({ name }) => name);
const layers = values.layer ?? names;
const strange = layers.find((name) => !names.includes(name));
if (strange !== undefined) throw new Error(`there is no layer "${strange}"; known: ${names.join(", ")}`);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const seconds = (Number(values.minutes) * 60) / layers.length;
const folder = values.out ?? mkdtempSync(join(tmpdir(), "modelwright-fuzz-"));

console.log(`seed ${seed}, ${seconds.toFixed(0)} s per layer`);
for (const layer of layers) {
  const { inputs, findings } = await runLayer(layer, { seed, seconds, folder });
  console.log(`${layer}: ${inputs} inputs, ${findings.length} findings`);
  for (const finding of findings) console.log(`\n${describeFinding(layer, finding)}\n`);
  if (findings.length > 0) process.exitCode = 1;
}
