// Processes around a model in a container are killed while it predicts: the worker, the command line of the engine, its monitor, and
// Modelwright. In the end, every datapoint has one row, and nothing is left.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { RunEvent } from "../../src/run/index.ts";
import { describe } from "../describe.ts";
import { MAIN } from "../dist.ts";
import { temporaryFolder } from "../temporary.ts";
import {
  assertNoContainer,
  codeFolder,
  containersOf,
  ENGINE,
  engine,
  hasImages,
  PYTHON_IMAGE,
  runContained,
  saySkipped,
} from "./containers.ts";
import { named, outcomes } from "./harness.ts";

saySkipped("killed processes around containers");

const CODE = `import ctypes, os, signal, time

def load():
    return None

def predict(model, datapoints):
    act = datapoints[0].id.partition("-")[0]
    if act == "waits":
        print("waiting", flush=True)
        time.sleep(5)
    if act == "slow":
        time.sleep(0.1)
    if act == "exits":
        os._exit(7)
    if act == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if act == "crashes":
        ctypes.string_at(0)
    while act == "loops":
        pass
    return [{}]
`;

/** The process ids in the description of a container. */
function stateOf(id: string): { readonly Pid: number; readonly ConmonPid: number } {
  return JSON.parse(engine("inspect", "--format", "{{json .State}}", id));
}

/** The command lines of the engine that run a container with code in this folder. */
function clientsOf(root: string): readonly number[] {
  const ids = readdirSync("/proc").filter((id) => /^\d+$/.test(id));
  return ids
    .filter((id) => argumentsOf(id).includes("run\0--interactive\0") && argumentsOf(id).includes(root))
    .map(Number);
}

function argumentsOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

const firstOf = (root: string) => containersOf(root).map((id) => stateOf(id).Pid);
const monitorsOf = (root: string) => containersOf(root).map((id) => stateOf(id).ConmonPid);

const VICTIMS: Readonly<Record<string, (root: string) => readonly number[]>> = {
  "the first process of the container": firstOf,
  "the command line of the engine": clientsOf,
  "the monitor of the container": monitorsOf,
  "the monitor, and then the first process": (root) => {
    const first = firstOf(root);
    return [...monitorsOf(root), ...first];
  },
};

describe("run: killed processes around a container", (test) => {
  if (!hasImages) return test("is skipped", () => {});
  for (const [name, victims] of Object.entries(VICTIMS)) {
    if (ENGINE === "docker" && name.includes("monitor")) continue;
    test(`${name}: each datapoint has one row, and nothing is left`, async () => {
      const root = codeFolder(CODE);
      let killed = 0;
      const onEvent = (event: RunEvent): void => {
        if (event.kind !== "log" || event.text !== "waiting" || killed > 0) return;
        for (const id of victims(root)) {
          process.kill(id, "SIGKILL");
          killed++;
        }
      };
      const { rows, report } = await runContained(root, {}, named("a", "waits", "b"), { onEvent, maxRestarts: 5 });
      assert.ok(killed > 0);
      assert.equal(outcomes(rows), ["a", "waits", "b"]);
      assert.equal(report.failures, []);
    });
  }

  test("Ctrl+C ends the run and the container", async () => {
    const root = codeFolder(CODE);
    writeFileSync(join(root, "in.jsonl"), '{"id":"slow"}\n{"id":"loops"}\n');
    writeFileSync(join(root, "efemarai.yaml"), DEFINITION);
    const child = startCommand(root);
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    while (containersOf(root).length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill("SIGINT");
    assert.is(await ended, 130);
    await assertNoContainer(root);
  });

  test("a full disk ends the run, and no container is left", async () => {
    const root = codeFolder(CODE);
    const disk = temporaryFolder();
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", disk]).status !== 0) return;
    try {
      const ids = Array.from({ length: 500 }, (_, index) => `${index}-${"x".repeat(100)}`);
      const { report } = await runContained(root, {}, named(...ids), { output: join(disk, "out.jsonl") });
      assert.equal(
        report.failures.map(({ step }) => step),
        ["output"],
      );
      assert.match(report.failures[0]?.message ?? "", /no space left|disk is full/i);
    } finally {
      spawnSync("umount", [disk]);
    }
  });

  test("Modelwright: `--resume` adds the missing rows, and no container is left", async () => {
    const root = codeFolder(CODE);
    const acts = ["slow", "exits", "slow", "killed", "slow", "crashes", "slow", "loops", "slow"];
    const ids = Array.from(
      { length: 90 },
      (_, index) => `${index % 10 === 5 ? acts[(index / 5) % 9] : "slow"}-${index}`,
    );
    writeFileSync(join(root, "in.jsonl"), ids.map((id) => `{"id":"${id}"}\n`).join(""));
    writeFileSync(join(root, "efemarai.yaml"), DEFINITION);
    let code: number | null = null;
    let kills = 0;
    for (let start = 0; code !== 0; start++) {
      assert.ok(start < 40, "it comes to an end");
      code = await runCommand(root, kills < 4 ? 2000 + 1500 * start : undefined);
      if (code === null) kills++;
      await assertNoContainer(root);
    }
    const rows = readFileSync(join(root, "out.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(
      rows.map(({ id }) => id),
      ids,
    );
    const failed = rows
      .filter(({ error }) => error !== undefined)
      .map(({ id, error }) => `${id.split("-")[0]}: ${error.type}`);
    assert.ok(
      failed.every((text) => /^(?:exits|killed|crashes): WorkerEnded$|^loops: TimeLimit$/.test(text)),
      failed.join(),
    );
    assert.is(kills, 4);
    assert.ok(existsSync(join(root, "out.jsonl")));
  });
});

/** Runs the command line once, and kills it after some time. Returns its exit code, or `null` if it was killed. */
async function runCommand(root: string, killAfterMs: number | undefined): Promise<number | null> {
  const child = startCommand(root);
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  clearTimeout(timer);
  return code;
}

function startCommand(root: string): ChildProcess {
  const options = ["--input", "in.jsonl", "--output", "out.jsonl", "--resume", "--quiet", "--max-errors", "all"];
  const limits = ["--batch-timeout", "3", "--max-restarts", "20", "--max-restarts-per-minute", "1000"];
  return spawn(process.execPath, [MAIN, "run", `--container=${ENGINE}`, "--network", "none", ...options, ...limits], {
    cwd: root,
    stdio: "inherit",
  });
}

const DEFINITION = `models:
  - name: model
    repository:
      url: code
    runtime:
      image: ${PYTHON_IMAGE}
      load:
        entrypoint: inference:load
        output:
          name: model
      predict:
        entrypoint: inference:predict
        inputs:
          - name: model
            value: \${model.runtime.load.output.model}
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
`;
