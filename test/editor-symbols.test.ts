// Symbols of definitions: their declarations and uses, and the edits and refusals of a rename.
import * as assert from "uvu/assert";
import type { Diagnostic } from "../src/base/diagnostic.ts";
import { memoryHost } from "../src/base/host.ts";
import { textOf } from "../src/base/source.ts";
import { applyEdits } from "../src/check/edits.ts";
import { check } from "../src/compile.ts";
import { declarationsOf, referencesOf } from "../src/editor/definition.ts";
import { errorAfter, refusal, rename } from "../src/editor/rename.ts";
import { symbolTable } from "../src/editor/symbols.ts";
import { describe } from "./describe.ts";

const FILE = "efemarai.yaml";

const DEFINITION = `project: { name: harbors }
models:
  - name: detector
    version: "\${VERSION}"
    description: "\${model.name} of \${VERSION}"
    files:
      - { name: params, url: "https://example.com/p.pt" }
      - name: "labels"
        url: https://example.com/\${VERSION}/l.txt
    runtime:
      image: python:3.11-slim
      load:
        entrypoint: calls:load
        inputs:
          - { name: weights, value: "\${model.files.params.url}" }
          - { name: labels, value: ["\${model.files['labels'].url}", '\${model.files["labels"].url}'] }
        output: { name: network }
      predict:
        entrypoint: calls:predict
        inputs:
          - { name: network, value: "\${model.runtime.load.output.network}" }
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: predictions, keys: [boxes] }
datasets:
  - { name: ships, format: COCO, stage: test, data_url: https://example.com/d, annotations_url: https://example.com/a }
domains:
  - name: weather
    transformations:
      - { name: Choose, operator: ChooseImage, outputs: [{ type: Image, input_to: [{ transformation: Evaluate }] }] }
      - { name: Evaluate, operator: EvaluateSample, inputs: [{ type: Image, output_from: { transformation: Choose } }] }
tests:
  - { name: nightly, model: detector, domain: weather, dataset: ships }
baselines:
  - { name: release, model: detector, dataset: 'ships' }
`;

const PYTHON = "def load(weights, labels):\n    return 1\n\n\ndef predict(network, datapoints):\n    return []\n";

/** The symbols of the definition, and the place of a marked word: the \`n\`th \`word\` after a part of the text. */
function symbolAt(before: string, text = DEFINITION) {
  const host = memoryHost(
    new Map([
      [FILE, text],
      ["calls.py", PYTHON],
    ]),
  );
  const checked = check([FILE], host);
  const table = symbolTable([checked.graph]);
  const offset = text.indexOf(before) + before.length;
  const occurrence = table.at(FILE, offset);
  if (occurrence === undefined) throw new Error(`no symbol after ${before}`);
  return { table, occurrence, checked, host };
}

function renamed(before: string, newName: string): string {
  const { table, occurrence } = symbolAt(before);
  const result = rename(table, occurrence, newName);
  return result.kind === "refused" ? result.why : applyEdits(DEFINITION, result.edits).text;
}

function errorsIn(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.filter(({ severity }) => severity === "error").map(({ code, message }) => `${code}: ${message}`);
}

describe("symbols", (test) => {
  test("the definition has no finding about its names", () => {
    const { checked } = symbolAt("- name: detec");
    assert.equal(errorsIn(checked.diagnostics), []);
  });

  for (const [title, before, old, count] of [
    ["a model with its tests and baselines", "- name: detec", "detector", 3],
    ["a model, asked for at a test", "model: detec", "detector", 3],
    ["a file in a flow map", "- { name: par", "params", 2],
    ["a file in an expression", "model.files.par", "params", 2],
    ["a file in brackets and quotes", 'name: "lab', "labels", 3],
    ["the output of load", "output: { name: net", "network", 2],
    ["a dataset", "- { name: shi", "ships", 3],
    ["a domain", "name: weat", "weather", 2],
    ["a transformation", "- { name: Cho", "Choose", 2],
    ["a transformation, asked for at a link", "transformation: Eval", "Evaluate", 2],
  ] as const) {
    test(`${title}: every place is renamed, and the result has no error`, () => {
      const { table, occurrence } = symbolAt(before);
      const places = table.placesOf(occurrence).filter(({ role }) => role !== "indirect");
      assert.equal(
        places.map(({ span }) => textOf(span).replace(/^\[?["']|["']\]?$/g, "")),
        places.map(() => old),
      );
      assert.is(places.length, count);
      const after = renamed(before, "renamed");
      assert.not.match(after, /renamedrenamed/);
      assert.is(after.split("renamed").length - 1, count, after);
      const host = memoryHost(
        new Map([
          [FILE, after],
          ["calls.py", PYTHON],
        ]),
      );
      const { diagnostics } = check([FILE], host);
      assert.equal(errorsIn(diagnostics), []);
    });
  }

  for (const [title, before, why] of [
    ["an input", "- { name: weig", /Python parameter/],
    ["a variable", 'version: "${VER', /environment variable/],
    ["the expression for the name of the model", 'description: "${model.na', /refers to the model/],
    ["an entry point", "entrypoint: calls:lo", /Python function/],
  ] as const) {
    test(`${title} cannot be renamed`, () => {
      const { occurrence } = symbolAt(before);
      assert.match(refusal(occurrence) ?? "", why);
      assert.match(renamed(before, "renamed"), why);
    });
  }

  test("refuses invalid names", () => {
    assert.match(renamed("- { name: par", "a b"), /not a valid name/);
    assert.match(renamed("- { name: par", ""), /cannot be empty/);
    assert.match(renamed("- { name: shi", "a\nb"), /line breaks/);
    assert.match(renamed("- { name: shi", "${X}"), /cannot contain `\$`/);
    const { table, occurrence, checked, host } = symbolAt("- { name: par");
    const result = rename(table, occurrence, "labels");
    if (result.kind === "refused") throw new Error(result.why);
    assert.match(errorAfter([checked], result.edits, host, {}) ?? "", /labels/);
  });

  test("goes from a use to its declaration, from there to Python, and from Python back", () => {
    const text = (before: string) => {
      const { table, occurrence } = symbolAt(before);
      return declarationsOf(table, occurrence).map((span) => `${span.source.path} ${textOf(span)}`);
    };
    assert.equal(text("model.files.par"), ["efemarai.yaml params"]);
    assert.equal(text("- { name: weig"), ["calls.py weights"]);
    assert.equal(text("entrypoint: calls:lo"), ["calls.py load"]);
    assert.equal(text("dataset: shi"), ["efemarai.yaml ships"]);
    const { table } = symbolAt("- { name: weig");
    const atPython = (offset: number) => {
      const occurrence = table.at("calls.py", offset);
      return occurrence === undefined
        ? []
        : declarationsOf(table, occurrence).map((span) => `${span.source.path} ${textOf(span)}`);
    };
    assert.equal(atPython(PYTHON.indexOf("load") + 1), ["efemarai.yaml load"]);
    assert.equal(atPython(PYTHON.indexOf("labels") + 1), ["efemarai.yaml labels"]);
    assert.equal(atPython(PYTHON.indexOf("return")), []);
  });

  test("finds all uses of a variable, and all uses of the name of a model", () => {
    const uses = (before: string, withDeclaration: boolean) => {
      const { table, occurrence } = symbolAt(before);
      return referencesOf(table, occurrence, withDeclaration).map(textOf);
    };
    assert.equal(uses('version: "${VER', true), ["VERSION", "VERSION", "VERSION"]);
    assert.equal(uses("- name: detec", false), ["${model.name}", "detector", "detector"]);
  });
});
