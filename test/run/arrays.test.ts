// Arrays of NumPy and tensors of PyTorch in every form that is not plain memory, if the packages are installed.
import { spawnSync } from "node:child_process";
import * as assert from "uvu/assert";
import { describe } from "../describe.ts";
import { given, named, outcomes, planOf, predictions, runPlan } from "./harness.ts";

const { MODELWRIGHT_TEST_PYTHON, MODELWRIGHT_FRAMEWORKS_PYTHON } = process.env;
const python = MODELWRIGHT_TEST_PYTHON ?? MODELWRIGHT_FRAMEWORKS_PYTHON ?? "python3";

function isInstalled(name: string): boolean {
  return spawnSync(python, ["-c", `import ${name}`]).status === 0;
}

describe("run: numpy, if it is installed", (test) => {
  const isThere = isInstalled("numpy");
  test(isThere ? "arrays and scalars" : "(it is not)", async () => {
    if (!isThere) return;
    const plan = planOf({ folder: "numpy" });
    const { rows, lines, report } = await runPlan(plan, given({}), { python });
    assert.equal(report.failures, []);
    const grid = [
      [0, 1, 2],
      [3, 4, 5],
    ];
    assert.equal(rows[0]?.predictions, {
      grid,
      transposed: [
        [0, 3],
        [1, 4],
        [2, 5],
      ],
      "every second": [
        [0, 2],
        [3, 5],
      ],
      reversed: [...grid].reverse(),
      "columns first": grid,
      "big endian": grid,
      half: [0.5, -2],
      bool: [
        [false, false, false],
        [true, true, true],
      ],
      empty: [],
      "zero dimensions": 7.5,
      scalars: [0.5, 3, true, "text"],
      text: ["a", "bc"],
      objects: [null, { x: 1 }],
      "not finite": [1, null, null],
      "read only": [
        [1, 1],
        [1, 1],
      ],
      keys: { "1": 1 },
      long: [1.5],
      "long scalar": 0.25,
      "64 bits": [[2 ** 64], 2 ** 60],
      masked: [1, null, 3],
      "masked in vain": [1, 2],
      "masked alone": null,
      unaligned: [0, 1, 2],
      "big half": [1, 2],
      "a list": [
        [0, 1, 2],
        [1, 4],
      ],
      "a field": [2.5],
    });
    assert.match(lines[0] ?? "", /"64 bits":\[\[18446744073709551615\],1152921504606846976\]/);
  });

  test(isThere ? "what has no such form is an error of its datapoint" : "(nor this)", async () => {
    if (!isThere) return;
    const plan = planOf({ folder: "numpy", predict: "bad", maxSize: 8 });
    const { rows } = await runPlan(plan, named("complex", "long complex", "fine", "bytes", "sparse", "dtype"), {
      python,
    });
    assert.equal(
      rows.map(({ id, error }) => (error === undefined ? id : `${id}: ${error.message}`)),
      [
        "complex: the prediction['bad'][0] is a complex, which cannot be converted to JSON",
        "long complex: the prediction['bad'] is a clongdouble, which cannot be converted to JSON",
        "fine",
        "bytes: the prediction['bad'][0] is a bytes, which cannot be converted to JSON",
        "sparse: the prediction['bad'] is a sparse array; return the result of its `toarray()`",
        "dtype: the prediction['bad'] is a Float32DType, which cannot be converted to JSON",
      ],
    );
  });
});

describe("run: torch, if it is installed", (test) => {
  const isThere = isInstalled("torch");
  const grid = [
    [0, 1, 2],
    [3, 4, 5],
  ];
  const kinds: Readonly<Record<string, unknown>> = {
    "knows its gradient": grid,
    "a parameter": grid,
    bfloat16: grid,
    "bfloat16, transposed": [
      [0, 3],
      [1, 4],
      [2, 5],
    ],
    half: grid,
    float8: grid,
    transposed: [
      [0, 3],
      [1, 4],
      [2, 5],
    ],
    expanded: [
      [0, 1, 2],
      [0, 1, 2],
    ],
    mask: [
      [false, false, false],
      [true, true, true],
    ],
    "turned signs": [-2],
    "no dimension": [2.5, 1.5, 3, true],
    "best two": [
      [
        [2, 1],
        [5, 4],
      ],
      [
        [2, 1],
        [2, 1],
      ],
    ],
    size: [2, 3],
    list: grid,
    empty: [],
    keys: { "1": 2 },
  };
  test(isThere ? "tensors" : "(it is not)", async () => {
    if (!isThere) return;
    const bad = ["complex", "sparse", "no data", "a module"];
    const plan = planOf({ folder: "torch", maxSize: 32 });
    const { rows, report } = await runPlan(plan, named(...Object.keys(kinds), ...bad), { python });
    assert.equal(report.failures, []);
    const good = rows.slice(0, -bad.length);
    assert.equal(outcomes(good), Object.keys(kinds));
    assert.equal(
      predictions(good),
      Object.values(kinds).map((tensor) => ({ tensor })),
    );
    assert.equal(outcomes(rows.slice(-bad.length)), [
      "complex: InvalidPrediction",
      "sparse: TypeError",
      "no data: NotImplementedError",
      "a module: InvalidPrediction",
    ]);
  });
});
