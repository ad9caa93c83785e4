// How rules are written. Their examples run in rules-readme.test.ts.
import * as assert from "uvu/assert";
import { rules } from "../src/check/rules/index.ts";
import { describe } from "./describe.ts";

describe("examples of the rules", (test) => {
  test("are complete: whole lines, and tabs only where they are the mistake", () => {
    for (const { code, bad, good } of rules) {
      for (const text of [bad, good]) {
        assert.ok(text.endsWith("\n") && !/[^\S\n]\n/.test(text), code);
        assert.ok(code === "tab-indentation" || !text.includes("\t"), code);
      }
    }
  });

  test("are sorted by code, each code once, of words and hyphens", () => {
    const codes = rules.map(({ code }) => code);
    assert.equal(codes, [...new Set(codes)].sort());
    for (const { code, summary, explanation } of rules) {
      assert.match(code, /^[a-z]+(-[a-z]+)*$/);
      assert.match(summary, /^[A-Z].*\.$/);
      assert.match(explanation, /^[A-Z`].*\.$/);
    }
  });
});
