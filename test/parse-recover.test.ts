// Of several ways to repair broken YAML the cheapest is taken. Each case lies between two ways whose costs are close, so that
// another value of the cost in its name gives another finding. What may be spent on all of them is bounded, too.
import * as assert from "uvu/assert";
import { textOf } from "../src/base/source.ts";
import { parse } from "../src/parse/parse.ts";
import type { Problem } from "../src/parse/problem.ts";
import { describe } from "./describe.ts";

interface Case {
  readonly cost: string;
  readonly text: string;
  /** The code of each mistake, or its kind where it has none, and the text that is underlined. */
  readonly found: readonly (readonly [string, string])[];
}

const CASES: readonly Case[] = [
  {
    cost: "an error that is left costs more than half of what does not fit",
    text: "models: : x\n  - name: SHIP-D7\n          name: predictions\n",
    found: [["BAD_INDENT", ": x"]],
  },
  {
    cost: "an error that is left costs less than two that do not fit",
    text: "models: : x\n            value: ${datapoints}\n        output:\n          name: predictions\n",
    found: [
      ["TEXT_BEFORE_BLOCK", ": x"],
      ["BAD_INDENT", "value: ${datapoints}"],
    ],
  },
  {
    cost: "`error` is more than 2",
    text: "  - name: SHIP-D7\n        inputs:\n        value: large\n    output\n          name: predictions\n",
    found: [["BAD_INDENT", "SHIP-D7"]],
  },
  {
    cost: "`error` is less than 8",
    text: `models
   load:
     inputs:
       - name: weights
         value: small
        output:
          name: model
`,
    found: [
      ["MULTILINE_IMPLICIT_KEY", "models"],
      ["BAD_INDENT", "output:"],
      ["wrong-type", "models"],
    ],
  },
  {
    cost: "`gain` is more than 2",
    text: "models:\n            value: small\n          - name: datapoints\n          name: predictions\n",
    found: [
      ["BAD_INDENT", "- name: datapoints"],
      ["wrong-type", "models"],
    ],
  },
  {
    cost: "`gain` is less than 4",
    text: "models: : x\n  - name: SHIP-D7\n        output:\n          name: predictions\n",
    found: [
      ["TEXT_BEFORE_BLOCK", ": x"],
      ["TEXT_BEFORE_BLOCK", "SHIP-D7"],
    ],
  },
  {
    cost: "`guess` is more than 5",
    text: `models: : x
  - name: YOLOR-P6
      image: pytorch/pytorch:1.9.1-cuda11.1-cudnn8-runtime
      device: gpu
      batch:
        max_size: 8
      load:
        entrypoint: inference:get_model  # inference.py is beside this file
        inputs:
          - name: params_url
            value: \${model.files.params}
          - name: confidence
            value: 0.25
        output:
          name: model
      predict:
        entrypoint: inference:predict
        inputs:
          - name: model
            value: \${model.runtime.load.output.model}
        output
          name: predictions
          keys:
            - boxes
            - classes
            - scores
`,
    found: [
      ["BAD_INDENT", "- name: YOLOR-P6"],
      ["BLOCK_AS_IMPLICIT_KEY", ": x"],
      ["BAD_INDENT", "image: pytorch/pytorch:1.9.1-cuda11.1-cudnn8-runtime"],
      ["BAD_INDENT", "device: gpu"],
      ["BAD_INDENT", "batch:"],
    ],
  },
  {
    cost: "`loss` is more than 0.2, and `column` is less than 0.8",
    text: "  - name: SHIP-D7\n runtime:\n",
    found: [
      ["BAD_INDENT", "runtime:"],
      ["wrong-type", "- name: SHIP-D7"],
    ],
  },
  {
    cost: "`loss` is less than 0.8",
    text: "        output:\n      predict:\n",
    found: [
      ["UNEXPECTED_TOKEN", "predict:"],
      ["unknown-key", "output"],
    ],
  },
  {
    cost: "`line` is more than 0.4",
    text: "\t\tstage: test\n",
    found: [
      ["tab-indentation", "\t\t"],
      ["unknown-key", "stage"],
      ["no-section", "stage"],
    ],
  },
  {
    cost: "`line` is less than 1.6",
    text: "project\n\tname: aircraft\n",
    found: [["MULTILINE_IMPLICIT_KEY", "project"]],
  },
  {
    cost: "`column` is more than 0.2",
    text: "        inputs:\n     output:\n",
    found: [
      ["UNEXPECTED_TOKEN", "output:"],
      ["unknown-key", "inputs"],
    ],
  },
  {
    cost: "an error that was moved up in the text counts more than once",
    text: `models:
  - name: YOLOR-P6
    files:
     - name: params : x
       url: https://models.example.com/yolor_p6.pt : x
   runtime:
`,
    found: [
      ["BLOCK_AS_IMPLICIT_KEY", "params : x"],
      ["BLOCK_AS_IMPLICIT_KEY", "https://models.example.com/yolor_p6.pt : x"],
      ["BAD_INDENT", "runtime:"],
    ],
  },
];

describe("the cheapest repair", (test) => {
  for (const { cost, text, found } of CASES) test(cost, () => assert.equal(mistakesIn(text), found));

  test("at most 40 mistakes are repaired", () => {
    const text = Array.from({ length: 60 }, (_, i) => `x-${i}: a : b\n`).join("");
    assert.is(mistakesIn(text).filter(([code]) => code === "BLOCK_AS_IMPLICIT_KEY").length, 40);
  });

  test("a text with more mistakes than can be compared is read up to the same place each time", () => {
    const models = Array.from({ length: 60 }, (_, i) => `  - name: m${i}\n    description: a : b\n`);
    const codes = mistakesIn(`models:\n${models.join("")}`).map(([code]) => code);
    assert.is(codes.filter((code) => code === "BLOCK_AS_IMPLICIT_KEY").length, 17);
    assert.ok(codes.includes("too-large"));
  });
});

function mistakesIn(text: string): readonly (readonly [string, string])[] {
  return parse({ path: "efemarai.yaml", text }).problems.map((problem) => [codeOf(problem), underlined(problem)]);
}

function codeOf(problem: Problem): string {
  return problem.kind === "yaml-syntax" ? problem.code : problem.kind;
}

function underlined(problem: Problem): string {
  return "span" in problem ? textOf(problem.span) : "";
}
