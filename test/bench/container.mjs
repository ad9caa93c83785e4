// Measures what a container costs: the start of a model, a batch and large arrays, next to the same without a container, on the same
// machine at the same time. Needs Podman and the images of test/tools/images.mjs. Prints ratios, and fails for none of them.
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { table } from "./table.mjs";

const ROUNDS = 3;
const IMAGE = "localhost/modelwright-test/python";

/** What is measured, with the arguments of `run/measure.mjs`. */
const MEASUREMENTS = {
  "start to ready": ["start"],
  "a batch of 1, in a loop": ["batch", "single", "1"],
  "a batch of 32, in a loop": ["batch", "batches", "32"],
  "a batch of 1, a call of its own": ["once", "single", "1"],
  "9.6 MB of raw arrays": ["images"],
};

const python = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });
const script = fileURLToPath(new URL("run/measure.mjs", import.meta.url));

function measure(args, environment = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, python, ...args], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  if (status !== 0) throw new Error(`${args.join(" ")}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout);
}

if (spawnSync("podman", ["image", "exists", IMAGE]).status !== 0) {
  console.log("skipped: Podman or the images of test/tools/images.mjs are missing here");
} else {
  const show = table(36, 14);
  const milliseconds = (value) => `${value.toFixed(value < 10 ? 3 : 1)} ms`;
  show(["what", "without", "container", "ratio"]);
  for (const [name, args] of Object.entries(MEASUREMENTS)) {
    // In turns, so that both see the same load of the machine.
    const rounds = Array.from({ length: ROUNDS }, () => [
      measure(args),
      measure(args, { MODELWRIGHT_BENCH_IMAGE: IMAGE }),
    ]);
    const [bare, contained] = [0, 1].map((column) => Math.min(...rounds.map((round) => round[column])));
    show([name, milliseconds(bare), milliseconds(contained), `${(contained / bare).toFixed(2)} ×`]);
  }
}
