// What functions can return, and how it is received.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { encodeFrame, type Frame, frameReader } from "../../src/run/worker/frame.ts";
import { itemsOf, predictionJson } from "../../src/run/worker/prediction.ts";
import { type ElementType, rawArray, toLists } from "../../src/run/worker/raw-array.ts";
import { describe } from "../describe.ts";
import { given, planOf, type Row, runPlan } from "./harness.ts";

/** One row for each kind of prediction, all from one process. */
async function rowsFor(kinds: readonly string[], keys: readonly string[] = []): Promise<ReadonlyMap<string, Row>> {
  const plan = planOf({ folder: "returns", keys, maxSize: 8 });
  const { rows, report } = await runPlan(plan, given(...kinds.map((kind) => ({ kind }))));
  assert.equal(report.failures, []);
  return new Map(kinds.map((kind, index) => [kind, rows[index] as Row]));
}

describe("run: predictions as JSON", (test) => {
  const fine: Readonly<Record<string, string>> = {
    plain: '{"text":"é\\n\u2028","none":null,"yes":true,"list":[1,2.5,"x"],"nested":{"a":{"b":[]}}}',
    dataclass: '{"label":"cat","corners":[1,2]}',
    "named tuple": '{"x":1,"y":2}',
    object: '{"a":1,"b":{"c":[3]}}',
    "nested objects": '{"boxes":[{"label":"cat","corners":[1]},{"label":"dog","corners":[2]}],"at":{"x":3,"y":4}}',
    enums: '{"colour":"red","size":3}',
    texts: '{"when":"2026-11-22","id":"00000000-0000-0000-0000-000000000001"}',
    path: '{"path":"a/b"}',
    keys: '{"2":"int","true":"bool","null":"none","1.5":"float"}',
    mapping: '{"z":1,"a":2}',
    proto: '{"__proto__":{"x":1},"constructor":[1]}',
    "like a place": '{"path":[0,"a"],"dtype":"FP32","$array":0,"arrays":[]}',
    "not finite": '{"numbers":[1,null,null,null]}',
    "large integers":
      '{"numbers":[9007199254740991,9007199254740992,-1180591620717411303424],"text":"99999999999999999999"}',
    surrogate: '{"text":"\\udc80"}',
    array: '{"numbers":[1.5,-2]}',
    memoryview: '{"numbers":[[0,1,2],[3,4,5]]}',
    interface: '{"numbers":[1,2]}',
    pointer: '{"numbers":[[1],[2]]}',
    "empty array": '{"numbers":[],"other":[]}',
    tensor: '{"numbers":[0.5]}',
    "only lists": '{"numbers":[1,[2.5]]}',
    scalar: '{"number":7}',
    none: "null",
    number: "5",
  };

  test("values of every kind", async () => {
    const kinds = Object.keys(fine);
    const { lines } = await runPlan(
      planOf({ folder: "returns", maxSize: 8 }),
      given(...kinds.map((kind) => ({ kind }))),
    );
    kinds.forEach((kind, index) => {
      assert.is(lines[index], `{"index":${index},"id":"${index}","model":"model","predictions":${fine[kind]}}\n`, kind);
    });
  });

  test("a value that cannot be written is an error row, and only that", async () => {
    const wrong: Readonly<Record<string, RegExp>> = {
      endless: /nested more than 100 levels deep, or contains itself/,
      deep: /nested more than 100 levels deep/,
      set: /^the prediction\['values'\] is a set, which cannot be converted to JSON$/,
      bytes: /^the prediction\['mask'\] is a bytes/,
      function: /^the prediction\['nested'\]\[0\] is a builtin_function_or_method/,
      slotted: /^the prediction\['value'\] is a Slotted/,
      "tuple key": /^the prediction has a key that is a tuple; keys must be text$/,
      "huge integer": /digits/,
      "too short": /^the prediction\['numbers'\] is an array whose element type cannot be sent$/,
      strided: /^the prediction\['numbers'\] is an array whose element type cannot be sent$/,
    };
    const rows = await rowsFor(["plain", ...Object.keys(wrong), "array"]);
    for (const [kind, message] of Object.entries(wrong)) assert.match(rows.get(kind)?.error?.message ?? kind, message);
    assert.is(rows.get("plain")?.error, undefined);
    assert.equal(rows.get("array")?.predictions, { numbers: [1.5, -2] });
  });

  test("a long text is received completely", async () => {
    const rows = await rowsFor(["long"]);
    assert.equal(rows.get("long")?.predictions, { text: "x".repeat(5_000_000) });
  });
});

describe("run: predictions are as declared", (test) => {
  test("each has the declared keys", async () => {
    const rows = await rowsFor(["dataclass", "named tuple", "object", "none", "number", "plain"], ["label"]);
    assert.equal(rows.get("dataclass")?.predictions, { label: "cat", corners: [1, 2] });
    const message = (kind: string): string | undefined => rows.get(kind)?.error?.message;
    assert.is(message("named tuple"), "the declared key label is missing; it has x, y");
    assert.is(message("none"), "expected a mapping with the keys label, but got None");
    assert.is(message("number"), "expected a mapping with the keys label, but got an int");
    assert.is(rows.get("number")?.error?.type, "InvalidPrediction");
    assert.is(rows.get("number")?.error?.traceback, undefined);
  });

  test("a list of field objects is a map by their key names", async () => {
    const rows = await rowsFor(["fields", "no fields"], ["boxes", "masks"]);
    assert.equal(rows.get("fields")?.predictions, {
      boxes: [
        { key_name: "boxes", x: 1 },
        { key_name: "boxes", x: 2 },
      ],
      masks: [],
      scores: [{ key_name: "scores", x: 3 }],
    });
    assert.equal(rows.get("no fields")?.predictions, { boxes: [], masks: [] });
  });

  const wrong: Readonly<Record<string, string>> = {
    nothing: "`predict` must return a list with one prediction per datapoint, but returned None",
    "a map": "`predict` must return a list with one prediction per datapoint, but returned dict",
    "too many": "`predict` must return one prediction per datapoint: expected 1, but got 3",
    "too few": "`predict` must return one prediction per datapoint: expected 1, but got 0",
    "a generator": "`predict` must return a list with one prediction per datapoint, but returned generator",
  };
  test("a batch is a list of the same length as the batch", async () => {
    const kinds = Object.keys(wrong);
    const plan = planOf({ folder: "returns", predict: "wrong", maxSize: 2 });
    const { rows } = await runPlan(plan, given(...kinds.map((kind) => ({ kind }))));
    assert.equal(
      rows.map(({ error }) => error?.message),
      kinds.map((kind) => wrong[kind]),
    );
  });
});

type Example = readonly [dtype: ElementType, typestr: string, size: number];
const EXAMPLES: readonly Example[] = [
  ["BOOL", "|b1", 1],
  ["INT8", "|i1", 1],
  ["INT16", "<i2", 2],
  ["INT32", "<i4", 4],
  ["INT64", "<i8", 8],
  ["UINT8", "|u1", 1],
  ["UINT16", "<u2", 2],
  ["UINT32", "<u4", 4],
  ["UINT64", "<u8", 8],
  ["FP16", "<f2", 2],
  ["FP32", "<f4", 4],
  ["FP64", "<f8", 8],
];

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 });
const arrays = fc.tuple(fc.constantFrom(...EXAMPLES), shapes).chain(([[dtype, typestr, size], shape]) => {
  const length = shape.reduce((product, extent) => product * extent, size);
  const content = fc.uint8Array({ minLength: length, maxLength: length });
  return content.map((bytes) => ({
    dtype,
    typestr,
    shape,
    bytes: dtype === "BOOL" ? bytes.map((byte) => byte & 1) : bytes,
  }));
});

describe("run: arrays", (test) => {
  test("every type and shape is received unchanged", async () => {
    const samples = fc.sample(arrays, { numRuns: 300, seed: 1 });
    const inputs = samples.map(({ typestr, shape, bytes }, index) => {
      return { typestr, shape, content: Buffer.from(bytes).toString("hex"), pointer: index % 2 === 0 };
    });
    const plan = planOf({ folder: "returns", predict: "unpack", maxSize: 32 });
    const { rows } = await runPlan(plan, given(...inputs));
    samples.forEach(({ dtype, shape, bytes }, index) => {
      const expected = toLists(rawArray(dtype, shape, new Uint8Array(bytes).buffer, 0));
      assert.is(
        JSON.stringify(rows[index]?.predictions),
        `{"array":${predictionJson(JSON.parse(predictionJson(expected)))}}`,
      );
    });
  });

  test("half precision, for the known values", () => {
    const bits = new Uint16Array([0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x8000, 0x7c00, 0xfc00, 0x7e00]);
    const half = toLists(rawArray("FP16", [9], bits.buffer, 0));
    assert.equal(half, [1, -2, 65504, 2 ** -24, 2 ** -14, -0, Infinity, -Infinity, Number.NaN]);
    const brain = new Uint16Array([0x3f80, 0xc040, 0x7f80]);
    assert.equal(toLists(rawArray("BF16", [3], brain.buffer, 0)), [1, -3, Infinity]);
  });

  test("64-bit integers are exact", () => {
    const whole = new BigInt64Array([2n ** 62n, -5n]);
    assert.is(predictionJson(toLists(rawArray("INT64", [2], whole.buffer, 0))), "[4611686018427387904,-5]");
  });
});

describe("run: frames", (test) => {
  /** A frame with a body, as the worker writes it. */
  const frameOf = (header: unknown, body: Uint8Array): Buffer => {
    const text = Buffer.concat(encodeFrame(header));
    text.writeBigUInt64LE(BigInt(body.length), 4);
    return Buffer.concat([text, body]);
  };

  test("are read from a stream as they were written, in pieces of any size", () => {
    const content = fc.tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.uint8Array({ maxLength: 64 }));
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(content), cuts, (contents, sizes) => {
        const stream = Buffer.concat(contents.map(([header, body]) => frameOf(asciiJson(header), body)));
        const seen: Frame[] = [];
        const read = frameReader((frame) => seen.push(frame));
        for (let start = 0, turn = 0; start < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          read(stream.subarray(start, start + size));
          start += size;
        }
        assert.equal(
          seen.map(({ body }) => [...new Uint8Array(body)]),
          contents.map(([, body]) => [...body]),
        );
        assert.is(
          JSON.stringify(seen.map(({ header }) => header)),
          JSON.stringify(contents.map(([header]) => asciiJson(header))),
        );
      }),
    );
  });

  test("that are invalid are rejected", () => {
    const refused: readonly Buffer[] = [
      Buffer.from("Traceback (most recent call last)"),
      Buffer.from([255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.from([2, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]),
      Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 91, 93]),
    ];
    for (const bytes of refused) assert.throws(() => frameReader(() => {})(bytes));
  });

  test("a reference to a missing array is rejected", () => {
    const result = { items: [{}], errors: [], arrays: [], body: new ArrayBuffer(0) };
    assert.throws(() => itemsOf({ ...result, numbers: [[[0, "toString"], "1"]] }, "lists"));
  });
});

/** A header is ASCII, because the worker escapes everything else. */
function asciiJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(/[^\x20-\x7e]/g, "?"));
}
