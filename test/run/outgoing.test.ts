// The datapoints of a program in Python: arrays, numbers that JSON does not have, and values that cannot be sent.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import type { Datapoint } from "../../src/run/index.ts";
import { type ElementType, halfBits, type RawArray, rawArray, toLists } from "../../src/run/worker/raw-array.ts";
import { describe } from "../describe.ts";
import { given, outcomes, planOf, predictions, runPlan } from "./harness.ts";

const plan = planOf({ folder: "calls", predict: "kinds", maxSize: 4 });

/** The inputs of these datapoints according to Python. */
async function kindsOf(
  inputs: readonly Readonly<Record<string, unknown>>[],
  options: { python?: string; environment?: Record<string, string> } = {},
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { rows, report } = await runPlan(plan, given(...inputs), options);
  assert.equal(report.failures, []);
  assert.equal(
    rows.flatMap(({ error }) => error ?? []),
    [],
  );
  return predictions(rows);
}

const NAMES: Readonly<Record<string, readonly [numpy: string, format: string]>> = {
  BOOL: ["bool", "?"],
  INT8: ["int8", "b"],
  INT16: ["int16", "h"],
  INT32: ["int32", "i"],
  INT64: ["int64", "q"],
  UINT8: ["uint8", "B"],
  UINT16: ["uint16", "H"],
  UINT32: ["uint32", "I"],
  UINT64: ["uint64", "Q"],
  FP16: ["float16", "f"],
  FP32: ["float32", "f"],
  FP64: ["float64", "d"],
  BF16: ["float32", "f"],
};

const SIZES: Readonly<Record<string, number>> = { INT16: 2, UINT16: 2, FP16: 2, BF16: 2, INT64: 8, UINT64: 8, FP64: 8 };

const rawArrays = fc
  .tuple(
    fc.constantFrom(...(Object.keys(NAMES) as ElementType[])),
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
  )
  .chain(([dtype, shape]) => {
    const size = SIZES[dtype] ?? (/32$/.test(dtype) ? 4 : 1);
    const length = shape.reduce((product, extent) => product * extent, size);
    const content = fc.uint8Array({ minLength: length, maxLength: length });
    const bytes = dtype === "BOOL" ? content.map((each) => each.map((byte) => byte & 1)) : content;
    return bytes.map((each) => rawArray(dtype, shape, new Uint8Array(each).buffer, 0));
  });

/** As in JSON: numbers that are not finite are null. */
const listed = (array: RawArray): unknown =>
  JSON.parse(JSON.stringify(toLists(array), (_, value) => (typeof value === "bigint" ? Number(value) : value)));

const python = process.env["MODELWRIGHT_TEST_PYTHON"] ?? "python3";
const hasNumpy = spawnSync(python, ["-c", "import numpy"]).status === 0;

describe("run: arrays in datapoints", (test) => {
  /** Arrays of every type, as inputs and nested in them. */
  async function checkArrays(library: "numpy" | "memoryview", options: Parameters<typeof kindsOf>[1]): Promise<void> {
    const samples = fc.sample(rawArrays, { numRuns: 300, seed: 2 });
    const seen = await kindsOf(
      samples.map((array, index) => (index % 2 === 0 ? { x: 1, array } : { list: [0, { array }], text: "$" })),
      options,
    );
    for (const [index, array] of samples.entries()) {
      if (index % 2 === 1) {
        const value = [0, { array: library === "memoryview" && array.shape.includes(0) ? [] : listed(array) }];
        assert.equal(seen[index]?.["list"], { type: "list", value });
        continue;
      }
      const { dtype, shape } = array;
      const kind = seen[index]?.["array"] as { type: string; value: unknown };
      const form = { type: library, dtype: NAMES[dtype]?.[library === "numpy" ? 0 : 1], writable: true };
      if (library === "numpy") assert.equal(kind, { ...form, shape, value: listed(array) }, dtype);
      else if (shape.length === 0) assert.equal(kind.value, listed(array), dtype);
      else if (shape.includes(0)) assert.equal(kind, { ...form, shape: [0], value: [] }, dtype);
      else assert.equal(kind, { ...form, shape, value: listed(array) }, dtype);
    }
  }

  test(hasNumpy ? "every type and shape arrives as an array of numpy" : "(numpy is not installed)", async () => {
    if (hasNumpy) await checkArrays("numpy", { python });
  });

  test("every type and shape is a view of memory if numpy cannot be imported", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      writeFileSync(join(folder, "numpy.py"), "raise ImportError('broken')\n");
      await checkArrays("memoryview", { environment: { PYTHONPATH: folder } });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("typed arrays of every kind, parts of a buffer, and reused memory", async () => {
    const shared = new Float32Array(2);
    async function* frames(): AsyncGenerator<Datapoint> {
      for (const value of [1, 2, 3]) yield { inputs: { frame: shared.fill(value) } };
      const view = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
      yield {
        inputs: { a: view, b: new Uint8ClampedArray([300]), c: new BigInt64Array([-(2n ** 53n)]), d: Buffer.from("é") },
      };
    }
    const { rows } = await runPlan(plan, frames());
    const values = predictions(rows).map((each) =>
      Object.values(each).map((kind) => (kind as { value: unknown }).value),
    );
    assert.equal(values, [[[1, 1]], [[2, 2]], [[3, 3]], [[1, 2], [255], [-(2 ** 53)], [0xc3, 0xa9]]]);
  });

  test("nine megabytes, and batches with one broken array", async () => {
    const large = new Uint8Array(9_600_000).fill(7);
    const { rows, report } = await runPlan(
      planOf({ folder: "calls", predict: "sizes", maxSize: 4 }),
      given({ large }, { array: { dtype: "FP32", shape: [3], data: new Float32Array(2) } }, { large }),
    );
    assert.equal(report.failures, []);
    assert.equal(outcomes(rows), ["0", "1: InputError", "2"]);
    assert.is(rows[1]?.error?.message, "the input `array` is an array of shape [3] with 2 elements instead of 3");
  });

  test("a value that cannot be sent is reported", async () => {
    const endless: Record<string, unknown> = {};
    endless["self"] = endless;
    const wrong: readonly (readonly [unknown, RegExp])[] = [
      [
        { dtype: "FP32", shape: [1], data: new Float64Array(1) },
        /^the input `x` is an array of FP32 in a Float64Array; expected a Float32Array$/,
      ],
      [
        { dtype: "INT8", shape: [-1], data: new Int8Array(1) },
        /^the input `x` is an array whose shape is not a list of sizes$/,
      ],
      [[new Map()], /^the input `x.0` is a Map or a Set/],
      [new DataView(new ArrayBuffer(1)), /^the input `x` is memory without an element type/],
      [new ArrayBuffer(1), /memory without an element type/],
      [10n ** 5000n, /has more than 4000 digits$/],
      [endless, /is nested more than 100 levels deep, or contains itself$/],
    ];
    const { rows } = await runPlan(plan, given(...wrong.map(([x]) => ({ x })), { x: 1 }));
    for (const [index, [, message]] of wrong.entries()) assert.match(rows[index]?.error?.message ?? "", message);
    assert.equal(rows.at(-1)?.predictions, { x: { type: "int", value: 1 } });
  });
});

describe("run: numbers in datapoints", (test) => {
  test("NaN, infinities and large integers are received", async () => {
    const inputs = { a: [1, Number.NaN, { b: -Infinity }], big: 2n ** 70n, small: 5n, $: Infinity, __proto__x: -0.5 };
    const { lines } = await runPlan(planOf({ folder: "calls", predict: "reprs" }), given(inputs));
    assert.equal(JSON.parse(lines[0] ?? "").predictions, {
      a: "[1, nan, {'b': -inf}]",
      big: "1180591620717411303424",
      small: "5",
      $: "inf",
      __proto__x: "-0.5",
    });
  });

  test("half precision in both directions", () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const raw = rawArray("FP16", [1], new Uint16Array([bits]).buffer, 0);
      const value = Number(raw.data[0]);
      if (!Number.isNaN(value)) assert.is(halfBits(value), bits);
    }
    // Between two neighbors, the nearest; in the middle, the even one.
    const near: readonly (readonly [number, number])[] = [
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [65519.9, 0x7bff],
      [65520, 0x7c00],
      [2 ** -25, 0],
      [2 ** -25 * 1.01, 1],
      [2047.5 * 2 ** -25, 0x0400],
    ];
    for (const [value, bits] of near) assert.is(halfBits(value), bits, String(value));
  });
});
