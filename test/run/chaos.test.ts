// A part of `npm run chaos`: enough to meet every kind of failure, with a new seed each time.
import * as assert from "uvu/assert";
import { describe } from "../describe.ts";
import { runChaos } from "./chaos.ts";

const seed = Number(process.env["CHAOS_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

describe("run: chaos", (test) => {
  test("workers are killed at random: every datapoint has one row, and nothing is left", async () => {
    if (process.platform !== "linux") return;
    const { workersKilled } = await runChaos({ datapoints: 1500, each: 2, slow: 1, seed, killWorkerMs: 400 });
    assert.ok(workersKilled > 0, "some were killed");
  });

  test("datapoints that end their process do not end the run, with the default limits of restarts", async () => {
    if (process.platform !== "linux") return;
    const { rows } = await runChaos({ datapoints: 500, each: 2, slow: 0, seed });
    assert.is(rows, 500);
  });

  test("the command line is also killed, and `--resume` completes the run", async () => {
    if (process.platform !== "linux") return;
    const chaos = { datapoints: 4000, each: 1, slow: 0, seed, killWorkerMs: 600, killParentMs: 1500 };
    const { starts } = await runChaos(chaos);
    assert.ok(starts > 1, "it was killed");
  });
});
