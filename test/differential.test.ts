// Compares how Modelwright and the platform's SDK read the same definitions. This test runs a sample; `npm run
// differential` runs more.
import * as assert from "uvu/assert";
import { memoryHost } from "../src/base/host.ts";
import { compile } from "../src/compile.ts";
import { type EvaluationScope, evaluateBoolean, evaluateCount } from "../src/run/values/values.ts";
import { compileText, findings, mistakes, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { deliberateKinds, differential, report } from "./tools/differential/differential.ts";
import { print, spelled } from "./tools/differential/document.ts";
import { BASES, generate } from "./tools/differential/generate.ts";
import { pythonWithSdk } from "./tools/differential/oracle.ts";
import { FILES, VARIABLES } from "./tools/differential/sandbox.ts";

const COUNT = 120;

describe("the differential", (test) => {
  test("its definitions are correct before they are changed", () => {
    for (const base of BASES) {
      const texts = Object.entries(base).map(
        ([path, value]) => [path, print(spelled(value), { indent: 2, isListIndented: true })] as const,
      );
      const [given] = Object.keys(base);
      const host = memoryHost(new Map([...FILES, ...texts]));
      const { diagnostics } = compile([given ?? ""], host, { portable: true, environment: VARIABLES });
      assert.equal(
        diagnostics.map(({ code }) => code).filter((code) => code !== "remote-code"),
        [],
      );
    }
  });

  test("a seed always generates the same definition", () => {
    for (let seed = 0; seed < 50; seed++) assert.equal(generate(seed), generate(seed));
  });

  test("the grammar lists the deliberate differences", () => {
    assert.ok(deliberateKinds().has("unknown-key"));
    assert.not.ok([...deliberateKinds()].some((kind) => kind.startsWith("silent")));
  });

  test(`no false alarm and no silent difference in ${COUNT} definitions`, async () => {
    const python = pythonWithSdk();
    if (python === undefined) return;
    const result = await differential(python, 20261130, COUNT);
    console.log(report({ ...result, kinds: new Map() }));
    assert.is(result.counts.get("false alarm") ?? 0, 0, report(result));
    assert.is(result.counts.get("silent") ?? 0, 0, report(result));
    assert.ok((result.counts.get("both accept") ?? 0) > COUNT / 5);
  });
});

const scopeOf = (environment: Readonly<Record<string, string>>): EvaluationScope => ({
  environment,
  name: undefined,
  locations: new Map(),
  batched: false,
  inputs: new Map(),
});

describe("settings from the environment", (test) => {
  test("booleans are those of PyYAML and 0 and 1", () => {
    const flag = (text: string) => evaluateBoolean({ env: "V" }, scopeOf({ V: text }));
    for (const text of ["yes", "on", "True", "1", " true ", "tRUE"])
      assert.equal(flag(text), { kind: "value", value: true });
    for (const text of ["no", "OFF", "false", "0"]) assert.equal(flag(text), { kind: "value", value: false });
    for (const text of ["y", "2", "nope"]) assert.is(flag(text).kind, "problem", text);
  });

  test("whole numbers are those of PyYAML", () => {
    const count = (text: string) => evaluateCount({ env: "V" }, scopeOf({ V: text }));
    for (const [text, value] of [
      ["8", 8],
      ["+8", 8],
      ["1_000", 1000],
      ["010", 8],
      ["0x10", 16],
      ["1:30", 90],
      ["08", 8],
    ] as const)
      assert.equal(count(text), { kind: "value", value }, text);
    for (const text of ["0", "-1", "8.0", "eight", "18446744073709551615"])
      assert.is(count(text).kind, "problem", text);
  });
});

const BORROWED = `models:
  - name: \${model.name}
    runtime:
      image: python:3.11-slim
      load:
        entrypoint: inference:get_model
        inputs:
          - name: path
            value: \${model.files.params.url}
        output:
          name: model
      predict:
        entrypoint: inference:predict
        inputs:
          - name: model
            value: \${model.runtime.load.output.model}
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
`;

describe("findings of the differential", (test) => {
  for (const name of ["detector", "${BR}", "det-${BR}"]) {
    test(`the model \`${name}\` lacks a file that its runtime needs`, () => {
      const files = {
        "model.yaml": `models:\n  - name: ${name}\n    files: [{ name: weights, url: https://example.com/p }]\n`,
        "efemarai.yaml": BORROWED,
        "inference.py": PYTHON,
      };
      const compiled = compileText(files);
      assert.ok(mistakes(compiled).some((each) => each.startsWith("undefined-reference")));
      assert.is(compiled.plan, undefined);
    });
  }

  for (const key of ["data_url", "annotations_url"]) {
    test(`\`upload: true\` and an address in ${key}`, () => {
      const other = key === "data_url" ? "annotations_url" : "data_url";
      const text = `datasets:
  - { name: d, format: Custom, stage: test, ${other}: inference.py, ${key}: "s3://b/x", upload: true }
`;
      assert.equal(mistakes(compileText({ "efemarai.yaml": text, "inference.py": PYTHON })), ["invalid-value true"]);
    });
  }

  test("text that YAML 1.2 reads as a number and PyYAML as text", () => {
    const text = `datasets:
  - { name: d, format: Custom, stage: test, data_url: 1e3, upload: false }
`;
    assert.equal(findings(compileText(text)), ["2:55 wrong-type 1e3"]);
    assert.is(compileText(text).diagnostics[0]?.severity, "warning");
  });
});
