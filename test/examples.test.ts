// `modelwright test`: examples of models and their recorded predictions.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { command, definition, writeAll } from "./bundle-project.ts";
import { describe } from "./describe.ts";
import { fixture, golden } from "./golden.ts";
import { temporaryFolder } from "./temporary.ts";

/** Predicts what `answers.json` says. */
const INFERENCE = `import json


def load(scale_path):
    with open(scale_path) as file:
        return json.load(file)


def predict(scale, datapoints):
    return [scale[datapoint["name"]] for datapoint in datapoints]
`;

const FILES: Readonly<Record<string, string>> = {
  "efemarai.yaml": definition("        url: answers.json\n").replace("keys: [value]", "keys: []"),
  "inference.py": INFERENCE,
  "examples/inputs.jsonl": '{"id": "one", "name": "a"}\n',
};

const answer = (value: string) => `{"a": {"value": ${value}}}`;

interface Case {
  readonly title: string;
  readonly recorded: string;
  readonly now: string;
  /** The differences; none if the predictions count as equal. */
  readonly differences: readonly string[];
  readonly args?: readonly string[];
}

const CASES: readonly Case[] = [
  {
    title: "equal values of every kind",
    recorded: '[1, 1.5, "x", null, true, {"k": []}]',
    now: '[1, 1.5, "x", null, true, {"k": []}]',
    differences: [],
  },
  {
    title: "floats within the tolerance",
    recorded: "[0.5, 1000.0, 0.0]",
    now: "[0.5000005, 1000.009, 0.0000009]",
    differences: [],
  },
  {
    title: "a float outside of the tolerance",
    recorded: "[0.5, 1000.0]",
    now: "[0.50001, 1000.02]",
    differences: ["value[0] is 0.50001, expected 0.5", "value[1] is 1000.02, expected 1000"],
  },
  { title: "the option --rtol", recorded: "1000.0", now: "1000.5", args: ["--rtol", "1e-3"], differences: [] },
  { title: "the option --atol", recorded: "0.0", now: "0.01", args: ["--atol", ".1"], differences: [] },
  {
    title: "whole numbers, which must be equal",
    recorded: "100000000",
    now: "100000001",
    differences: ["value is 100000001, expected 100000000"],
  },
  {
    title: "large whole numbers",
    recorded: "9007199254740993",
    now: "9007199254740992",
    differences: ["value is 9007199254740992, expected 9007199254740993"],
  },
  {
    title: "a key that is missing and one that is new",
    recorded: '{"boxes": 1, "odd key": 2}',
    now: '{"boxes": 1, "more": 3}',
    differences: ['value["odd key"] is missing', "value.more is not expected"],
  },
  {
    title: "lists of different lengths",
    recorded: "[1, 2]",
    now: "[1]",
    differences: ["value has 1 item, expected 2"],
  },
  {
    title: "another kind of value",
    recorded: '{"x": [1]}',
    now: '{"x": "1"}',
    differences: ['value.x is "1", expected [1]'],
  },
  {
    title: "many differences",
    recorded: "[1, 2, 3, 4, 5, 6, 7]",
    now: "[0, 0, 0, 0, 0, 0, 0]",
    differences: [1, 2, 3, 4, 5].map((value, i) => `value[${i}] is 0, expected ${value}`).concat("and 2 more"),
  },
];

describe("test", (test) => {
  const cache = join(temporaryFolder(), "cache");
  const folder = writeAll(temporaryFolder(), FILES);
  const write = (value: string) => writeFileSync(join(folder, "answers.json"), answer(value));

  for (const { title, recorded, now, differences, args = [] } of CASES) {
    test(`compares ${title}`, async () => {
      write(recorded);
      const updated = await command(folder, ["test", "--update"], { cache });
      assert.equal(
        [updated.code, updated.out],
        [0, "examples/predictions.jsonl: 1 prediction recorded\n"],
        updated.err,
      );
      write(now);
      const { code, out, err } = await command(folder, ["test", ...args], { cache });
      const verdict = differences.length === 0 ? "as recorded" : "1 differs";
      const lines = differences.map((difference) => `scaler: one: ${difference}\n`);
      assert.equal(out, `${lines.join("")}scaler: 1 example, ${verdict}\n`, err);
      assert.is(code, differences.length === 0 ? 0 : 1);
    });
  }

  test("reports examples that failed, are not recorded, or no longer exist", async () => {
    write("1");
    await command(folder, ["test", "--update"], { cache });
    const before = readFileSync(join(folder, "examples/predictions.jsonl"), "utf8");
    writeFileSync(join(folder, "examples/inputs.jsonl"), '{"id": "two", "name": "a"}\n{"id": "three", "name": "b"}\n');
    const { code, out } = await command(folder, ["test"], { cache });
    const expected = [
      "scaler: two: no prediction is recorded",
      "scaler: three: it failed: KeyError: 'b'",
      "scaler: one: its input no longer exists",
      "scaler: 2 examples, 3 differ",
    ];
    assert.equal([code, out], [1, `${expected.join("\n")}\n`]);
    const updated = await command(folder, ["test", "--update"], { cache });
    assert.is(updated.code, 1);
    assert.match(
      updated.err,
      /scaler: three: KeyError: 'b'\nNothing was written to examples\/predictions\.jsonl, because 1 example failed\.\n$/,
    );
    assert.is(readFileSync(join(folder, "examples/predictions.jsonl"), "utf8"), before);
    writeFileSync(join(folder, "examples/predictions.jsonl"), "[]\n");
    const broken = await command(folder, ["test"], { cache });
    assert.equal(
      [broken.code, broken.err.split("\n").at(-2)],
      [3, "modelwright: line 1 of `examples/predictions.jsonl` is not a row of predictions."],
    );
    rmSync(join(folder, "examples"), { recursive: true });
    const none = await command(folder, ["test"], { cache });
    assert.equal([none.code, (await command(folder, ["test", "--allow-empty"], { cache })).code], [5, 0]);
    assert.match(none.err, /^modelwright: No model has examples\. Put inputs into `examples\/inputs` or/);
    for (const wrong of ["-1", "x", "1e999"])
      assert.is((await command(folder, ["test", `--rtol=${wrong}`], { cache })).code, 2);
    assert.is((await command(folder, ["test", "--model", "other"], { cache })).code, 2);
  });

  test("a model that cannot be loaded is a failed step", async () => {
    const broken = writeAll(temporaryFolder(), { ...FILES, "answers.json": "{" });
    const { code, err } = await command(broken, ["test"], { cache });
    assert.is(code, 6);
    assert.match(err, /^scaler\/load failed: /);
  });

  test("a model has examples of its own in the folder with its id", async () => {
    const text = FILES["efemarai.yaml"] ?? "";
    const other = text.replace("models:\n", "").replace("name: scaler", "name: other");
    const files = {
      ...FILES,
      "answers.json": '{"a": {"value": 1}, "b": {"value": 2}}',
      "efemarai.yaml": text + other,
      "examples/other/inputs.jsonl": '{"id": "own", "name": "b"}\n',
    };
    const both = writeAll(temporaryFolder(), files);
    assert.is((await command(both, ["test", "--update"], { cache })).code, 0);
    const { out } = await command(both, ["test"], { cache });
    assert.is(out, "scaler: 1 example, as recorded\nother: 1 example, as recorded\n");
    assert.match(
      readFileSync(join(both, "examples/other/predictions.jsonl"), "utf8"),
      /"id":"own","model":"other","predictions":\{"value":2\}/,
    );
  });

  test("a definition names the folder, which is then part of its bundle", async () => {
    const own = "    x-modelwright: { examples: ../recorded/own }\n    runtime:";
    const text = `x-modelwright: { examples: ../recorded }\n${FILES["efemarai.yaml"]}`;
    const other = (FILES["efemarai.yaml"] ?? "").replace("models:\n", "").replace("name: scaler", "name: other");
    const project = writeAll(temporaryFolder(), {
      "code/efemarai.yaml": text + other.replace("    runtime:", own),
      "code/inference.py": INFERENCE,
      "code/answers.json": '{"a": {"value": 1}, "b": {"value": 2}}',
      "code/examples/inputs.jsonl": '{"id": "unused", "name": "a"}\n',
      "recorded/inputs.jsonl": '{"id": "one", "name": "a"}\n',
      "recorded/own/inputs.csv": "id,name\ntwo,b\n",
    });
    assert.equal(
      (await command(project, ["test", "code", "--update"], { cache })).out,
      "recorded/predictions.jsonl: 1 prediction recorded\nrecorded/own/predictions.jsonl: 1 prediction recorded\n",
    );
    const { code } = await command(project, ["bundle", "code", "--out", "made.tar"], { cache });
    assert.is(code, 0);
    rmSync(join(project, "recorded"), { recursive: true });
    const verified = await command(project, ["bundle", "verify", "made.tar", "--run"], { cache });
    assert.match(verified.out, /\nscaler: 1 example, as recorded\nother: 1 example, as recorded\n$/, verified.err);

    const missing =
      "the folder `../recorded` of the examples of `scaler` does not exist (`examples` below `x-modelwright`)";
    const tested = await command(project, ["test", "code"], { cache });
    assert.equal([tested.code, tested.err], [3, `modelwright: ${missing.replace("the", "The")}.\n`]);
    const bundled = await command(project, ["bundle", "code", "--out", "made.tar"], { cache });
    assert.is(bundled.code, 6);
    assert.match(bundled.err, missing);
    const checked = await command(project, ["check", "code"], { cache });
    assert.match(checked.out, "The folder `recorded` does not exist.");
  });

  test("the digits demo has three examples, which are part of its bundle", async () => {
    const digits = join(temporaryFolder(), "digits");
    cpSync(fixture("run", "digits"), digits, { recursive: true });
    rmSync(join(digits, "examples/predictions.jsonl"));
    assert.is((await command(digits, ["test", "--update"], { cache })).code, 0);
    golden(
      fixture("run", "digits", "examples/predictions.jsonl"),
      readFileSync(join(digits, "examples/predictions.jsonl"), "utf8"),
    );
    const { out } = await command(digits, ["bundle", "--out", "../digits.tar"], { cache });
    const verified = await command(join(digits, ".."), ["bundle", "verify", "digits.tar", "--run"], {
      cache: `${cache} 2`,
    });
    assert.is(verified.out, `${out.trim()}: 5 layers verified\ndigits: 3 examples, as recorded\n`, verified.err);
    const refused = await command(join(digits, ".."), ["test", "digits.tar", "--update"], { cache });
    assert.is(refused.code, 2);

    const changed = join(digits, "examples/predictions.jsonl");
    writeFileSync(changed, readFileSync(changed, "utf8").replace('"classes":[4,', '"classes":[9,'));
    await command(digits, ["bundle", "--out", "../digits.tar"], { cache });
    const failed = await command(join(digits, ".."), ["bundle", "verify", "digits.tar", "--run"], { cache });
    assert.match(failed.out, /digits: 0002\.png: classes\[0\] is 4, expected 9\ndigits: 3 examples, 1 differs\n$/);
    assert.is(failed.code, 1);
    assert.not.ok(existsSync(join(digits, "examples/inputs/predictions.jsonl")));
  });
});
