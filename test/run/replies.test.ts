// Replies of a worker beyond the limits: from code that predicts too much, which fails its datapoint, and from code that
// answers in place of the worker, which ends its process. Other models continue.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { predictionJson, predictionJsonPieces } from "../../src/run/worker/prediction.ts";
import { MAX_VALUES, sizeProblem } from "../../src/run/worker/reply-limits.ts";
import { describe } from "../describe.ts";
import { fixture } from "../golden.ts";
import { inProject } from "./definition.ts";
import { named, planOf, runPlan } from "./harness.ts";

async function withInput<Value>(ids: readonly string[], work: (input: string) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
  try {
    const input = join(folder, "in.jsonl");
    writeFileSync(input, ids.map((id) => `${JSON.stringify({ id })}\n`).join(""));
    return await work(input);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("run: a prediction beyond the limits", (test) => {
  const refused: Readonly<Record<string, RegExp>> = {
    axes: /^the prediction\['array'\] has 200,000 dimensions; the limit is 64$/,
    digits: /^the prediction\['number'\] is an integer with more than 4,000 digits$/,
    "minus digits": /^the prediction\['number'\]\[0\] is an integer with more than 4,000 digits$/,
    lists:
      /^`predict` returned 2,200,\d+ values outside of arrays and lists of numbers for one batch; the limit is 1,000,000$/,
    maps: /^`predict` returned 2,200,\d+ values outside of arrays/,
    texts: /^`predict` returned 1,100,\d+ values outside of arrays/,
    "large integers": /^`predict` returned 4,400,000 digits of large integers for one batch; the limit is 4,000,000$/,
    rows: /^`predict` returned arrays with 4194305 rows for one batch; the limit is 4194304$/,
  };
  test("is an error row, and does not affect others", async () => {
    const ids = ["a", ...Object.keys(refused).flatMap((id) => [id, `after ${id}`])];
    const plan = planOf({ folder: "hostile", predict: "returns_too_much", maxSize: 4 });
    const { rows, report } = await runPlan(plan, named(...ids));
    assert.equal(report.failures, []);
    assert.is(report.models[0]?.restarts, 0);
    for (const [index, id] of ids.entries()) {
      const message = refused[id];
      if (message === undefined) assert.is(rows[index]?.predictions, "good");
      else assert.match(rows[index]?.error?.message ?? id, message);
    }
  });

  test("is not one that is only large", async () => {
    const floats = Array.from({ length: 2_000_000 }, (_, index) => index + 0.5);
    const repeated = (values: readonly unknown[]): unknown[] =>
      Array.from({ length: 2_000_000 }, (_, index) => values[index % values.length]);
    const rowsOf = (value: (column: number) => unknown): unknown =>
      Array.from({ length: 1500 }, () => Array.from({ length: 1500 }, (_, column) => value(column)));
    const expected: Readonly<Record<string, unknown>> = {
      floats,
      integers: floats.map((float) => float - 0.5),
      both: repeated([1, 2.5]),
      "a mask": rowsOf((column) => column % 2),
      booleans: rowsOf((column) => column % 2 === 0),
      layers: Array.from({ length: 2 }, () => Array.from({ length: 1000 }, () => new Array(1000).fill(0.25))),
      "rows of any length": Array.from({ length: 20_000 }, (_, index) => new Array(100 + (index % 7)).fill(0.5)),
      "a text of marks": ",[{".repeat(2_000_000),
      "an integer": undefined,
      "not finite": repeated([null, null]),
    };
    const plan = planOf({ folder: "hostile", predict: "returns_much", maxSize: 4 });
    const { lines, report } = await runPlan(plan, named(...Object.keys(expected)));
    assert.equal(report.failures, []);
    for (const [index, [id, value]] of Object.entries(expected).entries()) {
      const text = id === "an integer" ? `1${"0".repeat(3999)}` : JSON.stringify(value);
      // Not with `assert.is`, which would print both.
      assert.ok(lines[index] === `{"index":${index},"id":"${id}","model":"model","predictions":${text}}\n`, id);
    }
  });
});

describe("run: a process that answers in place of its worker", (test) => {
  const values = /more than 1000000 values outside of arrays$/;
  const refused: Readonly<Record<string, RegExp>> = {
    lists: values,
    maps: values,
    numbers: values,
    texts: values,
    keys: values,
    depth: /lists and maps with more than 128 levels$/,
    blanks: /a number with more than 4000 digits$/,
    "a number": /a number with more than 4000 digits$/,
    digits: /a number with more than 4000 digits$/,
    "many digits": /more than 4000000 digits$/,
    axes: /more than 64 dimensions$/,
    "65 axes": /more than 64 dimensions$/,
    "one array again and again": /arrays that overlap$/,
    errors: /an error without a datapoint$/,
    "an error": /an error without a valid type and message$/,
    "no JSON": /JSON/,
    "a greeting": /a reply of the wrong type$/,
    "a body": /a reply of the wrong type$/,
  };
  for (const [id, message] of Object.entries(refused)) {
    test(`is ended, and other models go on: ${id}`, async () => {
      const plan = planOf(
        { id: "hostile", folder: "hostile", predict: "sends" },
        { id: "good", folder: "hostile", predict: "prints" },
      );
      const { rows, report } = await withInput([id, "after"], (input) =>
        runPlan(plan, input, { jobs: 2, maxRestarts: 1 }),
      );
      assert.equal(
        rows.filter(({ model }) => model === "good").map((row) => row.predictions),
        [{ id }, { id: "after" }],
      );
      const [bad, after] = rows.filter(({ model }) => model === "hostile");
      assert.is(bad?.error?.type, "WorkerEnded");
      assert.match(bad?.error?.message ?? "", message);
      assert.equal(after?.predictions, { id: "after" });
      assert.equal(report.failures, []);
    });
  }
});

describe("run: a reply at the limit", (test) => {
  const hostile = {
    top: `import runpy\nsends = runpy.run_path(${JSON.stringify(fixture("run/hostile/inference.py"))})["sends"]`,
    predict: "sends(datapoints)",
  };
  for (const id of ["most values", "most elements", "longest text"]) {
    test(`does not prevent SIGTERM from ending the run: ${id}`, () =>
      inProject({ ...hostile, ids: [id, "slow"] }, async (place) => {
        const { child, ended, says } = place.start(["--output", "out.jsonl", "--format", "json"]);
        await says('"state":"predicting"');
        await new Promise((resolve) => setTimeout(resolve, 1000));
        child.kill("SIGTERM");
        assert.is((await ended).code, 143);
        await place.gone(0);
      }));
  }

  for (const [id, length] of [
    ["most values", 252 * 999_000],
    ["most elements", 4 * 2 ** 25],
  ] as const) {
    test(`is written like any other: ${id}`, () =>
      withInput([id], async (input) => {
        const lengths: number[] = [];
        const plan = planOf({ folder: "hostile", predict: "sends" });
        const { report } = await runPlan(plan, input, { output: (line) => void lengths.push(line.length) });
        assert.equal(report.failures, []);
        assert.is(lengths.length, 1);
        assert.ok(Math.abs((lengths[0] ?? 0) - length) < 1000, `${lengths[0]} characters`);
      }));
  }
});

describe("run: the size of a JSON text", (test) => {
  test("is known without parsing it, for any texts in it", () => {
    const values = (value: unknown): number => {
      if (typeof value !== "object" || value === null) return 1;
      return Object.values(value).reduce((sum: number, each) => sum + values(each), 1);
    };
    const long = fc.array(fc.jsonValue(), { minLength: 1 }).map((each) => JSON.stringify(each));
    fc.assert(
      fc.property(long, fc.constantFrom('"', "\\", '\\",[', "]}"), (json, text) => {
        const many = Math.ceil(MAX_VALUES / values(JSON.parse(json)));
        const texts = JSON.stringify([text.repeat(10), { [text]: text }]);
        assert.is(sizeProblem(Buffer.from(`[${json},${texts}]`)), undefined);
        if (many > 100_000) return;
        const tooMuch = `[${`${texts},`.repeat(100)}${`${json},`.repeat(2 * many)}0]`;
        assert.match(sizeProblem(Buffer.from(tooMuch)) ?? "", "values");
      }),
      { numRuns: 30 },
    );
    assert.is(sizeProblem(Buffer.from(JSON.stringify("[,{".repeat(1_000_000)))), undefined);
    assert.is(sizeProblem(Buffer.from("[".repeat(128) + "]".repeat(128))), undefined);
    assert.match(sizeProblem(Buffer.from("[".repeat(129))) ?? "", "levels");
    assert.is(sizeProblem(Buffer.from("9".repeat(4000))), undefined);
    assert.match(sizeProblem(Buffer.from(`[${"9".repeat(4001)}1]`)) ?? "", "digits");
  });

  test("large predictions are written immediately and unchanged", () => {
    const large = fc.array(fc.oneof(fc.jsonValue(), fc.constant(new Array(70_000).fill({ a: [0.5, "x"] }))), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.oneof(large, fc.dictionary(fc.string(), large)), (value) => {
        assert.ok([...predictionJsonPieces(value)].join("") === predictionJson(value));
      }),
      { numRuns: 40 },
    );
  });
});
