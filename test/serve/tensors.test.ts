// Tensors of the Open Inference Protocol: what is written is read again, and what is wrong has an exact message.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { halfBits, rawArray } from "../../src/run/worker/raw-array.ts";
import { datapointsOf } from "../../src/serve/datapoints.ts";
import { type InferRequest, readInferRequest } from "../../src/serve/infer-request.ts";
import { inferResponse } from "../../src/serve/infer-response.ts";
import { outputTensors } from "../../src/serve/output-tensors.ts";
import { RequestProblem } from "../../src/serve/problem.ts";
import { countOf, type Datatype, type Tensor } from "../../src/serve/tensor.ts";
import { describe } from "../describe.ts";

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 });

/** Values that each type can hold, without NaN, which has no JSON. */
const NUMBERS = {
  BOOL: fc.constantFrom(0, 1),
  INT8: fc.integer({ min: -(2 ** 7), max: 2 ** 7 - 1 }),
  INT16: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  INT32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  UINT8: fc.integer({ min: 0, max: 2 ** 8 - 1 }),
  UINT16: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
  UINT32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  FP16: fc.integer({ min: -2048, max: 2048 }).map((value) => value / 64),
  FP32: fc.float({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  FP64: fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
} as const;

const LARGE = {
  INT64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  UINT64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
} as const;

const typed = {
  ...{ BOOL: Uint8Array, INT8: Int8Array, INT16: Int16Array, INT32: Int32Array, UINT8: Uint8Array },
  ...{ UINT16: Uint16Array, UINT32: Uint32Array, FP16: Float32Array, FP32: Float32Array, FP64: Float64Array },
};

const tensors: fc.Arbitrary<Tensor> = fc.tuple(shapes, fc.string()).chain(([shape, name]) => {
  const of = <Value>(value: fc.Arbitrary<Value>) => {
    return fc.array(value, { minLength: countOf(shape), maxLength: countOf(shape) });
  };
  const shared = { name: `t${name}`, shape };
  return fc.oneof(
    ...Object.entries(NUMBERS).map(([datatype, value]) =>
      of(value as fc.Arbitrary<number>).map((values): Tensor => {
        const data = typed[datatype as keyof typeof typed].from(values);
        return { ...shared, datatype: datatype as keyof typeof typed, data };
      }),
    ),
    of(LARGE.INT64).map((values): Tensor => ({ ...shared, datatype: "INT64", data: BigInt64Array.from(values) })),
    of(LARGE.UINT64).map((values): Tensor => ({ ...shared, datatype: "UINT64", data: BigUint64Array.from(values) })),
    of(fc.string({ unit: "grapheme" })).map((data): Tensor => ({ ...shared, datatype: "BYTES", data })),
  );
});

/** An answer has the same form as a request, except for the name of its list. */
function readAgain(tensor: Tensor, isBinary: boolean, id?: string): InferRequest {
  const { body, headerLength } = inferResponse({ id, outputs: undefined, isBinary }, "m", "1", [tensor]);
  const end = headerLength ?? body.length;
  const json = Buffer.from(body.subarray(0, end).toString().replace(',"outputs":[', ',"inputs":['));
  const length = headerLength === undefined ? undefined : String(json.length);
  return readInferRequest(Buffer.concat([json, body.subarray(end)]), length);
}

function request(document: unknown, bytes = Buffer.alloc(0), header = bytes.length > 0): InferRequest {
  const json = Buffer.from(JSON.stringify(document));
  return readInferRequest(Buffer.concat([json, bytes]), header ? String(json.length) : undefined);
}

function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.instance(error, RequestProblem);
    return `${(error as RequestProblem).status} ${(error as RequestProblem).message}`;
  }
  throw new Error("there is no problem");
}

const tensor = (fields: object): object => ({ name: "x", datatype: "FP32", shape: [2], data: [1, 2], ...fields });

describe("tensors", (test) => {
  test("are read as they were written, as JSON and as bytes", () => {
    fc.assert(
      fc.property(tensors, fc.boolean(), fc.option(fc.string(), { nil: undefined }), (tensor, isBinary, id) => {
        const again = readAgain(tensor, isBinary, id);
        assert.equal(again.id, id);
        assert.equal(again.inputs, [tensor]);
      }),
      { numRuns: 500 },
    );
  });

  test("keep NaN, infinities and bytes in their binary form; JSON has null for NaN", () => {
    const odd = {
      name: "x",
      datatype: "FP32",
      shape: [4],
      data: Float32Array.of(Number.NaN, -0, 1 / 0, -1 / 0),
    } as const;
    // The assertion finds NaN unequal to itself, so the texts are compared.
    const textOf = (isBinary: boolean): string => String(readAgain(odd, isBinary).inputs[0]?.data);
    assert.is(textOf(true), "NaN,0,Infinity,-Infinity");
    assert.is(textOf(false), "NaN,0,NaN,NaN");
    assert.ok(Object.is(readAgain(odd, true).inputs[0]?.data[1], -0));
    const bytes = { name: "x", datatype: "BYTES", shape: [2], data: ["\ufeffé", Uint8Array.of(0xff, 0, 1)] } as const;
    // Bytes that are not UTF-8 cannot be JSON, so they are sent as bytes.
    for (const isBinary of [true, false]) assert.equal(readAgain(bytes, isBinary).inputs, [bytes]);
  });

  test("start at any byte", () => {
    const text = { name: "a", datatype: "BYTES", shape: [1], parameters: { binary_data_size: 5 } };
    const number = { name: "b", datatype: "FP64", shape: [1], parameters: { binary_data_size: 8 } };
    const half = { name: "c", datatype: "FP16", shape: [1], parameters: { binary_data_size: 2 } };
    const [eight, two] = [Buffer.alloc(8), Buffer.alloc(2)];
    eight.writeDoubleLE(0.1);
    two.writeUInt16LE(halfBits(-1.5));
    for (const id of ["", "1", "12", "123", "1234", "12345", "123456", "1234567"]) {
      const body = Buffer.concat([Buffer.from([1, 0, 0, 0, 0x78]), eight, two]);
      const { inputs } = request({ id, inputs: [text, number, half] }, body);
      assert.equal(
        inputs.map(({ data }) => data),
        [["x"], Float64Array.of(0.1), Float32Array.of(-1.5)],
      );
    }
  });

  test("are flat or nested in JSON, with integers of 64 bits", () => {
    const inputs =
      '[{"name":"x","datatype":"INT64","shape":[2,2],"data":[[9223372036854775807,-9223372036854775808],[1.0,0]]}]';
    const read = readInferRequest(Buffer.from(`{"inputs":${inputs}}`), undefined);
    assert.equal(read.inputs[0]?.data, BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n), 1n, 0n));
    assert.equal(
      request({ inputs: [tensor({ shape: [2, 1], data: [[1], 2] })] }).inputs[0]?.data,
      Float32Array.of(1, 2),
    );
  });

  test("that are wrong have an exact message", () => {
    const wrong: readonly (readonly [unknown, string])[] = [
      [[], "the request must be a JSON object"],
      [{}, "`inputs` must be a list with at least one tensor"],
      [{ id: 1, inputs: [tensor({})] }, "`id` must be text"],
      [{ inputs: [1] }, "`inputs[0]` must be a JSON object"],
      [{ inputs: [tensor({ name: 1 })] }, "a tensor of `inputs` has no `name`"],
      [{ inputs: [tensor({ datatype: "FP8" })] }, "the tensor `x` has an unknown `datatype` `FP8`"],
      [{ inputs: [tensor({ datatype: "constructor" })] }, "the tensor `x` has an unknown `datatype` `constructor`"],
      [{ inputs: [tensor({ shape: [] })] }, "the tensor `x` must have a `shape` with 1 to 32 sizes"],
      [{ inputs: [tensor({ shape: [-1] })] }, "the tensor `x` must have a `shape` with 1 to 32 sizes"],
      [{ inputs: [tensor({ shape: [1e300, 0] })] }, "the tensor `x` must have a `shape` with 1 to 32 sizes"],
      [{ inputs: [tensor({ shape: [3] })] }, "the tensor `x` has 2 elements in `data` instead of 3"],
      [{ inputs: [tensor({ shape: [1] })] }, "the tensor `x` has more than 1 elements in `data`"],
      [
        { inputs: [tensor({ data: [[[1]], 2] })] },
        "the tensor `x` has lists in `data` that are nested more deeply than its shape",
      ],
      [{ inputs: [tensor({ data: undefined })] }, "the tensor `x` has no list `data`"],
      [{ inputs: [tensor({ data: ["1", 2] })] }, 'the tensor `x` of type FP32 has the element "1" in `data`'],
      [{ inputs: [tensor({ data: [1e39, 2] })] }, "the tensor `x` of type FP32 has the element 1e+39 in `data`"],
      [
        { inputs: [tensor({ datatype: "UINT8", data: [256, 0] })] },
        "the tensor `x` of type UINT8 has the element 256 in `data`",
      ],
      [
        { inputs: [tensor({ datatype: "INT64", data: [0.5, 0] })] },
        "the tensor `x` of type INT64 has the element 0.5 in `data`",
      ],
      [
        { inputs: [tensor({ datatype: "UINT64", data: [-1, 0] })] },
        "the tensor `x` of type UINT64 has the element -1 in `data`",
      ],
      [
        { inputs: [tensor({ datatype: "BOOL", data: [2, 0] })] },
        "the tensor `x` of type BOOL has the element 2 in `data`",
      ],
      [
        { inputs: [tensor({ datatype: "BYTES" })] },
        "the tensor `x` of type BYTES has an element in `data` that is not text",
      ],
      [{ inputs: [tensor({}), tensor({})] }, "the tensor `x` occurs more than once in `inputs`"],
      [{ inputs: [tensor({ parameters: 1 })] }, "`parameters` must be a JSON object"],
      [
        { inputs: [tensor({ parameters: { binary_data_size: 8 } })] },
        "the tensor `x` has `binary_data_size`, which needs the header `Inference-Header-Content-Length`",
      ],
      [
        { inputs: [tensor({ parameters: { shared_memory_region: "r" } })] },
        "the tensor `x` is in shared memory, which is not supported",
      ],
      [{ inputs: [tensor({})], outputs: [{}] }, "an entry of `outputs` has no `name`"],
      [{ inputs: [tensor({})], outputs: {} }, "`outputs` must be a list"],
      [
        { inputs: [tensor({})], parameters: { binary_data_output: 1 } },
        "the parameter `binary_data_output` must be `true` or `false`",
      ],
      [
        { inputs: [tensor({ datatype: "BYTES", data: ["a", "b"], parameters: { content_type: "base64" } })] },
        "the tensor `x` has an element that is not base64, although that is its `content_type`",
      ],
    ];
    for (const [document, message] of wrong)
      assert.is(
        problemOf(() => request(document)),
        `400 ${message}`,
      );
    const binary: readonly (readonly [object, readonly number[], string])[] = [
      [{ shape: [1] }, [0, 0, 0], "the tensor `x` has 3 bytes of its 4 bytes in the request"],
      [{ shape: [2] }, [0, 0, 0, 0], "the tensor `x` has 4 bytes instead of 8"],
      [{ shape: [1] }, [0, 0, 0, 0, 0], "the request has 1 bytes that belong to no tensor"],
      [
        { shape: [1], datatype: "BYTES" },
        [1, 0, 0, 0],
        "the tensor `x` has an element that is longer than the bytes of the tensor",
      ],
      [
        { shape: [1], datatype: "BYTES" },
        [255, 255, 255, 255],
        "the tensor `x` has an element that is longer than the bytes of the tensor",
      ],
      [{ shape: [1], datatype: "BYTES" }, [0, 0, 0, 0], ""],
      [{ shape: [0], datatype: "BYTES" }, [0, 0, 0, 0], "the tensor `x` has 4 bytes after its last element"],
      [{ shape: [2], datatype: "BYTES" }, [0, 0, 0, 0], "the tensor `x` has 1 elements in its bytes instead of 2"],
    ];
    for (const [fields, bytes, message] of binary) {
      const input = tensor({ data: undefined, parameters: { binary_data_size: 4 }, ...fields });
      const read = (): unknown => request({ inputs: [input] }, Buffer.from(bytes));
      if (message === "") read();
      else assert.is(problemOf(read), `400 ${message}`);
    }
    for (const header of ["0", "-1", "1e3", "9999", "12, 12", ""]) {
      const message =
        "`Inference-Header-Content-Length` must be the length of the JSON document at the start of the request";
      assert.is(
        problemOf(() => readInferRequest(Buffer.from("{}"), header)),
        `400 ${message}`,
      );
    }
    assert.is(
      problemOf(() => readInferRequest(Buffer.from([0xff]), undefined)),
      "400 the request is not UTF-8",
    );
    const message = "the request is not valid JSON: expected a value at character 12";
    assert.is(
      problemOf(() => readInferRequest(Buffer.from('{"inputs": }'), undefined)),
      `400 ${message}`,
    );
  });
});

describe("datapoints of tensors", (test) => {
  test("have the name of a tensor as a key, and its elements along the first axis as values", () => {
    const { inputs } = request({
      inputs: [
        { name: "n", datatype: "INT32", shape: [2], data: [1, 2] },
        { name: "flag", datatype: "BOOL", shape: [2], data: [true, false] },
        { name: "__proto__", datatype: "BYTES", shape: [2, 1, 2], data: ["a", "b", "c", "d"] },
        { name: "a", datatype: "FP32", shape: [2, 2], data: [1, 2, 3, 4] },
      ],
    });
    const [first, second] = datapointsOf(inputs);
    assert.equal(Object.entries(first?.inputs ?? {}), [
      ["n", 1],
      ["flag", true],
      ["__proto__", [["a", "b"]]],
      ["a", { dtype: "FP32", shape: [2], data: Float32Array.of(1, 2) }],
    ]);
    assert.equal(second?.inputs["a"], { dtype: "FP32", shape: [2], data: Float32Array.of(3, 4) });
  });

  test("need a common, reasonable size of the first axis", () => {
    const of = (...shapes: readonly (readonly number[])[]) => {
      return problemOf(() => {
        datapointsOf(shapes.map((shape, at) => ({ name: `t${at}`, datatype: "BYTES", shape, data: [] })));
      });
    };
    assert.is(of([1, 0], [2, 0]), "400 the first axis of `t0` has 1 datapoints, but that of `t1` has 2");
    assert.is(of([0]), "400 the request has no datapoints: the first axis of its tensors is empty");
    assert.is(of([10_001, 0]), "413 the request has 10001 datapoints; the limit is 10000");
  });
});

describe("tensors of predictions", (test) => {
  const whole = { whole: "predictions", datatypes: new Map<string, Datatype>([["count", "INT64"]]) };
  const stacked = (...predictions: readonly unknown[]) => {
    return outputTensors(predictions, whole).map(({ name, datatype, shape, data }) => [
      name,
      datatype,
      shape,
      [...data],
    ]);
  };

  test("have one type for each kind of values", () => {
    assert.equal(
      stacked(
        { score: 1, count: 1, label: "a", ok: true, box: [[1, 2]], any: { b: 1n }, none: [], big: 2n ** 63n },
        { score: 0.5, count: 2, label: "b", ok: false, box: [[3, 4]], any: null, none: [], big: 1 },
      ),
      [
        ["score", "FP64", [2], [1, 0.5]],
        ["count", "INT64", [2], [1n, 2n]],
        ["label", "BYTES", [2], ["a", "b"]],
        ["ok", "BOOL", [2], [1, 0]],
        ["box", "FP64", [2, 1, 2], [1, 2, 3, 4]],
        ["any", "BYTES", [2], ['{"b":1}', "null"]],
        ["none", "FP64", [2, 0], []],
        ["big", "UINT64", [2], [2n ** 63n, 1n]],
      ],
    );
    assert.equal(stacked("a", "b"), [["predictions", "BYTES", [2], ["a", "b"]]]);
    assert.equal(stacked([[1], [2, 3]]), [["predictions", "BYTES", [1], ["[[1],[2,3]]"]]]);
    assert.equal(stacked([Number.NaN]), [["predictions", "FP64", [1, 1], [Number.NaN]]]);
  });

  test("keep the type of arrays", () => {
    const half = (...values: readonly number[]) => {
      return rawArray("FP16", [2], Uint16Array.from(values, halfBits).buffer, 0);
    };
    assert.equal(stacked({ a: half(1, 2) }, { a: half(3, 4) }), [["a", "FP16", [2, 2], [1, 2, 3, 4]]]);
    // Arrays inside of lists have no type of their own.
    assert.equal(stacked({ a: [half(1, 2)] }), [["a", "FP64", [1, 1, 2], [1, 2]]]);
    assert.match(
      problemOf(() => stacked({ a: half(1, 2) }, { a: { ...half(1, 2), shape: [1, 2] } })),
      /^422 the values of the output `a` have the shapes \[2\] and \[1, 2\], so they are not one tensor; send one /,
    );
    const other = { dtype: "FP32", shape: [2], data: Float32Array.of(1, 2) };
    assert.match(
      problemOf(() => stacked({ a: half(1, 2) }, { a: other })),
      /are of type FP16 and of type FP32/,
    );
    assert.match(
      problemOf(() => stacked({ a: [1] }, { a: [1, 2] })),
      /have the shapes \[1\] and \[2\]/,
    );
  });

  test("are returned on request", () => {
    const tensors = outputTensors([{ a: 1, b: 2 }], whole);
    const { body } = inferResponse(
      { id: undefined, outputs: [{ name: "b", isBinary: false }], isBinary: true },
      "m",
      "1",
      tensors,
    );
    assert.is(
      String(body),
      '{"model_name":"m","model_version":"1","outputs":[{"name":"b","datatype":"FP64","shape":[1],"data":[2]}]}',
    );
    const unknown = { id: undefined, outputs: [{ name: "c", isBinary: undefined }], isBinary: true };
    assert.is(
      problemOf(() => inferResponse(unknown, "m", "1", tensors)),
      "400 the model has no output `c`; expected `a` or `b`",
    );
  });
});
