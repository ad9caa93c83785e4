// When a worker that ends is restarted: as long as something gets done.
import * as assert from "uvu/assert";
import { restartBudget } from "../../src/run/process/restart-budget.ts";
import { describe } from "../describe.ts";
import { named, outcomes, planOf, runPlan } from "./harness.ts";

const dying = planOf({ folder: "hostile", predict: "ends_process", keys: ["id"], maxSize: 16 });
const named400 = (...bad: readonly number[]): readonly string[] =>
  Array.from({ length: 400 }, (_, index) => (bad.includes(index) ? "bad" : `d${index}`));
const expected = (ids: readonly string[]): readonly string[] =>
  ids.map((id) => (id === "bad" ? "bad: WorkerEnded" : id));

describe("run: restarts by progress", (test) => {
  test("two datapoints of 400 that end their process cost two predictions", async () => {
    const ids = named400(100, 300);
    const { rows, report } = await runPlan(dying, named(...ids));
    assert.equal(outcomes(rows), expected(ids));
    assert.equal([report.failures, report.rows, report.errors], [[], 400, 2]);
  });

  test("neighbors that end their process do not end the run", async () => {
    const ids = named400(15, 16, 17, 18);
    const { rows, report } = await runPlan(dying, named(...ids));
    assert.equal(outcomes(rows), expected(ids));
    assert.equal(report.failures, []);
  });

  test("a model of which every datapoint ends its process is given up", async () => {
    const ids = Array.from({ length: 40 }, () => "bad");
    const { rows, report, events } = await runPlan(dying, named(...ids));
    assert.equal(outcomes(rows), expected(ids.slice(0, 11)));
    const reason = "11 datapoints in a row ended it, more than `--max-restarts 2` (`restarts` of `start`) allows";
    const message = `the Python process ended with exit code 7; ${reason}; datapoints after the first 11 rows were not predicted`;
    assert.equal(report.failures, [{ step: "model/predict", message }]);
    assert.equal(events.filter(({ kind }) => kind === "failure").length, 1);
  });

  test("a run that is stopped during the pause before a restart ends at once", async () => {
    const controller = new AbortController();
    const plan = planOf({ folder: "hostile", load: "ends_while_loading", predict: "prints" });
    const { report } = await runPlan(plan, named("a"), {
      maxRestarts: 9,
      maxRestartsPerMinute: 1,
      signal: controller.signal,
      onEvent: (event) => event.kind === "restart" && event.pauseMs > 0 && controller.abort(),
    });
    assert.is(report.interrupted, true);
    assert.equal(report.failures, []);
  });
});

describe("run: the budget of restarts", (test) => {
  const clock = (): { now: number } => ({ now: 0 });
  const decide = (budget: ReturnType<typeof restartBudget>): number | string => {
    const decision = budget.decide();
    return decision.kind === "restart" ? decision.pauseMs : decision.reason;
  };

  test("pauses become longer, so that a minute has no more restarts than allowed", () => {
    const time = clock();
    const budget = restartBudget({ max: 2, maxPerMinute: 10 }, () => time.now);
    const starts: number[] = [];
    for (let deaths = 0; deaths < 100; deaths++) {
      budget.died();
      time.now += Number(decide(budget));
      starts.push(time.now);
      budget.progressed();
    }
    assert.equal(starts.slice(0, 3), [0, 0, 60_000 / 128]);
    for (const start of starts) {
      assert.ok(starts.filter((other) => other >= start && other < start + 60_000).length <= 10, `${start}`);
    }
  });

  test("ends that a datapoint explains need no pause", () => {
    const budget = restartBudget({ max: 2, maxPerMinute: 1 }, () => 0);
    for (let killers = 0; killers < 1000; killers++) {
      budget.explained([budget.died()]);
      assert.is(decide(budget), 0);
      budget.progressed();
    }
  });

  test("answers make room for further ends", () => {
    const budget = restartBudget({ max: 1, maxPerMinute: 1000 }, () => 0);
    budget.died();
    assert.is(budget.isLeft(), true);
    budget.progressed();
    budget.died();
    assert.is(typeof decide(budget), "number");
    budget.died();
    assert.is(budget.isLeft(), false);
    assert.match(String(decide(budget)), "it ended 2 times in a row without a finished batch");
  });
});
