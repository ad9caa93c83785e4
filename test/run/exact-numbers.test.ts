// Numbers reach Python exactly as written, although JavaScript would round them. Python itself parses them for
// comparison.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { exactJson, parseExactJson } from "../../src/base/exact-json.ts";
import { canonicalJsonPretty } from "../../src/plan/canonical.ts";
import { jsonLines } from "../../src/run/input/jsonl.ts";
import { compileText } from "../definitions.ts";
import { describe } from "../describe.ts";
import { given, planOf, predictions, runPlan } from "./harness.ts";

const plan = planOf({ folder: "calls", predict: "reprs", maxSize: 5 });

const NUMBERS = [
  ...[
    "0",
    "-0",
    "1",
    "1.0",
    "-0.0",
    "1e3",
    "1E+3",
    "100000000000000000000.0",
    "1.5",
    "0.1",
    "5e-324",
    "1e400",
    "-1e999",
  ],
  ...["9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "12345678901234567890"],
  ...[
    "1152921504606846975",
    `1${"0".repeat(3999)}`,
    "0.30000000000000004",
    "123456789.123456789012345678",
    "1.7976931348623157e308",
  ],
];

async function withFile<T>(name: string, text: string, work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
  try {
    writeFileSync(join(folder, name), text);
    return await work(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The inputs of each object according to Python's own JSON parser. */
function pythonReprs(objects: readonly string[]): unknown {
  const program =
    "import json, sys\nfor line in sys.stdin: print(json.dumps({k: repr(v) for k, v in json.loads(line).items() if k != 'id'}))";
  const lines = execFileSync("python3", ["-c", program], { input: objects.join("\n"), encoding: "utf8" });
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("run: exact numbers", (test) => {
  const objects = [
    ...NUMBERS.map((number) => `{"x": ${number}, "list": [${number}, {"y": [${number}]}], "text": "${number}"}`),
    '{"text": "\\u00001.0", "other": "\\u0000\\u0000", "\\u0000key": 1.0, "quote": "\\"1.0", "end": "\\\\", "__proto__": 2.0}',
  ];

  test("of JSON lines are those of Python's own parser", () =>
    withFile("data.jsonl", objects.join("\n"), async (path) => {
      const { report, rows } = await runPlan(plan, path);
      assert.equal(report.failures, []);
      assert.equal(predictions(rows), pythonReprs(objects));
    }));

  test("of a JSON list as well, and ids keep their digits", () => {
    const items = objects.map((object, i) => `{"id": ${NUMBERS[i] ?? '"last"'}, ${object.slice(1)}`);
    return withFile("data.json", `[${items.join(",\n")}]`, async (path) => {
      const { report, rows } = await runPlan(plan, path);
      assert.equal(report.failures, []);
      assert.equal(predictions(rows), pythonReprs(objects));
      const isWhole = (text: string) => /^-?\d+$/.test(text) && text !== "-0";
      for (const [i, number] of NUMBERS.entries()) if (isWhole(number)) assert.is(rows[i]?.id, number);
    });
  });

  test("of COCO annotations: ids beyond 2^53 differ, and boxes add up as in Python", () => {
    const text = `{
      "images": [{"id": 9007199254740993, "file_name": "a.jpg", "width": 4.0}, {"id": 9007199254740992, "file_name": "b.jpg"}],
      "categories": [{"id": 90071992547409931, "name": "cat"}, {"id": 90071992547409930, "name": "dog"}],
      "annotations": [
        {"id": 1, "image_id": 9007199254740992, "category_id": 90071992547409930, "bbox": [0.5, 1, 0.5, 2]},
        {"id": 2, "image_id": 9007199254740993, "category_id": 90071992547409931, "bbox": [10.0, 20, 5, 9007199254740991]}]}`;
    return withFile("coco.json", text, async (path) => {
      writeFileSync(join(path, "..", "a.jpg"), "");
      const { report, rows } = await runPlan(plan, path);
      assert.equal(report.failures, []);
      const [first = {}, second = {}] = predictions(rows) as Record<string, string>[];
      assert.is(first["image_id"], "9007199254740993");
      assert.is(first["width"], "4.0");
      assert.is(first["boxes"], "[[10.0, 20, 15.0, 9007199254741011]]");
      assert.is(first["classes"], "[90071992547409931]");
      assert.match(first["annotations"] ?? "", "'category': 'cat'");
      assert.is(second["boxes"], "[[0.5, 1, 1.0, 3]]");
      assert.match(second["annotations"] ?? "", "'category': 'dog'");
    });
  });

  test("of a definition reach the call as written", async () => {
    const values = {
      a: "12345678901234567890",
      b: "1.0",
      c: "[1e+30, -0.0, 0.1, 7]",
      d: "{ x: 5.0 }",
      e: ".inf",
      f: ".nan",
    };
    const inputs = Object.entries(values).map(([name, value]) => `          - { name: ${name}, value: ${value} }\n`);
    const text = `models:
  - name: model
    repository: { url: calls }
    runtime:
      load: { entrypoint: "inference:load_only", inputs: [{ name: weights, value: 1 }], output: { name: model } }
      predict:
        entrypoint: inference:spelled
        inputs:
${inputs.join("")}          - { name: g, value: "\${model.runtime.predict.inputs.b} of \${model.runtime.predict.inputs.a}" }
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: predictions }
`;
    const { plan } = compileText({
      "efemarai.yaml": text,
      "calls/inference.py": "def load_only(weights): ...\ndef spelled(datapoints, **values): ...\n",
    });
    assert.ok(plan);
    // As a build writes it, and another process reads it.
    const { report, rows } = await runPlan(JSON.parse(canonicalJsonPretty(plan)), given({}));
    assert.equal(report.failures, []);
    const [said] = predictions(rows);
    assert.equal(said, {
      a: "12345678901234567890",
      b: "1.0",
      c: "[1e+30, -0.0, 0.1, 7]",
      d: "{'x': 5.0}",
      e: "inf",
      f: "nan",
      g: "'1.0 of 12345678901234567890'",
      device: "'cpu'",
    });
  });

  test("with too many digits, and words that are not JSON, are reported as such", async () => {
    const wrong = [
      [`{"x": ${"9".repeat(4001)}}`, "line 1 is not JSON: this number has more than 4000 digits at column 7"],
      ['{"x": NaN}', "line 1 is not JSON: `NaN` is not a JSON value (use a number or `null`) at column 7"],
      [
        '{"x": [-Infinity]}',
        "line 1 is not JSON: `-Infinity` is not a JSON value (use a number or `null`) at column 8",
      ],
      ['{"x": True}', "line 1 is not JSON: `True` is not a JSON value (use `true`) at column 7"],
      ['{"x": None}', "line 1 is not JSON: `None` is not a JSON value (use `null`) at column 7"],
      ['{"x": Nano}', "line 1 is not JSON: expected a value at column 7"],
      ['{"x": 01.0}', "line 1 is not JSON: expected a value at column 7"],
    ] as const;
    for (const [text, message] of wrong) {
      const { value: entry } = await jsonLines(Readable.from([Buffer.from(text)]), "/").next();
      assert.is(entry?.kind === "broken" && entry.error.message, message);
    }
  });

  test("a text is parsed as by JSON.parse, and written with the same numbers", () => {
    const number = fc.oneof(
      fc.constantFrom(...NUMBERS),
      fc.bigInt().map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.integer().map((value) => `${value}.0`),
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom("\0", '"', "\\", "1", ".0", ":", ",") }),
    );
    const { value } = fc.letrec<{ value: string; list: string; map: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        number,
        text.map((each) => JSON.stringify(each)),
        tie("list"),
        tie("map"),
      ),
      list: fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
      map: fc
        .uniqueArray(fc.tuple(text, tie("value")), { maxLength: 4, selector: ([key]) => key })
        .map((entries) => `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${each}`).join(",")}}`),
    }));
    const property = fc.property(value, (json) => {
      const read = parseExactJson(json);
      assert.equal(JSON.parse(exactJson(read)), JSON.parse(json));
      samples.push([json, exactJson(read)]);
    });
    const samples: (readonly [string, string])[] = [];
    fc.assert(property, { numRuns: 1000 });
    // JavaScript moves keys that look like numbers to the front.
    const program =
      "import json,sys\nfor line in sys.stdin:\n  a, b = map(json.loads, json.loads(line))\n  assert a == b and sorted(repr(a)) == sorted(repr(b)), (a, b)";
    execFileSync("python3", ["-c", program], { input: samples.map((each) => JSON.stringify(each)).join("\n") });
  });

  test("a mistake is reported with any numbers around it", () => {
    const damaged = fc
      .tuple(
        fc.constantFrom('{"a":1.0,"b":[1e3]}', '["1.0",1.0,12345678901234567890]'),
        fc.nat(),
        fc.constantFrom(...'[]{},:"\\ex01-. \0'),
      )
      .map(([text, place, mark]) => text.slice(0, place % text.length) + mark + text.slice(place % text.length));
    const works = (read: () => unknown) => {
      try {
        read();
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(damaged, (text) => {
        assert.is(
          works(() => parseExactJson(text)),
          works(() => JSON.parse(text)),
          text,
        );
      }),
      { numRuns: 2000 },
    );
  });
});
