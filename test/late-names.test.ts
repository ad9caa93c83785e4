// Names with environment variables: whether two of them may be equal, and which one a reference means.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { constantName, type LateName, lateName, mayBeEqual, spelledText } from "../src/bind/late-name.ts";
import { scalar } from "../src/parse/node.ts";
import type { ScalarNode } from "../src/parse/tree.ts";
import { compileText } from "./definitions.ts";
import { describe } from "./describe.ts";

function node(text: string): ScalarNode {
  return scalar({ path: "efemarai.yaml", text }, 0, text.length, "plain", text, text);
}

function nameOf(text: string): LateName {
  return lateName(node(text)) ?? constantName(text);
}

const EQUAL: readonly (readonly [a: string, b: string, may: boolean])[] = [
  ["det-${A}", "det-$A", true],
  ["det-${A}", "det-$<A>", true],
  ["det-${A}", "det-${B}", true],
  ["${A}", "${B}", true],
  ["${A}", "det", true],
  ["det-${A}", "det-large", true],
  ["det-${A}", "det", false],
  ["det-${A}", "seg-${A}", false],
  ["det-${A}", "det-large-${A}", false],
  ["det-${A}", "det-large-${B}", true],
  ["${A}-x", "${B}-y", false],
  ["${A}-x-${B}", "1-x-2", true],
  ["${A}-x-${B}", "1-y-2", false],
  ["a${A}a", "a", false],
  ["a${A}a", "aa", true],
  ["det-${A:-x}", "det-${A}", true],
];

describe("names with variables", (test) => {
  for (const [a, b, may] of EQUAL) {
    test(`${a} ${may ? "may be" : "is never"} ${b}`, () => {
      assert.is(mayBeEqual(nameOf(a), nameOf(b)), may);
      assert.is(mayBeEqual(nameOf(b), nameOf(a)), may);
    });
  }

  test("are spelled in braces, without escapes", () => {
    const spelled = (text: string) => spelledText(node(text));
    assert.equal(["a-$A", "$<A>", "${A:-x}", "$${A}", "a"].map(spelled), ["a-${A}", "${A}", "${A:-x}", "${A}", "a"]);
  });

  test("may be equal if some values make them equal", () => {
    const piece = fc.constantFrom("a", "b", "-", "${A}", "${B}");
    const written = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(""));
    const value = fc.constantFrom("", "a", "b", "-", "ab", "a-b");
    let met = 0;
    fc.assert(
      fc.property(written, written, value, value, (a, b, first, second) => {
        const become = (text: string) => text.replaceAll("${A}", first).replaceAll("${B}", second);
        if (become(a) !== become(b)) return;
        met += 1;
        assert.ok(mayBeEqual(nameOf(a), nameOf(b)), `${a} ${b}`);
      }),
      { numRuns: 20_000 },
    );
    assert.ok(met > 200, String(met));
  });

  const DEFINITION = `models:
  - name: det-\${CI_SHA}
    files:
      - { name: "w_\${A}", url: "https://example.com/a.pt" }
      - { name: config, url: "https://example.com/b.json" }
    runtime:
      image: reg/$TEAM/det:1
      load:
        entrypoint: \${MODULE}:get_model
        inputs:
          - { name: "\${P}", value: "\${model.files.w_1.url}" }
          - { name: config, value: "\${model.files.config.url}" }
          - { name: again, value: "\${model.runtime.load.inputs.anything} of \${model.name}" }
        output: { name: "\${OUT}" }
      predict:
        entrypoint: inference:predict
        inputs:
          - { name: model, value: "\${model.runtime.load.output.network}" }
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: predictions, keys: [boxes, "\${K}"] }
`;

  test("are values of the plan, and references lead to the name that they may mean", () => {
    const { plan } = compileText(DEFINITION);
    const [model] = plan?.models ?? [];
    assert.equal(model?.name, { template: [{ literal: "det-" }, { env: "CI_SHA" }] });
    assert.is(model?.id, "det_ci_sha");
    const steps = new Map(model?.steps.map((step) => [step.kind, step]));
    const load = steps.get("load");
    const predict = steps.get("predict");
    assert.ok(load?.kind === "load" && predict?.kind === "predict");
    assert.equal(load.entrypoint, { template: [{ env: "MODULE" }, { literal: ":get_model" }] });
    assert.equal(
      load.arguments.map(({ name, value }) => [name, value]),
      [
        [{ env: "P" }, { ref: "det_ci_sha/files/w_${A}", select: "url" }],
        ["config", { ref: "det_ci_sha/files/config", select: "url" }],
        [
          "again",
          {
            template: [{ ref: "det_ci_sha/load", select: "inputs.${P}" }, { literal: " of det-" }, { env: "CI_SHA" }],
          },
        ],
      ],
    );
    assert.equal(load.output.name, { env: "OUT" });
    assert.equal(predict.output.keys, ["boxes", { env: "K" }]);
    assert.equal(predict.arguments[0]?.value, { ref: "det_ci_sha/load", select: "output" });
    const variables = plan?.environment.map(({ name, required }) => `${name} ${required}`);
    const required = ["A", "CI_SHA", "K", "MODULE", "OUT", "P"].map((name) => `${name} true`);
    assert.equal(variables, [...required, "TEAM false"]);
  });

  test("do not make a reference to a constant name uncertain", () => {
    const { diagnostics } = compileText(DEFINITION.replace("model.files.config.url", "model.files.confg.url"));
    assert.ok(diagnostics.some(({ code, message }) => code === "undefined-reference" && message.includes("confg")));
  });

  test("exclude a model from the plan if a reference may mean several", () => {
    const { plan, diagnostics } = compileText(
      DEFINITION.replace("name: config, url", 'name: "w_${B}", url').replace(".config.url", ".w_2.url"),
    );
    assert.not(diagnostics.some(({ severity }) => severity === "error"));
    assert.equal(plan?.models, []);
  });
});
