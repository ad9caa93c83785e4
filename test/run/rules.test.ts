// The keys of the definition format have the documented content; a broken prediction is one error row.
import { spawnSync } from "node:child_process";
import * as assert from "uvu/assert";
import type { PlanClass, PlanModel, PlanType } from "../../src/plan/execution-plan.ts";
import { describe } from "../describe.ts";
import { given, outcomes, planOf, runPlan, type Sketch, withModels } from "./harness.ts";

const python = process.env["MODELWRIGHT_TEST_PYTHON"] ?? "python3";
const hasNumpy = spawnSync(python, ["-c", "import numpy"]).status === 0;

type Values = Readonly<Record<string, unknown>>;

/** The message about each prediction; the text is empty for a correct one. */
async function judged(predictions: readonly Values[], sketch: Partial<Sketch> = {}, model: Partial<PlanModel> = {}) {
  const said: string[] = [];
  // One plan for each set of keys, because all declared keys must be there.
  const sets = new Map<string, number[]>();
  for (const [index, each] of predictions.entries()) {
    const keys = Object.keys(each).join();
    sets.set(keys, [...(sets.get(keys) ?? []), index]);
  }
  for (const [keys, indices] of sets) {
    const plan = planOf({ folder: "rules", keys: keys.split(","), maxSize: 8, ...sketch });
    const models = plan.models.map((each) => ({ ...each, ...model }));
    const { rows, report } = await runPlan(
      withModels(plan, models),
      given(...indices.map((index) => predictions[index] ?? {})),
      {
        python,
      },
    );
    assert.equal(report.failures, []);
    for (const [position, index] of indices.entries()) said[index] = rows[position]?.error?.message ?? "";
  }
  return said;
}

const f32 = (shape: readonly number[], ...data: readonly number[]) => ({
  dtype: "FP32",
  shape,
  data: Float32Array.from(data),
});
const i64 = (...data: readonly bigint[]) => BigInt64Array.from(data);

describe("run: known keys", (test) => {
  const fine: readonly Values[] = [
    { boxes: [], classes: [], scores: [] },
    {
      boxes: [
        [0, 0, 1, 1],
        [1.5, -2, 3, 4],
      ],
      classes: [1, 2],
      scores: [0.5, 1],
    },
    { boxes: f32([2, 4], 0, 0, 1, 1, 1, 1, 2, 2), classes: i64(1n, 2n), scores: f32([2], 0.5, Number.NaN) },
    { boxes: f32([0, 4]), classes: i64(), scores: f32([0]) },
    { boxes: f32([0]), classes: [], scores: [] },
    { boxes: [f32([4], 0, 0, 1, 1)], classes: [0], scores: [1] },
    { bbox: [[0, 0, 1, 1]] },
    {
      masks: [
        [
          [0, 1],
          [0.5, 1],
        ],
        [[true]],
        [],
      ],
      classes: [1, 2, 3],
    },
    { masks: f32([1, 2, 2], 0, 0.5, 1, 1), classes: [1] },
    { masks: [f32([1, 2], 0, 1)] },
    { masks: f32([0, 2, 2]) },
    {
      segmentation: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    },
    { segmentation: f32([1, 1, 2], 7, 8) },
    { regressed_values: [1, 2.5] },
    { image_output: "anything", keypoints: null },
    { other: "x", boxes: [{ x: 1 }], masks: [{ counts: "rle" }], classes: [{ name: "cat" }] },
  ];

  test("can have what the format documents, in lists and in arrays", async () => {
    assert.equal(
      await judged(fine),
      fine.map(() => ""),
    );
  });

  const wrong: readonly (readonly [Values, string])[] = [
    [
      {
        boxes: [
          [0, 0, 1, 1],
          [5, 1, 2, 8],
        ],
      },
      "boxes[1]: expected x1 < x2 and y1 < y2, but got [5, 1, 2, 8] (list)",
    ],
    [{ boxes: [[0, 0, 0, 1]] }, "boxes[0]: expected x1 < x2 and y1 < y2, but got [0, 0, 0, 1] (list)"],
    [{ boxes: [[0, 0, Number.NaN, 1]] }, "boxes[0]: expected x1 < x2 and y1 < y2, but got [0, 0, nan, 1] (list)"],
    [{ boxes: [[0, 0, 1]] }, "boxes[0]: expected four numbers: x1, y1, x2, y2, but got [0, 0, 1] (list)"],
    [{ boxes: ["abcd"] }, "boxes[0]: expected four numbers: x1, y1, x2, y2, but got 'abcd' (str)"],
    [{ boxes: [[0, 0, "1", 1]] }, "boxes[0]: expected four numbers: x1, y1, x2, y2, but got [0, 0, '1', 1] (list)"],
    [{ boxes: [0, 0, 1, 1] }, "boxes[0]: expected four numbers: x1, y1, x2, y2, but got 0 (int)"],
    [{ boxes: null }, "boxes: expected a list of boxes, but got None"],
    [
      { boxes: f32([4], 0, 0, 1, 1) },
      "boxes: expected an array of shape [boxes, 4]: four numbers: x1, y1, x2, y2, but got the shape [4]",
    ],
    [
      { boxes: f32([2, 4], 0, 0, 1, 1, 3, 0, 1, 1) },
      "boxes[1]: expected x1 < x2 and y1 < y2, but got [3.0, 0.0, 1.0, 1.0] (list)",
    ],
    [{ classes: [1, 2.5] }, "classes[1]: expected a whole number, but got 2.5 (float)"],
    [{ classes: ["cat"] }, "classes[0]: expected a whole number, but got 'cat' (str)"],
    [{ classes: 3 }, "classes: expected a list of whole numbers, but got 3 (int)"],
    [{ classes: "x".repeat(200) }, `classes: expected a list of whole numbers, but got '${"x".repeat(79)}… (str)`],
    [{ scores: [0.5, null] }, "scores[1]: expected a number, but got None"],
    [{ scores: f32([1, 1], 1) }, "scores: expected numbers in one dimension, but got the shape [1, 1]"],
    [{ regressed_values: ["1"] }, "regressed_values[0]: expected a number, but got '1' (str)"],
    [{ boxes: [[0, 0, 1, 1]], classes: [1, 2] }, "expected one class for each of the 1 boxes, but got 2 classes"],
    [{ masks: [[[0]]], classes: [] }, "expected one class for each of the 1 masks, but got 0 classes"],
    [{ masks: [[0, 1]] }, "masks[0]: expected rows of numbers, but got [0, 1] (list)"],
    [{ masks: [[[0, 1], [2]]] }, "masks[0]: expected rows of the same length, but got rows of 1 to 2"],
    [{ masks: [[[0, 255]]] }, "masks[0]: expected values from 0 to 1, but got 0 to 255"],
    [
      { masks: f32([2, 2], 0, 1, 0, 1) },
      "masks: expected an array of shape [masks, height, width], but got the shape [2, 2]",
    ],
    [{ masks: [f32([2], 0, 1)] }, "masks[0]: expected two dimensions, but got the shape [2]"],
    [
      { segmentation: [[1, 2]] },
      "segmentation: expected one layer in two dimensions, of shape [1, height, width], but got the shape [1, 2]",
    ],
    [
      { segmentation: f32([2, 1, 1], 1, 2) },
      "segmentation: expected one layer in two dimensions, of shape [1, height, width], but got the shape [2, 1, 1]",
    ],
  ];

  test("are error rows with the expected and the received value", async () => {
    const said = await judged(wrong.map(([values]) => values));
    for (const [index, [values, message]] of wrong.entries()) assert.is(said[index], message, JSON.stringify(values));
  });

  test(hasNumpy ? "the values of arrays are checked by numpy" : "(numpy is not installed)", async () => {
    if (!hasNumpy) return;
    assert.equal(
      await judged([{ masks: f32([1, 1, 2], 0, 2) }, { masks: [f32([1, 1], Number.NaN)] }, { classes: f32([1], 1) }]),
      [
        "masks: expected values from 0 to 1, but got 0 to 2",
        "masks[0]: expected values from 0 to 1, but got nan to nan",
        "classes: expected whole numbers in one dimension, but got the shape [1] of float32",
      ],
    );
  });

  test("a broken one does not affect the rest of its batch", async () => {
    const plan = planOf({ folder: "rules", keys: ["scores"], maxSize: 4 });
    const { rows } = await runPlan(plan, given({ scores: [1] }, { scores: 1 }, { scores: [2] }));
    assert.equal(outcomes(rows), ["0", "1: InvalidPrediction", "2"]);
  });

  test("fields of efemarai are distinguished by name, and have a form of their own", async () => {
    assert.equal(await judged([{ boxes: [[5, 1, 2, 8]], classes: [7] }], { predict: "fields" }), [""]);
  });

  test("Python annotations take precedence", async () => {
    const number: PlanType = { kind: "number" };
    const list = (item: PlanType): PlanType => ({ kind: "list", item });
    const Named: PlanClass = {
      name: "Named",
      form: "typed-dict",
      fields: [
        { name: "boxes", type: list(list(number)), optional: false },
        { name: "classes", type: list({ kind: "text" }), optional: false },
      ],
    } as PlanClass;
    const values = [
      { boxes: [[0, 0, 1, 1]], classes: ["cat"] },
      { boxes: [[1, 0, 1, 1]], classes: ["cat"] },
    ];
    const plan = planOf({ folder: "rules", predict: "named", keys: ["boxes", "classes"] });
    const models = plan.models.map(
      (each): PlanModel => ({
        ...each,
        classes: [Named],
        steps: each.steps.map((step) =>
          step.kind === "predict"
            ? { ...step, output: { ...step.output, item: { kind: "class", name: "Named" } } }
            : step,
        ),
      }),
    );
    const { rows } = await runPlan(withModels(plan, models), given(...values));
    assert.equal(outcomes(rows), ["0", "1: InvalidPrediction"]);
  });
});
