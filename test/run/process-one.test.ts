// In a container, the first process of a worker has the process id 1: signals that it sends to itself have no effect, and orphans
// become its children.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../describe.ts";
import { temporaryFolder } from "../temporary.ts";
import { named, outcomes, planOf, predictions, runPlan } from "./harness.ts";

const canUnshare = spawnSync("unshare", ["--pid", "--fork", "--mount-proc", "true"]).status === 0;
if (!canUnshare) console.log("skipped: process 1, because process namespaces cannot be created here");

const CODE = `import ctypes, os, signal, subprocess, time

def load():
    return os.getppid()

def predict(model, datapoints):
    act = datapoints[0].id
    if act == "crashes":
        ctypes.string_at(0)
    if act == "is killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if act == "exits":
        os._exit(7)
    if act == "kills":
        for number in (signal.SIGINT, signal.SIGKILL, signal.SIGSTOP):
            os.kill(1, number)
    if act == "leaves orphans":
        for _ in range(20):
            subprocess.run(["sh", "-c", "sleep 0 & sleep 3600 &"])
        time.sleep(0.5)
    states = [open(f"/proc/{id}/stat").read().rpartition(")")[2].split()[0] for id in os.listdir("/proc") if id.isdigit()]
    return [{"parent": model, "zombies": states.count("Z")}]
`;

/** A program that starts Python as process 1 of its own namespace. */
function pythonAsProcessOne(folder: string): string {
  const python = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });
  const path = join(folder, "python");
  writeFileSync(path, `#!/bin/sh\nexec unshare --pid --fork --mount-proc -- '${python}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

describe("run: a worker whose first process is process 1", (test) => {
  const root = temporaryFolder();
  mkdirSync(join(root, "code"));
  writeFileSync(join(root, "code", "inference.py"), CODE);
  const plan = planOf({
    folder: "code",
    predictInputs: {
      model: { ref: "model/load", select: "output" },
      datapoints: { ref: "model/datapoints", select: "all" },
    },
    keys: ["parent", "zombies"],
  });
  const python = pythonAsProcessOne(root);

  test("predicts, collects orphans, and ignores signals of the model's code", async () => {
    if (!canUnshare) return;
    const ids = ["starts", "leaves orphans", "kills", "continues"];
    const { rows, report } = await runPlan(plan, named(...ids), { root, python });
    assert.equal(report.failures, []);
    assert.equal(outcomes(rows), ids);
    assert.equal(predictions(rows), Array(4).fill({ parent: 1, zombies: 0 }));
  });

  test("ends with 128 and the signal that ended the worker, and leaves nothing", async () => {
    if (!canUnshare) return;
    for (const [act, code] of [
      ["crashes", 139],
      ["is killed", 137],
      ["exits", 7],
    ] as const) {
      const { rows, events } = await runPlan(plan, named("starts", act, "continues"), {
        root,
        python,
      });
      assert.equal(outcomes(rows), ["starts", `${act}: WorkerEnded`, "continues"]);
      const reasons = events.flatMap((event) => (event.kind === "restart" ? [event.reason] : []));
      assert.match(reasons[0] ?? "", `ended with exit code ${code}`);
    }
  });
});
