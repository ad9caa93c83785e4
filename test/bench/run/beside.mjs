// Measures what another place costs: the start of a model, a batch and large arrays, next to the same with a Python of this machine, at
// the same time. Prints ratios, and fails for none of them.
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { table } from "../table.mjs";

/** What is measured, with the arguments of `measure.mjs`. */
const MEASUREMENTS = {
  "start to ready": ["start"],
  "a batch of 1, in a loop": ["batch", "single", "1"],
  "a batch of 32, in a loop": ["batch", "batches", "32"],
  "a batch of 1, a call of its own": ["once", "single", "1"],
  "9.6 MB of raw arrays": ["images"],
};

const ROUNDS = 3;

const script = fileURLToPath(new URL("measure.mjs", import.meta.url));

/** Prints the table. `environment` selects the place for `measure.mjs`. */
export function measureBeside(place, environment) {
  const python = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });
  const measure = (args, more = {}) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, python, ...args], {
      encoding: "utf8",
      env: { ...process.env, ...more },
    });
    if (status !== 0) throw new Error(`${args.join(" ")}: ${stderr.slice(-2000)}`);
    return JSON.parse(stdout);
  };
  const show = table(36, 14);
  const milliseconds = (value) => `${value.toFixed(value < 10 ? 3 : 1)} ms`;
  show(["what", "without", place, "ratio"]);
  for (const [name, args] of Object.entries(MEASUREMENTS)) {
    // In turns, so that both see the same load of the machine.
    const times = Array.from({ length: ROUNDS }, () => [measure(args), measure(args, environment)]);
    const [bare, there] = [0, 1].map((column) => Math.min(...times.map((round) => round[column])));
    show([name, milliseconds(bare), milliseconds(there), `${(there / bare).toFixed(2)} ×`]);
  }
}
