// Comments that suppress findings: what they apply to, what they do not apply to, and what is reported about them.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { renderSarif } from "../src/cli/render/sarif.ts";
import { change, compileText, DEFINITION, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";
import { processorTime } from "./processor-time.ts";

const WHY = ": our dashboard reads it";

/** Checks a definition. Returns the remaining findings, and the suppressed ones after `|`. */
function check(text: string, expected: readonly string[], suppressed: readonly string[]): void {
  const result = compileText(text);
  assert.equal(mistakes(result), expected);
  assert.equal(mistakes({ diagnostics: result.suppressed }), suppressed);
}

const PROJECT = "project:\n  name: x\n  colour: blue\n  private: maybe\n";
const [KEY, TYPE] = ["unknown-key colour", "wrong-type maybe"];

describe("a suppression applies to", (test) => {
  const line = (comment: string) => change(PROJECT, "colour: blue", `colour: blue ${comment}`);
  const above = (comment: string) => change(PROJECT, "  colour", `  ${comment}\n  colour`);

  test("the line that it follows", () => check(line(`# modelwright-ignore unknown-key${WHY}`), [TYPE], [KEY]));
  test("the next line", () => check(above(`# modelwright-ignore unknown-key${WHY}`), [TYPE], [KEY]));
  test("the next line that is not blank", () =>
    check(above(`# modelwright-ignore unknown-key${WHY}\n\n  # more\n`), [TYPE], [KEY]));
  test("the next line, with any indentation", () =>
    check(above(`\n# modelwright-ignore unknown-key${WHY}`), [TYPE], [KEY]));
  test("several codes", () => {
    const text = `project: { colour: blue, private: maybe, name: x } # modelwright-ignore wrong-type ,unknown-key ${WHY}\n`;
    check(text, [], [KEY, TYPE]);
  });
  test("the whole file, at its top", () => {
    const top = `# A file.\n\n# modelwright-ignore-file unknown-key${WHY}\n# modelwright-ignore-file wrong-type${WHY}\n---\n`;
    check(top + PROJECT, [], [KEY, TYPE]);
    check(`\ufeff${(top + PROJECT).replaceAll("\n", "\r\n")}`, [], [KEY, TYPE]);
  });
  test("only the codes that it names", () => {
    const errors = compileText(line(`# modelwright-ignore unknown-code${WHY}`)).diagnostics.map(({ code }) => code);
    assert.equal(errors.sort(), ["unknown-code", "unknown-key", "wrong-type"]);
  });
  test("no line after the next one", () => {
    check(`# modelwright-ignore unknown-key${WHY}\n${PROJECT}`, ["unused-suppression unknown-key", KEY, TYPE], []);
  });

  const value = "value: ${model.files.params.url}";
  const NAME = "undefined-reference parms";
  for (const [title, written] of [
    ["literal", "value: |\n              a\n              # b\n              ${model.files.parms.url}"],
    ["folded", "value: >-\n              a\n\n              ${model.files.parms.url}"],
    ["in quotes", 'value: "a\n              ${model.files.parms.url}"'],
    ["plain", "value: a\n              ${model.files.parms.url}"],
  ] as const) {
    test(`a scalar over several lines, ${title}`, () => {
      const comment = "# modelwright-ignore undefined-reference: made by the build";
      check(change(DEFINITION, value, written), [NAME], []);
      check(change(DEFINITION, value, `# x\n            ${comment}\n            ${written}`), [], [NAME]);
    });
  }
  test("a block scalar, in its first line", () => {
    const comment = "# modelwright-ignore undefined-reference: made by the build";
    check(change(DEFINITION, value, `value: | ${comment}\n              \${model.files.parms.url}`), [], [NAME]);
  });
  test("a text over several lines, after its last line", () => {
    const comment = "# modelwright-ignore undefined-reference: made by the build";
    check(change(DEFINITION, value, `value: "\${model.files.parms.url}\n              b" ${comment}`), [], [NAME]);
  });
  test("nothing, inside of a text", () => {
    const comment = "# modelwright-ignore undefined-reference: made by the build";
    check(
      change(DEFINITION, value, `value: |\n              ${comment}\n              \${model.files.parms.url}`),
      [NAME],
      [],
    );
    check(change(DEFINITION, value, `value: "\${model.files.parms.url} ${comment}"`), [NAME], []);
  });
  test("text that is not YAML, as far as it is readable", () => {
    const wrong = 'project:\n  colour: blue\n  name: "x\n';
    check(wrong, [KEY, 'yaml-syntax "'], []);
    check(`# modelwright-ignore-file yaml-syntax, unknown-key${WHY}\n${wrong}`, [], [KEY, 'yaml-syntax "']);
    check(wrong.replace("  name", `  # modelwright-ignore yaml-syntax${WHY}\n  name`), [KEY], ['yaml-syntax "']);
  });
});

describe("an unused suppression is reported", (test) => {
  const unused = `# modelwright-ignore unknown-key${WHY}\n`;
  test("if the line is correct", () => check(`${unused}project:\n  name: x\n`, ["unused-suppression unknown-key"], []));
  test("next to other errors too", () =>
    check(`${unused}project:\n  name: x\n  private: maybe\n`, ["unused-suppression unknown-key", TYPE], []));
  test("not for a warning next to errors, which may hide it", () => {
    const text = change(
      DEFINITION,
      "      - name: params\n",
      `      - name: params # modelwright-ignore unused-file${WHY}\n`,
    );
    check(text, ["unused-suppression unused-file"], []);
    check(change(text, "files.params", "files.parms"), ["undefined-reference parms"], []);
  });
  test("in the code of a model only if the code is there", () => {
    const first = `# modelwright-ignore-file missing-function${WHY}\n${DEFINITION}`;
    check(first, ["unused-suppression missing-function"], []);
    const remote = "    repository: { url: https://example.com/code.git, branch: main }\n    files:";
    check(change(first, "    files:", remote), ["remote-code https://example.com/code.git"], []);
    const other = first.replace("missing-function", "unknown-key");
    check(
      change(other, "    files:", remote),
      ["unused-suppression unknown-key", "remote-code https://example.com/code.git"],
      [],
    );
  });
  test("not for what depends on this machine, or was not checked", () => {
    const text = (code: string) => `# modelwright-ignore-file ${code}${WHY}\nproject:\n  name: x\n`;
    check(text("missing-environment"), [], []);
    check(text("missing-file"), [], []);
  });
  test("not in a file that was only read", () => {
    const files = {
      "model.yaml": "models:\n  - name: detector\n    files: [{ name: params, url: https://example.com/x }]\n",
      "efemarai.yaml": unused + DEFINITION,
    };
    assert.equal(
      compileText(files).diagnostics.map(({ code }) => code),
      [],
    );
  });
});

describe("a suppressed error", (test) => {
  const text = change(
    DEFINITION,
    "value: 640",
    "value: ${nothing.here} # modelwright-ignore undefined-reference: later",
  );
  test("still prevents a plan", () => {
    const { diagnostics, suppressed, plan } = compileText(text);
    assert.equal([diagnostics.length, suppressed.length, plan], [0, 1, undefined]);
  });
  test("does not prevent a plan if it is only a warning", () => {
    const unusedFile = change(
      DEFINITION,
      "      - name: params\n",
      "      - name: params\n        url: x\n      - name: more # modelwright-ignore unused-file: for later\n",
    ).replace("url: x\n", "url: https://example.com/y\n");
    const { diagnostics, suppressed, plan } = compileText(unusedFile);
    assert.equal(mistakes({ diagnostics: suppressed }), ["unused-file more"]);
    assert.equal(mistakes({ diagnostics }), []);
    assert.ok(plan);
  });
  test("is in SARIF with its reason", () => {
    const { results } = JSON.parse(renderSarif(compileText(text))).runs[0];
    assert.equal(
      results.map(({ suppressions }: { suppressions: unknown }) => suppressions),
      [[{ kind: "inSource", justification: "later" }]],
    );
  });
});

describe("any content of a comment", (test) => {
  const words = fc.constantFrom(
    ..."# modelwright-ignore|# modelwright-ignore-file|#| |:|,|unknown-key|wrong-type|x|\n|\n  |\"|'|[|a: |- |>\n|$".split(
      "|",
    ),
  );
  test("is checked", () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 25 }), (parts) => {
        const { diagnostics, suppressed } = compileText(PROJECT + parts.join(""));
        for (const { span, code } of [...diagnostics, ...suppressed]) {
          assert.ok(span.start >= 0 && span.start <= span.end && span.end <= span.source.text.length, code);
        }
      }),
      {
        numRuns: Number(process.env["FUZZ_RUNS"] ?? 500),
        // A key without a name, whose value begins on the next line and is not closed.
        examples: [[[":", "\n  ", "'", " ", "# modelwright-ignore", "'", "# modelwright-ignore"]]],
      },
    );
  });

  test("is checked quickly in thousands", () => {
    const many = "  # modelwright-ignore unknown-key: x\n".repeat(5_000);
    const each = Array.from({ length: 5_000 }, (_, i) => `  k${i}: 1 # modelwright-ignore unknown-key: x\n`).join("");
    const milliseconds = processorTime(() => {
      const { suppressed } = compileText(`project:\n  name: x\n${many}${each}`);
      assert.is(suppressed.length, 5_000);
    });
    assert.ok(milliseconds < 20_000, `${milliseconds} ms`);
  });
});
