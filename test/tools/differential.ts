// Compares how Modelwright and the platform's SDK read generated definitions, and prints how many of each kind differ:
// `npm run differential -- [--seed 1] [--count 1000] [--show KIND] [--python PATH]`. `--show` prints the smallest
// definitions of the kinds that contain this text. Exits with 1 if a difference is unexplained.
import { parseArgs } from "node:util";
import { differential, report } from "./differential/differential.ts";
import { pythonWithSdk } from "./differential/oracle.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "1000" },
    show: { type: "string" },
    python: { type: "string" },
  },
});

const python = values.python ?? pythonWithSdk();
if (python !== undefined) {
  const result = await differential(python, Number(values.seed), Number(values.count));
  console.log(report(result, values.show));
  if (result.counts.get("false alarm") || result.counts.get("silent")) process.exitCode = 1;
}
