// The chaos test in full size: `npm run chaos -- --seed 7 --datapoints 20000`.
import { parseArgs } from "node:util";
import { runChaos } from "../run/chaos.ts";

const { values } = parseArgs({ options: { seed: { type: "string" }, datapoints: { type: "string" } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const datapoints = Number(values.datapoints ?? 20_000);
const harm = { datapoints, each: Math.ceil(datapoints / 1000), slow: Math.ceil(datapoints / 4000), seed };

console.log(`seed ${seed}`);
const killers = { datapoints, each: Math.ceil(datapoints / 400), slow: Math.ceil(datapoints / 4000), seed };
console.log("datapoints that end their process", await runChaos(killers));
console.log("workers killed", await runChaos({ ...harm, killWorkerMs: 500 }));
console.log("command line killed", await runChaos({ ...harm, killWorkerMs: 500, killParentMs: 3000 }));
