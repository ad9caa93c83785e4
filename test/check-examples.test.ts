// What `modelwright explain` shows must be true: each wrong example has exactly its mistake, each right one has none.
import * as assert from "uvu/assert";
import { exampleFiles } from "../src/check/example.ts";
import { rules } from "../src/check/rules/index.ts";
import { compileText, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { about, asking } from "./fixtures.ts";

/** Rules that say nothing about a file named `efemarai.yaml`, or nothing without an environment. */
const FILE: Readonly<Record<string, string>> = { "runtime-ignored": "models.yaml" };
/** What is on disk beside the examples of rules about paths. */
const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "absolute-path": { "/data/params.pt": "", "data/params.pt": "" },
  "outside-root": { "detector/inference.py": PYTHON },
  "path-case": { "code/inference.py": PYTHON },
};
const OPTIONS: Readonly<Record<string, object>> = { "missing-environment": { environment: {} } };

function codesOf(code: string, text: string): readonly string[] {
  const { diagnostics } = compileText(
    { ...exampleFiles(text, FILE[code]), ...FILES[code] },
    { ...OPTIONS[code], ...asking(code) },
  );
  return about(code, diagnostics);
}

describe("examples of the rules", (test) => {
  for (const { code, bad, good } of rules) {
    test(code, () => {
      assert.equal(codesOf(code, bad), [code], "the wrong example");
      assert.equal(codesOf(code, good), [], "the right example");
    });
  }

  test("are written out: whole lines, no tabs but where they are the mistake", () => {
    for (const { code, bad, good } of rules) {
      for (const text of [bad, good]) {
        assert.ok(text.endsWith("\n") && !/[^\S\n]\n/.test(text), code);
        assert.ok(code === "tab-indentation" || !text.includes("\t"), code);
      }
    }
  });

  test("stand in the order of their codes, each code once, in words and hyphens", () => {
    const codes = rules.map(({ code }) => code);
    assert.equal(codes, [...new Set(codes)].sort());
    for (const { code, summary, explanation } of rules) {
      assert.match(code, /^[a-z]+(-[a-z]+)*$/);
      assert.match(summary, /^[A-Z].*\.$/);
      assert.match(explanation, /^[A-Z`].*\.$/);
    }
  });
});
