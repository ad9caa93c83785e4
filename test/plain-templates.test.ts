// Plain templates are read without Chevrotain, with the same result.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { plainTemplate } from "../grammar/plain.ts";
import { readTemplate } from "../grammar/template.ts";
import { describe } from "./describe.ts";

const PLAIN = [
  "${datapoints}",
  "${model.files.params.url}",
  "a ${A} } b${B}${_c1}",
  "reg/$TEAM/det:1",
  "$A:$B${C}$D",
  "5 $, $5.99, $A.b $models",
  "${A:-b c}${A:-}${A:?say: `this`, <please>\nnow}",
  '${model.files["my file"].url}${x[0].y[12]["\\"][\'"\']}',
  `${"${a}".repeat(1000)}`,
  `\${a${".b".repeat(31)}}`,
  `\${a:-${"x".repeat(4089)}}`,
];

const NOT_PLAIN = [
  "$model.name",
  "$$",
  "$$x",
  "$A $$x",
  "$5",
  "$A",
  "a $model b",
  "$modle.files.a",
  "$${a}",
  "$<a>",
  "${}",
  "${ a }",
  "${größe}",
  "${a-b}",
  "${a.0}",
  "${a[]}",
  "${a:-${b}}",
  "${a",
  "${a ${b}}",
  '${a["${b}"]}',
  "${".concat("a}".repeat(2), "${"),
  "${a}".repeat(1001),
  `\${a${".b".repeat(32)}}`,
  `\${a:-${"x".repeat(4091)}}`,
];

const PIECES = [
  "${",
  "}",
  "$",
  "$<",
  ">",
  "a",
  "$A",
  "model",
  "_9",
  "7",
  "é",
  ".",
  "[",
  "]",
  '"',
  "'",
  ":-",
  ":?",
  " ",
  "\n",
  "-",
];

describe("plain templates", (test) => {
  for (const text of PLAIN) {
    test(`plain: ${text.slice(0, 50)}`, () => {
      assert.ok(plainTemplate(text));
      assert.equal(plainTemplate(text), readTemplate(text));
    });
  }

  for (const text of NOT_PLAIN) {
    test(`not plain: ${text.slice(0, 50)}`, () => assert.is(plainTemplate(text), undefined));
  }

  test("any text has the same result in both, or is left to the parser that reports mistakes", () => {
    const piece = fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom("${a}", "${a.b", '["x"]', "[0]}", ":-y}"));
    const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    let plain = 0;
    fc.assert(
      fc.property(texts, (text) => {
        if (!text.includes("$")) return;
        const template = plainTemplate(text);
        if (template === undefined) return;
        plain += 1;
        assert.equal(template, readTemplate(text));
      }),
      { numRuns: 20_000 },
    );
    assert.ok(plain > 500, String(plain));
  });
});
