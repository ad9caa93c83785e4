// The transformations of a domain: links at both ends, and one path from the beginning to the end.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { boundGraph, compileText, findings, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";
import { processorTime } from "./processor-time.ts";

interface Step {
  readonly name: string;
  readonly operator?: string;
  /** The output that each input comes from: name and index. */
  readonly from?: readonly string[];
  /** The targets of each output. */
  readonly to?: readonly (readonly string[])[];
}

/** Writes a domain in flow style; `fog:1` is the output or input 1 of `fog`. */
function domain(steps: readonly Step[]): string {
  const port = (text: string) => {
    const [name = "", index = "0"] = text.split(":");
    return `{ transformation: ${JSON.stringify(name)}, index: ${index} }`;
  };
  const lines = steps.map(({ name, operator = "Fog", from, to }) => {
    const inputs = from?.map((each) => `{ type: Image, output_from: ${port(each)} }`).join(", ");
    const outputs = to?.map((each) => `{ type: Image, input_to: [${each.map(port).join(", ")}] }`).join(", ");
    const lists = `${inputs === undefined ? "" : `, inputs: [${inputs}]`}${outputs === undefined ? "" : `, outputs: [${outputs}]`}`;
    return `      - { name: ${JSON.stringify(name)}, operator: ${operator}${lists} }\n`;
  });
  return `domains:\n  - name: weather\n    transformations:\n${lines.join("")}`;
}

const check = (steps: readonly Step[], expected: readonly string[]) =>
  assert.equal(mistakes(compileText(domain(steps))), expected);

/** A path through all names in order. */
function chain(names: readonly string[]): readonly Step[] {
  return names.map((name, i): Step => {
    const operator = i === 0 ? "ChooseImage" : i === names.length - 1 ? "EvaluateSample" : "Fog";
    const before = names[i - 1];
    const next = names[i + 1];
    return {
      name,
      operator,
      ...(before === undefined ? {} : { from: [before] }),
      ...(next === undefined ? {} : { to: [[next]] }),
    };
  });
}

describe("the transformations of a domain", (test) => {
  test("are nodes of the dependency graph, with an edge for each link", () => {
    const { graph } = boundGraph(compileText(domain(chain(["image", "fog", "end"]))));
    assert.equal(
      graph.nodes.map(({ id, label }) => `${id} ${label}`),
      ["image", "fog", "end"].map((name) => `d0.0/transformation/${name} transformation ${name}`),
    );
    assert.equal(
      graph.edges.map(({ from, to }) => `${from} -> ${to}`.replaceAll("d0.0/transformation/", "")),
      ["fog -> end", "image -> fog"],
    );
  });

  test("can have any names", () => {
    check(chain(["constructor", "__proto__", "toString", "a/b", "${X}".slice(1), "é 1", '"'].slice(0, 4)), []);
    check(chain(["image", "1", 'a"b', "x\\u2028y"]), []);
  });

  test("can branch and join", () => {
    const steps: readonly Step[] = [
      { name: "image", operator: "ChooseImage", to: [["fog", "rain"]] },
      { name: "mask", operator: "ChooseImage", to: [["fog:1"]] },
      { name: "fog", from: ["image", "mask"], to: [["end"]] },
      { name: "rain", from: ["image"], to: [["end:1"]] },
      { name: "end", operator: "EvaluateSample", from: ["fog", "rain"] },
    ];
    check(steps, []);
    check([...steps].reverse(), []);
  });

  test("can be linked only at the inputs", () => {
    const steps: readonly Step[] = [
      { name: "image", operator: "ChooseImage", to: [[]] },
      { name: "fog", from: ["image"], to: [[]] },
      { name: "end", operator: "EvaluateSample", from: ["fog"] },
    ];
    check(steps, []);
  });

  test("cause one diagnostic per mistake: a wrong name at either end, swapped inputs, a cycle", () => {
    const image: Step = { name: "image", operator: "ChooseImage", to: [["fog", "rain"]] };
    const fog: Step = { name: "fog", from: ["image"], to: [["end"]] };
    const rain: Step = { name: "rain", from: ["image"], to: [["end:1"]] };
    const end: Step = { name: "end", operator: "EvaluateSample", from: ["fog", "rain"] };
    check([image, fog, { ...rain, from: ["fog"] }, end], ['contradicting-link "fog"']);
    check([image, fog, rain, { ...end, from: ["fog", "fog"] }], ['contradicting-link "fog"']);
    check([image, fog, rain, { ...end, from: ["rain", "fog"] }], ['contradicting-link "rain"']);
    check([image, fog, { ...rain, to: [["end"]] }, end], ['contradicting-link "rain"']);
    check([image, fog, { ...rain, to: [["and"]] }, end], ['undefined-transformation "and"']);
    check([image, fog, { ...rain, from: ["rain"] }, end], ['cycle "rain"']);
    check([{ ...image, to: [["fog", "rain", "mist"]] }, fog, rain, end], ['undefined-transformation "mist"']);
  });

  test("are not checked against unreadable parts or values from the environment", () => {
    const text = domain(chain(["image", "fog", "end"]));
    const from = "output_from: { transformation: ";
    for (const [old, other, expected] of [
      ['"fog", index: 0 } } ]', '"${X}", index: 0 } } ]', []],
      ["operator: EvaluateSample", 'operator: "${X}"', []],
      ["operator: EvaluateSample", "operater: EvaluateSample", ["unknown-key operater"]],
      [`${from}"image"`, `output_form: { transformation: "image"`, ["unknown-key output_form"]],
      [`${from}"image"`, `of: { transformation: "image"`, ["unknown-key of"]],
      ['{ name: "image"', "{ nothing: 1", ["unknown-key nothing"]],
    ] as const) {
      const changed = text.replace(old.replaceAll("} } ]", "} }]"), () => other.replaceAll("} } ]", "} }]"));
      assert.is.not(changed, text, old);
      assert.equal(
        mistakes(compileText(changed)).filter((each) => !/ambiguous/.test(each)),
        expected,
        other,
      );
    }
  });

  test("cause one diagnostic if a line is missing", () => {
    const link = (key: string, other: string) =>
      `${key}\n              transformation: ${other}\n              index: 0\n`;
    const from = (other: string) =>
      `        inputs:\n          - type: Image\n${link("            output_from:", other)}`;
    const to = (other: string) =>
      `        outputs:\n          - type: Image\n            input_to:\n              - transformation: ${other}\n                index: 0\n`;
    const text = `domains:
  - name: weather
    transformations:
      - name: image
        operator: ChooseImage
${to("fog")}      - name: fog
        operator: Fog
        axes:
          - name: density
            type: float
            range: [0, 1]
${from("image")}${to("end")}      - name: end
        operator: EvaluateSample
${from("fog")}`;
    assert.equal(mistakes(compileText(text)), []);
    const lines = text.split("\n");
    for (const [i, line] of lines.entries()) {
      if (!/(?:inputs|outputs|type|output_from|operator|transformation|input_to|range):/.test(line)) continue;
      const found = mistakes(compileText([...lines.slice(0, i), ...lines.slice(i + 1)].join("\n")));
      assert.is(found.length, 1, `without line ${i + 1}, ${line.trim()}: ${found.join(", ")}`);
    }
  });

  test("take linear time in thousands", () => {
    const names = Array.from({ length: 1500 }, (_, i) => `t${i}`);
    const steps = chain(names);
    const milliseconds = processorTime(() => {
      check(steps, []);
      const wrong = steps.map((step) => (step.from ? { ...step, from: ["nobody"] } : step));
      assert.is(findings(compileText(domain(wrong))).length, names.length - 1);
      const halves = steps.map(({ to, ...step }) => ({ ...step, to: [[names[0] ?? ""]] }));
      compileText(domain(halves));
      const ring = names.map((name, i): Step => ({ name, from: [names[(i + 1) % names.length] ?? ""], to: [[]] }));
      check(ring, ['cycle "t1"']);
    });
    assert.ok(milliseconds < 20_000, `${milliseconds} ms`);
  });

  test("never crash a check, with any links", () => {
    const name = fc.constantFrom("a", "b", "c", "a:1", "b:2", "x", "__proto__");
    const step = fc.record(
      {
        name: fc.constantFrom("a", "b", "c", "__proto__"),
        operator: fc.constantFrom("Fog", "ChooseImage", "EvaluateSample"),
        from: fc.array(name, { maxLength: 3 }),
        to: fc.array(fc.array(name, { maxLength: 3 }), { maxLength: 3 }),
      },
      { requiredKeys: ["name"] },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), (steps) => {
        const { diagnostics } = compileText(domain(steps));
        const places = diagnostics.map(({ code, span, message }) => `${code} ${span.start} ${message}`);
        assert.is(new Set(places).size, places.length, places.join("\n"));
      }),
      { numRuns: 500 },
    );
  });
});
