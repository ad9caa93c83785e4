// What the code of a model can do, and what is left of it: the output stays complete and no process remains.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../describe.ts";
import { named, outcomes, planOf, type Result, runPlan, type Sketch } from "./harness.ts";

const hostile = (predict: string, maxSize = 1) => planOf({ folder: "hostile", predict, maxSize, keys: ["id"] });

const good = async (predict: string): Promise<Result> => {
  const result = await runPlan(hostile(predict), named("a", "b"));
  assert.equal(outcomes(result.rows), ["a", "b"]);
  assert.equal(result.report.failures, []);
  return result;
};

describe("run: output of a model is log", (test) => {
  const printed: readonly (readonly [string, string])[] = [
    ["prints", "from print"],
    ["writes_to_descriptor", "from os.write"],
    ["puts_from_c", "from puts"],
    ["runs_echo", "from echo"],
    ["prints_to_dunder", "from __stdout__"],
  ];
  for (const [predict, text] of printed) {
    test(predict, async () => {
      const { log, events } = await good(predict);
      assert.equal(log, `${text}\n${text}`);
      assert.ok(events.every((event) => event.kind !== "log" || event.model === "model"));
    });
  }

  test("also while Python starts", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      writeFileSync(join(folder, "sitecustomize.py"), 'import sys; print("from the start"); sys.stdout.flush()');
      const environment = { PYTHONPATH: folder };
      const { rows, log } = await runPlan(hostile("prints"), named("a"), { environment });
      assert.equal(outcomes(rows), ["a"]);
      assert.is(log, "from the start\nfrom print");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("bytes that are not text", async () => {
    assert.match((await good("prints_bytes")).log, "not utf-8: \ufffd\ufffd\nlone surrogate: \\udc80");
  });

  test("a flood is truncated and counted", async () => {
    const { log, events } = await good("prints_much");
    assert.ok(log.startsWith("first line\n"));
    assert.ok(log.length < 200_000, `${log.length} characters`);
    const dropped = events.map((event) => (event.kind === "log" ? (event.dropped ?? 0) : 0));
    assert.ok(dropped.reduce((sum, lines) => sum + lines) > 300_000);
  });
});

describe("run: a model that changes its process", (test) => {
  test("reads its input", async () => {
    assert.match((await good("reads_input")).log, "input() is at its end\nstdin holds 0 characters");
  });

  test("changes the working directory", async () => {
    await good("changes_folder");
  });

  test("forks, and the child also returns", async () => {
    await good("forks_and_returns_twice");
  });

  test("leaves a child that holds all descriptors", async () => {
    await good("forks_a_sleeper");
  });
});

describe("run: exceptions in predict", (test) => {
  test("one bad datapoint of a batch is one error row", async () => {
    const ids = ["a", "b", "bad", "c", "d", "e", "bad", "f"];
    const { rows, report } = await runPlan(hostile("raises", 5), named(...ids));
    assert.equal(
      outcomes(rows),
      ids.map((id) => (id === "bad" ? "bad: ValueError" : id)),
    );
    assert.equal(
      rows.map(({ index }) => index),
      ids.map((_, index) => index),
    );
    assert.equal(rows[2]?.error?.message, "cannot read bad");
    assert.equal(report.failures, []);
    const [model] = report.models;
    assert.equal([model?.state, model?.rows, model?.errors], ["done", 8, 2]);
  });

  test("the traceback contains only the model's frames", async () => {
    const { rows } = await runPlan(hostile("raises"), named("bad"));
    const traceback = rows[0]?.error?.traceback ?? "";
    const files = [...traceback.matchAll(/File "(.*)"/g)].map(([, file = ""]) => file);
    assert.is(files.length, 2);
    assert.ok(files.every((file) => file.endsWith("fixtures/run/hostile/inference.py")));
    assert.match(traceback, /^Traceback .*\n.*in raises\n/);
    assert.match(traceback, /\nValueError: cannot read bad$/);
  });

  test("a chain of exceptions is kept", async () => {
    const { rows } = await runPlan(hostile("raises_for_all"), named("a"));
    assert.match(rows[0]?.error?.traceback ?? "", /KeyError: 'missing'.*direct cause.*RuntimeError: wrapped$/s);
  });

  const caught: readonly (readonly [string, string])[] = [
    ["exits", "SystemExit"],
    ["interrupts_itself", "KeyboardInterrupt"],
    ["recurses", "RecursionError"],
  ];
  for (const [predict, type] of caught) {
    test(`${predict}: ${type}`, async () => {
      const { rows, report } = await runPlan(hostile(predict), named("a", "bad", "b"));
      assert.equal(outcomes(rows), ["a", `bad: ${type}`, "b"]);
      assert.equal(report.failures, []);
    });
  }

  test("the first error stops everything, if requested", async () => {
    const plan = hostile("raises", 2);
    const { rows, report } = await runPlan(plan, named("a", "b", "bad", "c", "d", "e", "f", "g"), { failFast: true });
    assert.equal(outcomes(rows), ["a", "b", "bad: ValueError", "c"]);
    assert.is(report.models[0]?.state, "failed");
    assert.equal(report.failures, [{ step: "model/predict", message: "stopped at the first datapoint that failed" }]);
  });
});

describe("run: workers that die", (test) => {
  // The batch ends its worker once, and the datapoint alone: a crash could be a coincidence, so it is tried twice.
  const deaths: readonly (readonly [string, string, RegExp, number])[] = [
    ["ends_process", "WorkerEnded", /ended with exit code 7/, 3],
    ["crashes", "WorkerEnded", /killed by SIGSEGV \(a crash in native code\)/, 3],
    ["hangs", "TimeLimit", /exceeded the time limit of 2 s/, 2],
    ["hangs_in_c", "TimeLimit", /exceeded the time limit of 2 s/, 2],
  ];
  for (const [predict, type, message, restarts] of deaths) {
    test(`${predict}: the bad datapoint is found, and the others are predicted`, async () => {
      const limits = { batchMs: 2000 };
      const ids = ["a", "b", "c", "bad", "d", "e", "f", "g"];
      const { rows, report, log, events } = await runPlan(hostile(predict, 4), named(...ids), { limits });
      assert.equal(
        outcomes(rows),
        ids.map((id) => (id === "bad" ? `bad: ${type}` : id)),
      );
      assert.match(rows[3]?.error?.message ?? "", message);
      assert.equal(report.failures, []);
      assert.equal([report.models[0]?.state, report.models[0]?.restarts], ["done", restarts]);
      const reasons = events.flatMap((event) => (event.kind === "restart" ? [event.reason] : []));
      assert.is(reasons.length, restarts);
      for (const reason of reasons) assert.match(reason, message);
      if (predict === "ends_process") assert.is(log, "last words\nlast words\nlast words");
      if (predict === "crashes") assert.match(log, /Segmentation fault.*in crashes/s);
      if (predict === "hangs") assert.match(rows[3]?.error?.traceback ?? "", /in hangs\n/);
    });

    test(`${predict}: a model that dies repeatedly fails`, async () => {
      const plan = hostile(predict, 2);
      const options = { limits: { batchMs: 2000 }, maxRestarts: 0 };
      const { rows, report } = await runPlan(plan, named("a", "b", "bad", "c", "d", "e"), options);
      assert.equal(outcomes(rows), ["a", "b"]); // either "bad" or "c" may have ended the process
      assert.is(report.models[0]?.state, "failed");
      assert.equal(
        report.failures.map(({ step }) => step),
        ["model/predict"],
      );
      assert.match(report.failures[0]?.message ?? "", /; datapoints after the first 2 rows were not predicted$/);
    });
  }

  test("a process that dies while loading is restarted, one that takes too long is not", async () => {
    const { report, events } = await runPlan(
      planOf({ folder: "hostile", load: "ends_while_loading", predict: "prints" }),
      named("a"),
      { maxRestarts: 3 },
    );
    assert.match(
      report.failures[0]?.message ?? "",
      /exit code 9; it ended 4 times in a row without a finished batch, more than `--max-restarts 3` \(`restarts` of `start`\) allows$/,
    );
    assert.is(events.filter(({ kind }) => kind === "restart").length, 3);
    assert.is(report.models[0]?.restarts, 3);
    const slow = planOf({ folder: "hostile", load: "loads_slowly", predict: "prints" });
    const { report: late } = await runPlan(slow, named("a"), { limits: { loadMs: 200 } });
    assert.is(late.models[0]?.restarts, 0);
    assert.match(late.failures[0]?.message ?? "", /exceeded the time limit/);
  });
});

describe("run: models that do not start", (test) => {
  const starts: readonly (readonly [string, Sketch, string, RegExp])[] = [
    [
      "load raises",
      { folder: "hostile", load: "fails_to_load", predict: "prints" },
      "model/load",
      /inference:fails_to_load` raised OSError: the weights are damaged/,
    ],
    [
      "load ends the process",
      { folder: "hostile", load: "ends_while_loading", predict: "prints" },
      "model/load",
      /exit code 9/,
    ],
    [
      "load takes too long",
      { folder: "hostile", load: "loads_slowly", predict: "prints" },
      "model/load",
      /time limit of 0\.3 s/,
    ],
    [
      "no such function",
      { folder: "hostile", predict: "missing" },
      "model/predict",
      /`missing` does not exist in `inference`/,
    ],
    ["not a function", { folder: "hostile", predict: "os" }, "model/predict", /`os` in `inference` is not a function/],
    [
      "import raises",
      { folder: "hostile", load: "broken:load", predict: "prints" },
      "model/load",
      /importing `broken` raised RuntimeError: not at import/,
    ],
    [
      "syntax error",
      { folder: "hostile", predict: "syntax:predict" },
      "model/predict",
      /importing `syntax` raised SyntaxError/,
    ],
    [
      "the name of a loaded module",
      { folder: "hostile", predict: "json:predict" },
      "model/predict",
      /`json` imports .* instead of the model's code; rename the module/,
    ],
  ];
  for (const [title, sketch, step, message] of starts) {
    test(title, async () => {
      const { report, rows } = await runPlan(planOf(sketch), named("a"), { limits: { loadMs: 300 } });
      assert.equal(rows, []);
      assert.equal(
        report.failures.map((failure) => failure.step),
        [step],
      );
      assert.match(report.failures[0]?.message ?? "", message);
      assert.is(report.models[0]?.state, "failed");
    });
  }
});
