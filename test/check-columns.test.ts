// Each block of a definition, indented one step too much or too little: one finding, about its key.
import * as assert from "uvu/assert";
import { positionAt, textOf } from "../src/base/source.ts";
import { change, compileText, DEFINITION } from "./definitions.ts";
import { describe } from "./describe.ts";

const TEXT = `${change(DEFINITION, "    files:", "    repository:\n      url: .\n    files:")}datasets:
  - name: cameras
    format: COCO
    stage: test
    data_url: s3://harbour/test/images
domains:
  - name: weather
    transformations:
      - name: image
        operator: ChooseImage
        outputs:
          - type: Image
            input_to:
              - transformation: evaluate
                index: 0
        position: { x: 0, "y": 0 }
      - name: evaluate
        operator: EvaluateSample
        inputs:
          - type: Image
            output_from: { transformation: image, index: 0 }
tests:
  - name: nightly
    model: detector
    domain: weather
    dataset: cameras
`;

const indentOf = (line: string) => line.search(/\S|$/);

/** The block that begins on a line: the line and everything below it. */
function blockAt(lines: readonly string[], first: number): number {
  let end = first + 1;
  while (indentOf(lines[end] ?? "") > indentOf(lines[first] ?? "")) end++;
  return end;
}

function* shifted(by: number): Generator<{ readonly line: number; readonly key: string; readonly text: string }> {
  const lines = TEXT.split("\n");
  for (const [first, line] of lines.entries()) {
    if (first === 0 || line === "" || /^ *- /.test(line) || indentOf(line) + by < 0) continue;
    const end = blockAt(lines, first);
    const moved = lines.map((each, i) => {
      if (i < first || i >= end) return each;
      return by < 0 ? each.slice(-by) : " ".repeat(by) + each;
    });
    yield { line: first + 1, key: /[\w-]+/.exec(line)?.[0] ?? "", text: moved.join("\n") };
  }
}

describe("a block in the wrong column", (test) => {
  test("has no finding in the right column", () => assert.equal(compileText(TEXT).diagnostics, []));

  for (const by of [2, -2]) {
    test(`${Math.abs(by)} spaces ${by < 0 ? "less" : "more"}: one finding`, () => {
      const others: string[] = [];
      for (const { line, key, text } of shifted(by)) {
        const said = compileText(text).diagnostics.map(({ code, span }) => {
          return `${positionAt(span.source, span.start).line} ${code} ${textOf(span).split("\n")[0]}`;
        });
        // The only line of a block can have any indentation. `parse-any.test.ts` tests texts that are not YAML.
        const isHarmless = said.some((each) => each.includes("yaml-syntax")) || (said.length === 0 && by > 0);
        if (said.length !== 1 && !isHarmless) others.push(`line ${line}, ${key}: ${said.join("; ")}`);
      }
      assert.is(others.join("\n"), "");
    });
  }

  test("has a finding that says where the key belongs", () => {
    const text = change(
      TEXT,
      "    files:\n      - name: params\n        url:",
      "      files:\n        - name: params\n          url:",
    );
    const [only] = compileText(text).diagnostics;
    assert.is(only?.message, "`files` is not a key of `repository`; it belongs to the item of `models`.");
  });

  test("an unknown word at the top level is only a hint", () => {
    const found = compileText(`${DEFINITION}version: 2\n`).diagnostics.map(
      ({ code, severity }) => `${severity} ${code}`,
    );
    assert.equal(found, ["hint unknown-key"]);
  });
});
