// The source map from decoded scalars to the file: a misspelled name inside an expression is underlined exactly, in
// UTF-16 offsets, in every style of scalar.
import * as assert from "uvu/assert";
import { memoryHost } from "../src/base/host.ts";
import { positionAt } from "../src/base/source.ts";
import { check } from "../src/compile.ts";
import { describe } from "./describe.ts";

/** `${model.files.parms.url}`: the file is named `params`. */
const E = "${model.files.parms.url}";

/** The text after `value:`, including the space. Continuation lines are indented by fourteen or more. */
const SHAPES: Readonly<Record<string, string>> = {
  plain: ` ${E}`,
  "plain with text around": ` before ${E} after`,
  "plain, second expression": ` ${"${model.name}"}/${E}`,
  "plain over two lines": ` before\n              ${E} after`,
  "plain over three lines with an empty one": ` a\n\n              b ${E}`,
  "plain with a tab and spaces before the line break": ` a \t \n              \t ${E}`,
  "plain with a comment after it": ` ${E}   # ${"${model.files.parmx.url}"}`,
  "plain with spaces in the braces": " ${  model . files . parms . url  }",
  "plain in the other spelling": " $<model.files.parms.url>",
  "bare, the whole scalar": " $model.files.parms.url",
  "plain after text outside of the BMP": ` 😀 𝔘 ${E}`,
  "plain after combining marks": ` é日本 ${E}`,
  "single quoted": ` '${E}'`,
  "single quoted with doubled quotes": ` 'it''s ''${E}'''`,
  "single quoted over lines": ` 'a ''b\n\n               ${E}'`,
  "double quoted": ` "${E}"`,
  "double quoted with simple escapes": ` "\\t\\"\\\\ \\/ ${E}"`,
  "double quoted with \\x": ` "\\x41\\xe9${E}"`,
  "double quoted with \\u": ` "\\u00e9\\u65e5 ${E}"`,
  "double quoted with \\U": ` "\\U0001F600 ${E}"`,
  "double quoted with a surrogate pair": ` "😀\\u0041${E}"`,
  "double quoted over lines": ` "a\n              \n\n              b ${E}"`,
  "double quoted with an escaped line break": ` "a \\\n              \\  ${E}"`,
  "double quoted with escapes in the line of the name": ` "\\e\\0\\_ ${E}\\n"`,
  "double quoted, the braces escaped": ` "\\u0024{model.files.parms.url}"`,
  literal: ` |\n              a\n              ${E}\n`,
  "literal, stripped": ` |-\n              ${E}`,
  "literal, kept": ` |+\n              ${E}\n\n`,
  "literal with an indicator": ` |2\n                more ${E}\n`,
  "literal with an indicator and strip": ` |2-\n              x\n                ${E}\n`,
  "literal, strip before the indicator": ` |-2\n              ${E}\n`,
  "literal with empty lines first": ` |\n\n\n              ${E}\n`,
  "literal with a comment in its header": ` | # ${"${model.files.parmx.url}"}\n              ${E}\n`,
  "literal with a tab in its content": ` |\n              \t\t${E}\n`,
  folded: ` >\n              a\n              b ${E}\n`,
  "folded, stripped": ` >-\n              a\n\n              ${E}\n`,
  "folded, kept": ` >+\n              ${E}\n\n`,
  "folded with more indented lines": ` >\n              a\n                b\n                c ${E}\n              d\n`,
  "folded with a tab line": ` >\n              a\n              \tb ${E}\n`,
  "folded with empty lines first": ` >\n\n              a\n              ${E}\n`,
  "with an anchor": ` &anchor ${E}`,
  "with a tag": ` !!str ${E}`,
  "with a tag and an anchor, quoted": ` !!str &anchor "x ${E}"`,
  "in a flow list": ` [1, "${E}", 'b']`,
  "in a flow map": ` {a: {b: "x ${E}"}}`,
  "in a flow list over lines": ` [\n              "a",\n              '${E}',\n              ]`,
  "in a block list": `\n              - a\n              - b: "${E}"`,
  "on the next line": `\n              ${E}`,
  "quoted on the next line": `\n              "${E}"`,
};

function definition(value: string): string {
  return `project:
  name: aircraft

models:
  - name: detector
    files:
      - name: params
        url: https://example.com/params.pt
    runtime:
      load:
        entrypoint: inference:get_model
        inputs:
          - name: path
            value:${value}
        output:
          name: model
      predict:
        entrypoint: inference:predict
        inputs:
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
`;
}

function assertUnderlined(text: string): void {
  const { diagnostics } = check([{ path: "efemarai.yaml", text }], memoryHost(new Map()));
  const found = diagnostics.filter(({ severity }) => severity === "error");
  assert.is(found.length, 1, JSON.stringify(found.map(({ code, message }) => `${code}: ${message}`)));
  const [{ code, span } = { code: "", span: undefined }] = found;
  assert.is(code, "undefined-reference");
  const start = text.indexOf("parms");
  assert.equal([span?.start, span?.end], [start, start + 5]);
  const line = text.slice(0, start).split("\n").length;
  const lineStart = text.lastIndexOf("\n", start) + 1;
  assert.equal(span && positionAt(span.source, span.start), { line, column: start - lineStart + 1, offset: start });
}

describe("a misspelled name is underlined exactly", (test) => {
  for (const [title, value] of Object.entries(SHAPES)) {
    test(title, () => assertUnderlined(definition(value)));
    test(`${title}, with CRLF`, () => assertUnderlined(definition(value).replaceAll("\n", "\r\n")));
    test(`${title}, after a byte order mark`, () => assertUnderlined(`\ufeff${definition(value)}`));
  }

  test("through an alias, where the anchor is", () => {
    const text = definition(" *path").replace("project:", `x-path: &path "é ${E}"\nproject:`);
    assertUnderlined(text);
  });

  test("through a merge key, where it is written", () => {
    const input = `x-input: &input\n  value: |\n    a ${E}\nproject:`;
    const text = definition("").replace("project:", input).replace("            value:\n", "            <<: *input\n");
    assertUnderlined(text);
  });

  test("in a flow map without quotes, next to the finding about the quotes", () => {
    const text = definition("").replace("- name: path\n            value:\n", `- { name: path, value: ${E} }\n`);
    const { diagnostics } = check([{ path: "efemarai.yaml", text }], memoryHost(new Map()));
    assert.equal(
      diagnostics.map(({ code, span }) => [code, text.slice(span.start, span.end)]),
      [
        ["unquoted-expression", E],
        ["undefined-reference", "parms"],
      ],
    );
  });
});
