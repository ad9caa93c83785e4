// On Linux, all processes that the code of a model has started end with it, even if they have left the process group and
// the session, lost their parent or cleared their environment, and for anything that they do to the guard.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../describe.ts";
import { ROOT } from "../golden.ts";
import { assertGone, HANG_MS, named, newMark, outcomes, planOf, runPlan } from "./harness.ts";

const isLinux = process.platform === "linux";
const plan = planOf({ folder: "hostile", predict: "escapes", keys: ["id"] });

/** The processes whose last argument is a mark, without those that have ended and are not yet collected. */
function withArgument(mark: string): readonly string[] {
  return readdirSync("/proc").filter((id) => {
    try {
      const isLast = /^\d+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, "utf8").endsWith(`\0${mark}\0`);
      return isLast && !/\) [ZX] /.test(readFileSync(`/proc/${id}/stat`, "latin1"));
    } catch {
      return false; // it has ended
    }
  });
}

async function assertEnded(mark: string): Promise<void> {
  const end = Date.now() + HANG_MS;
  while (withArgument(mark).length > 0) {
    assert.ok(Date.now() < end, `processes are left: ${withArgument(mark).join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const ACTS = ["starts", "forks", "runs", "spreads", "adopts", "stops"];

describe("run: a process outside of its group and environment", (test) => {
  for (const act of ACTS) {
    test(`is gone at the end of the run: ${act}`, async () => {
      if (!isLinux) return;
      const mark = `escaped-${newMark()}`;
      const { rows, report } = await runPlan(plan, named(`${act}:${mark}`, "quick"));
      assert.equal(outcomes(rows), [`${act}:${mark}`, "quick"]);
      assert.equal(report.failures, []);
      assert.equal(withArgument(mark), []);
    });

    test(`is gone after a time limit: ${act}`, async () => {
      if (!isLinux) return;
      const mark = `escaped-${newMark()}`;
      let isSeen = false;
      const looking = setInterval(() => {
        isSeen ||= withArgument(mark).length > 0;
      }, 20);
      const { rows } = await runPlan(plan, named(`${act}:${mark}`, "slow"), { limits: { batchMs: 4000 } });
      clearInterval(looking);
      assert.equal(outcomes(rows), [`${act}:${mark}`, "slow: TimeLimit"]);
      assert.ok(isSeen, "it was there");
      assert.equal(withArgument(mark), []);
    });

    test(`is gone when the parent is killed: ${act}`, async () => {
      if (!isLinux) return;
      const mark = `escaped-${newMark()}`;
      const variable = newMark();
      const child = spawn(process.execPath, ["--import", "tsx", "test/run/run-script.ts", "escapes", "-", "-"], {
        cwd: ROOT,
        stdio: ["pipe", "ignore", "pipe"],
        env: { ...process.env, MODELWRIGHT_MARK: variable },
      });
      child.stdin.write(`{"id":"${act}:${mark}"}\n{"id":"slow"}\n`);
      const ended = new Promise((resolve) => child.on("exit", resolve));
      let said = "";
      for await (const chunk of child.stderr) {
        said += chunk;
        if (said.includes(`done: ${act}`)) break;
      }
      child.kill("SIGKILL");
      await ended;
      await Promise.all([assertEnded(mark), assertGone(variable)]);
    });
  }

  const endings: readonly (readonly [string, RegExp])[] = [
    ["ends", /ended with exit code 7$/],
    ["signal", /killed by SIGTERM$/],
    ["kills", /killed by SIGKILL/],
  ];
  for (const [act, message] of endings) {
    test(`is gone when the worker or its guard ends, which is reported correctly: ${act}`, async () => {
      if (!isLinux) return;
      const mark = `escaped-${newMark()}`;
      const { rows } = await runPlan(plan, named("quick", `${act}:${mark}`, "quick"));
      assert.equal(outcomes(rows), ["quick", `${act}:${mark}: WorkerEnded`, "quick"]);
      assert.match(rows[1]?.error?.message ?? "", message);
      assert.equal(withArgument(mark), []);
    });
  }

  test("is found by its environment if Python has no ctypes", async () => {
    if (!isLinux) return;
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      const mark = `escaped-${newMark()}`;
      writeFileSync(join(folder, "ctypes.py"), 'raise ImportError("not built")');
      const start = `os.execv(sys.executable, [sys.executable, "-S", "-c", "import time; time.sleep(3600)", "${mark}"])`;
      const hides = `    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            ${start}
        os._exit(0)
    os.wait()
    return [datapoint.id for datapoint in datapoints]`;
      const text = `import os, sys\n\ndef load():\n    pass\n\ndef predict(datapoints):\n${hides}\n`;
      writeFileSync(join(folder, "inference.py"), text);
      const { rows, report } = await runPlan(planOf({ folder }), named("a", "b"), {
        environment: { PYTHONPATH: folder },
      });
      assert.equal([outcomes(rows), report.failures], [["a", "b"], []]);
      assert.equal(withArgument(mark), []);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
