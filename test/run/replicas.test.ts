// Several workers of one model.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Datapoint, RunEvent } from "../../src/run/index.ts";
import { environmentsOf } from "../../src/run/process/shares.ts";
import { describe } from "../describe.ts";
import { named, outcomes, planOf, predictions, type Row, runPlan } from "./harness.ts";

/** The folder in which replicas see each other. */
const passEnv = ["MEETING"];

const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `d${index}`);
const workersOf = (rows: readonly Row[]): ReadonlySet<unknown> =>
  new Set(predictions(rows).map(({ worker }) => worker));

describe("run: replicas", (test) => {
  test("predict in parallel, and the rows are in the order of the input", async () => {
    // Each datapoint waits until the other replica predicts, too, so one replica alone would never finish.
    const plan = planOf({ folder: "replicas", predict: "meets" });
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    const environment = { MEETING: folder };
    const { rows, report } = await runPlan(plan, named(...ids(20)), { replicas: 2, environment, passEnv });
    rmSync(folder, { recursive: true });
    assert.equal(report.failures, []);
    assert.equal(outcomes(rows), ids(20));
    assert.is(workersOf(rows).size, 2);
  });

  test("the death of one costs its batch, not the work of the others", async () => {
    const plan = planOf({ folder: "replicas", predict: "may_die", maxSize: 4 });
    const names = ids(200).map((id, index) => (index % 50 === 7 ? `bad${index}` : id));
    const { rows, report } = await runPlan(plan, named(...names), { replicas: 3 });
    assert.equal(report.failures, []);
    assert.equal(
      outcomes(rows),
      names.map((id) => (id.startsWith("bad") ? `${id}: WorkerEnded` : id)),
    );
  });

  test("one that cannot be loaded is reported, and the others predict", async () => {
    const plan = planOf({ folder: "replicas", load: "loads_once", predict: "may_die" });
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    const environment = { MEETING: folder };
    let announce = (): void => {};
    const reported = new Promise<void>((resolve) => {
      announce = resolve;
    });
    async function* untilReported(): AsyncGenerator<Datapoint> {
      yield* named("d0");
      await reported;
      yield* named("d1");
    }
    const events: RunEvent[] = [];
    const { rows, report } = await runPlan(plan, untilReported(), {
      ...{ replicas: 2, environment, passEnv },
      onEvent: (event) => {
        events.push(event);
        if (event.kind === "degraded") announce();
      },
    });
    rmSync(folder, { recursive: true });
    assert.equal(report.failures, []);
    assert.equal(outcomes(rows), ids(2));
    const degraded = events.flatMap((event) => (event.kind === "degraded" ? [event] : []));
    assert.equal(
      degraded.map(({ left }) => left),
      [1],
    );
    assert.match(degraded[0]?.reason ?? "", /there is no room for another model$/);
  });

  test("a model of which no replica can be loaded fails once", async () => {
    const plan = planOf({ folder: "hostile", load: "fails_to_load", predict: "prints" });
    const { report, events } = await runPlan(plan, named("a"), { replicas: 3 });
    assert.is(report.failures.length, 1);
    assert.equal(
      events.filter(({ kind }) => kind === "degraded"),
      [],
    );
  });

  test("a model of which no replica is left fails", async () => {
    const plan = planOf({ folder: "replicas", predict: "may_die", maxSize: 4 });
    const names = Array.from({ length: 100 }, (_, index) => `bad${index}`);
    const { rows, report } = await runPlan(plan, named(...names), { replicas: 2, maxRestarts: 0 });
    // A datapoint that ends the last replica alone has a row.
    assert.ok(rows.length < 2 && rows.every(({ error }) => error?.type === "WorkerEnded"), JSON.stringify(rows));
    assert.is(report.models[0]?.state, "failed");
    assert.match(report.failures[0]?.message ?? "", /`--max-restarts 0`.*; datapoints after the first [01] rows/);
  });

  test("the definition can set their number", async () => {
    const settings = { load: { replicas: { literal: 2 } } };
    const plan = planOf({ folder: "replicas", predict: "meets", settings });
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    const { rows, report } = await runPlan(plan, named(...ids(4)), { environment: { MEETING: folder }, passEnv });
    rmSync(folder, { recursive: true });
    assert.equal([report.failures, workersOf(rows).size], [[], 2]);
  });
});

describe("run: what replicas share", (test) => {
  const base = { device: "cuda", environment: {}, programEnvironment: { PATH: "/nonexistent" }, isElsewhere: false };

  test("GPUs of the variable are dealt round robin", async () => {
    const environment = { CUDA_VISIBLE_DEVICES: "3, 5" };
    const visible = async (replicas: number | "auto") =>
      (await environmentsOf({ ...base, replicas, environment })).map((each) => each["CUDA_VISIBLE_DEVICES"]);
    assert.equal(await visible(3), ["3", "5", "3"]);
    assert.equal(await visible("auto"), ["3", "5"]);
    assert.equal(await visible(1), ["3, 5"], "one replica may use all of them");
  });

  test("GPUs are those that nvidia-smi lists", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    const listed = "GPU 0: NVIDIA A (UUID: GPU-aaaa-1)\nGPU 1: NVIDIA B (UUID: GPU-bbbb-2)\n";
    writeFileSync(
      join(folder, "nvidia-smi"),
      `#!/bin/sh\ntest "$1" = -L && printf '${listed.replaceAll("\n", "\\n")}'\n`,
    );
    chmodSync(join(folder, "nvidia-smi"), 0o755);
    const programEnvironment = { PATH: `${folder}:/usr/bin:/bin` };
    const found = await environmentsOf({ ...base, programEnvironment, replicas: "auto" });
    const elsewhere = await environmentsOf({ ...base, programEnvironment, replicas: "auto", isElsewhere: true });
    rmSync(folder, { recursive: true });
    assert.equal(found, [{ CUDA_VISIBLE_DEVICES: "GPU-aaaa-1" }, { CUDA_VISIBLE_DEVICES: "GPU-bbbb-2" }]);
    assert.equal(elsewhere, [{}]);
  });

  test("processors: each replica gets its part of the threads, unless the user decided", async () => {
    const cpu = { ...base, device: "cpu" };
    const [first = {}, second = {}] = await environmentsOf({ ...cpu, replicas: 2 });
    assert.match(first["OMP_NUM_THREADS"] ?? "", /^[1-9]\d*$/);
    assert.equal(first, second);
    const environment = { OMP_NUM_THREADS: "7" };
    assert.equal(await environmentsOf({ ...cpu, environment, replicas: 2 }), [environment, environment]);
    assert.equal(await environmentsOf({ ...cpu, replicas: 2, isElsewhere: true }), [{}, {}]);
    assert.ok((await environmentsOf({ ...cpu, replicas: "auto" })).length <= 8);
  });
});
