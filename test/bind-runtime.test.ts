// Which runtime a model uses, across files: its own, else by exact name, else the universal one, else none.
import * as assert from "uvu/assert";
import { positionAt } from "../src/base/source.ts";
import { boundGraph, compileText, type Files, findings, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";

/** A model; `with` it says what it has. */
function model(name: string, ...parts: readonly ("runtime" | "file" | `at ${string}`)[]): string {
  const folder = parts.find((part) => part.startsWith("at "))?.slice(3);
  return `  - name: ${name}
${folder === undefined ? "" : `    repository: { url: "${folder}" }\n`}${parts.includes("file") ? "    files: [{ name: weights, url: https://example.com/w.pt }]\n" : ""}${parts.includes("runtime") ? RUNTIME : ""}`;
}

const RUNTIME = `    runtime:
      load:
        entrypoint: inference:get_model
        output: { name: network }
      predict:
        entrypoint: inference:predict
        inputs: [{ name: model, value: "\${model.runtime.load.output.network}" }, { name: data, value: "\${datapoints}" }]
        output: { name: found }
`;

const NEEDY = RUNTIME.replace(
  "        output: { name: network }\n",
  '        inputs: [{ name: path, value: "${model.files.weights.url}" }]\n        output: { name: network }\n',
);

const file = (...models: readonly string[]) => `models:\n${models.join("")}`;
const UNIVERSAL = "${model.name}";

/** What each model of the given files uses: the kind, and the place of the entry that lends it. */
function runtimes(files: Files, given?: readonly string[]): readonly string[] {
  const { models } = boundGraph(compileText(files, given === undefined ? {} : { given }));
  return models
    .filter(({ isRequested }) => isRequested)
    .map(({ name, runtime }) => {
      if (!("from" in runtime)) return `${name?.text}: ${runtime.kind}`;
      const { line } = positionAt(runtime.definition.source, runtime.from.node.start);
      return `${name?.text}: ${runtime.kind} ${runtime.definition.source.path}:${line}`;
    });
}

/** What there is, and what each model of the first file uses. */
const CASES: Readonly<Record<string, readonly [files: Files, expected: readonly string[]]>> = {
  "its own": [file(model("a", "runtime")), ["a: own"]],
  "its own, in any file": [{ "model.yaml": file(model("a", "runtime")) }, ["a: own"]],
  "its own before everything": [
    {
      "model.yaml": file(model("a", "runtime")),
      "efemarai.yaml": file(model("a", "runtime"), model(UNIVERSAL, "runtime")),
    },
    ["a: own"],
  ],
  "the exact name": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file(model("a", "runtime")) },
    ["a: exact efemarai.yaml:2"],
  ],
  "the exact name in the folder of the code": [
    {
      "model.yaml": file(model("a", "at code")),
      "code/efemarai.yaml": file(model("b", "runtime"), model("a", "runtime")),
      "efemarai.yaml": file(model("a", "runtime")),
    },
    ["a: exact code/efemarai.yaml:11"],
  ],
  "the exact name before the universal one, wherever it stands": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file(model(UNIVERSAL, "runtime"), model("a", "runtime")) },
    ["a: exact efemarai.yaml:11"],
  ],
  "the universal one": [
    {
      "model.yaml": file(model("a"), model("b")),
      "efemarai.yaml": file(model("c", "runtime"), model(UNIVERSAL, "runtime")),
    },
    ["a: universal efemarai.yaml:11", "b: universal efemarai.yaml:11"],
  ],
  "the universal one, in every spelling": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file(model("$model.name", "runtime")) },
    ["a: universal efemarai.yaml:2"],
  ],
  "the universal one in angles": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file(model("$<model.name>", "runtime")) },
    ["a: universal efemarai.yaml:2"],
  ],
  "the universal one of the same file": [
    file(model("a"), model(UNIVERSAL, "runtime")),
    ["a: universal efemarai.yaml:3", "${model.name}: own"],
  ],
  "an exact entry without a runtime is passed over": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file(model("a"), model(UNIVERSAL, "runtime")) },
    ["a: universal efemarai.yaml:3"],
  ],
  "nothing: other names": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file(model("A", "runtime")) },
    ["a: missing"],
  ],
  "nothing: a universal entry without a runtime": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file(model(UNIVERSAL)) },
    ["a: missing"],
  ],
  "nothing: no file": [{ "model.yaml": file(model("a")) }, ["a: missing"]],
  "nothing: a file with another name": [
    { "model.yaml": file(model("a")), "efemarai.yml": file(model("a", "runtime")) },
    ["a: missing"],
  ],
  "nothing: no models": [{ "model.yaml": file(model("a")), "efemarai.yaml": "project: { name: x }\n" }, ["a: missing"]],
  "nothing: only its own entry": [file(model("a")), ["a: missing"]],
  "nothing: lenders do not borrow": [
    {
      "model.yaml": file(model("a", "at b")),
      "b/efemarai.yaml": file(model("a", "at ../c")),
      "c/efemarai.yaml": file(model("a", "runtime")),
    },
    ["a: missing"],
  ],
  "not known: code elsewhere": [
    { "model.yaml": file(model("a", "at https://example.com/a.git")), "efemarai.yaml": file(model("a", "runtime")) },
    ["a: unverified"],
  ],
  "not known: code at a place from the environment": [
    { "model.yaml": file(model("a", "at ${CODE}")), "efemarai.yaml": file(model("a", "runtime")) },
    ["a: unverified"],
  ],
  "known: code at a place named for the model": [
    { "model.yaml": file(model("a", "at code/${model.name}")), "code/a/efemarai.yaml": file(model("a", "runtime")) },
    ["a: exact code/a/efemarai.yaml:2"],
  ],
  "not readable: its own": [file(`${model("a")}    runtime: x\n`), ["a: broken"]],
  "not readable: the lender's": [
    {
      "model.yaml": file(model("a")),
      "efemarai.yaml": file(`${model("a")}    runtime: x\n`, model(UNIVERSAL, "runtime")),
    },
    ["a: broken"],
  ],
  "not readable: one of the lenders": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file("  - 5\n", model("b", "runtime")) },
    ["a: broken"],
  ],
  "not readable: the file": [{ "model.yaml": file(model("a")), "efemarai.yaml": "- x\n" }, ["a: broken"]],
  "an empty one is none": [
    file(`${model("a")}    runtime:\n`, model(UNIVERSAL, "runtime")),
    ["a: universal efemarai.yaml:4", "${model.name}: own"],
  ],
};

describe("the runtime of a model", (test) => {
  for (const [title, [files, expected]] of Object.entries(CASES)) {
    test(title, () => assert.equal(runtimes(files), expected));
  }

  test("is the same whether the lender's file is given or only read", () => {
    const files = { "model.yaml": file(model("a")), "efemarai.yaml": file(model(UNIVERSAL, "runtime")) };
    assert.equal(runtimes(files, ["model.yaml"]), ["a: universal efemarai.yaml:2"]);
    assert.equal(runtimes(files, ["efemarai.yaml", "model.yaml"]), [
      "${model.name}: own",
      "a: universal efemarai.yaml:2",
    ]);
  });

  test("of a file with mistakes is reported there, and nothing follows from it", () => {
    const lender = file(model("a", "runtime"));
    const broken: readonly (readonly [from: string, to: string, expected: string])[] = [
      ["name: a", 'name: "a', 'yaml-syntax "'],
      ["name: a", "nam: a", "unknown-key nam"],
      ["name: a", "", "missing-key runtime"],
      ["models:", "modles:", "unknown-key modles"],
      ["    runtime:\n", "    runtimes:\n", "unknown-key runtimes"],
      [lender, "", "empty-file "],
      [lender, "models: [", "yaml-syntax ["],
      [lender, "models: {}\n", "wrong-type models"],
    ];
    for (const [from, to, expected] of broken) {
      const compilation = compileText({ "model.yaml": file(model("a")), "efemarai.yaml": lender.replace(from, to) });
      const [first = "", ...others] = mistakes(compilation);
      assert.ok(first.startsWith(expected.split(" ")[0] ?? "") && others.length === 0, `${to}: ${[first, ...others]}`);
      assert.is(compilation.diagnostics[0]?.span.source.path, "efemarai.yaml");
    }
  });

  test("is looked for from the folder of the definition", () => {
    const files = {
      "x/model.yaml": file(model("a", "at ../y/./z/..")),
      "y/efemarai.yaml": file(model("a", "runtime")),
    };
    assert.equal(runtimes(files), ["a: exact y/efemarai.yaml:2"]);
  });
});

const needy = (name: string, ...parts: Parameters<typeof model>[1][]) => model(name, ...parts) + NEEDY;

describe("what a borrowed runtime needs", (test) => {
  const lender = file(needy(UNIVERSAL));

  test("each model must have, and both places are shown", () => {
    const files = { "model.yaml": file(model("a"), model("b", "file"), model("c")), "efemarai.yaml": lender };
    const compilation = compileText(files);
    assert.equal(findings(compilation), ["2:11 undefined-reference a", "5:11 undefined-reference c"]);
    for (const { related } of compilation.diagnostics) {
      const [place] = related ?? [];
      assert.is(place?.span.source.path, "efemarai.yaml");
      assert.is(place?.span.start, lender.indexOf("${model.files"));
    }
  });

  test("is said once a name, however often it is read", () => {
    const twice = lender.replace(
      'url}" }]',
      'url}" }, { name: other, value: "${model.files.weights.url} ${model.files.labels.url}" }]',
    );
    const compilation = compileText({ "model.yaml": file(model("a")), "efemarai.yaml": twice });
    assert.equal(mistakes(compilation), ["undefined-reference a", "undefined-reference a"]);
  });

  test("is no mistake of the entry that lends it", () => {
    assert.equal(compileText(lender).diagnostics, []);
    const exact = { "model.yaml": file(model("a", "file")), "efemarai.yaml": file(needy("a")) };
    for (const given of [["model.yaml"], ["efemarai.yaml", "model.yaml"]]) {
      const { diagnostics, plan } = compileText(exact, { given });
      assert.equal(diagnostics, []);
      assert.equal(
        plan?.models.map(({ id, span }) => `${id} ${span.file}`),
        ["a model.yaml"],
      );
    }
    assert.equal(mistakes(compileText(exact, { given: ["efemarai.yaml"] })), ["undefined-reference weights"]);
  });

  test("is not said of a list of files that cannot be read", () => {
    for (const files of [
      "    files: 5\n",
      "    files: [{ name: weights, url: x.pt }, 5]\n",
      "    files: [{ name: [] }]\n",
    ]) {
      const compilation = compileText({ "model.yaml": file(model("a") + files), "efemarai.yaml": lender });
      assert.ok(!mistakes(compilation).some((line) => line.startsWith("undefined-reference")), files);
    }
  });

  test("is checked where it is written, once, however many use it", () => {
    const broken = file(
      model(UNIVERSAL) + NEEDY.replace("weights.url", "weights.uri").replace("get_model", "get-model"),
    );
    const models = file(...["a", "b", "c"].map((name) => model(name, "file")));
    assert.equal(findings(compileText({ "model.yaml": models, "efemarai.yaml": broken })), [
      "5:21 entrypoint-syntax inference:get-model",
      "6:62 undefined-reference uri",
    ]);
  });
});
