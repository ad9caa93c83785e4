// Variables where this language reads text and the platform replaces them: keys below `value`, and comments.
import * as assert from "uvu/assert";
import { change, compileText, DEFINITION, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";

const INPUT = "value: 640";

describe("variables in keys", (test) => {
  const found = (value: string) =>
    mistakes(compileText(change(DEFINITION, INPUT, `value: ${value}`))).filter((each) =>
      each.startsWith("variable-in-key"),
    );

  test("cause warnings at every depth", () => {
    assert.equal(found('{ "${A}": 1, b-$C: [{ d: { $E: 2 } }] }'), [
      "variable-in-key ${A}",
      "variable-in-key $C",
      "variable-in-key $E",
    ]);
  });

  test("are reported once, even if an alias repeats them", () => {
    assert.equal(found('[&a { "${A}": 1 }, *a]'), ["variable-in-key ${A}"]);
  });

  test("other dollar signs are text", () => {
    assert.equal(found('{ $5: 1, a$: 2, $: 3, $$b: 4, "$${c}": 5, "${model.name}": 6 }'), []);
  });
});

describe("variables in comments", (test) => {
  const found = (text: string, portable = true) =>
    compileText(text, { portable })
      .diagnostics.filter(({ message }) => /in comments/.test(message))
      .map(({ span: { source, start, end } }) => source.text.slice(start, end));

  test("are reported only with `portable`", () => {
    const text = `# ${"${OLD}"} and $BARE, ${"${model.name}"} and ${"${datapoints}"}\n${DEFINITION}  # ${"${OTHER}"}\n`;
    assert.equal(found(text), ["${OLD}", "${OTHER}"]);
    assert.equal(found(text, false), []);
  });

  test("are not reported if the definition also names them", () => {
    assert.equal(found(`# ${"${SIZE}"}\n${change(DEFINITION, INPUT, "value: ${SIZE}")}`), []);
  });

  test("text that looks like a comment is not one", () => {
    assert.equal(found(change(DEFINITION, INPUT, "value: 'a # $${OLD}'")), []);
    assert.equal(found(change(DEFINITION, INPUT, "value: |\n              # $${OLD}\n              x")), []);
    assert.equal(found(change(DEFINITION, INPUT, 'value: { "a # ${OLD}": 1 }')), []);
    assert.equal(found(change(DEFINITION, INPUT, "value: a#${OLD}")), []);
  });
});
