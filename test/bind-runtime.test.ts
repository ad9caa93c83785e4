// Which runtime a model uses across files: its own, the one with the same name, the universal one, or none.
import * as assert from "uvu/assert";
import { positionAt } from "../src/base/source.ts";
import { boundGraph, compileText, type Files, findings, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";

/** A model; `with` lists its properties. */
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

/** The runtime of each model in the given files: the kind, and the place of the entry that provides it. */
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

/** The files, and the runtime of each model in the first one. */
const CASES: Readonly<Record<string, readonly [files: Files, expected: readonly string[]]>> = {
  "its own": [file(model("a", "runtime")), ["a: own"]],
  "its own, in any file": [{ "model.yaml": file(model("a", "runtime")) }, ["a: own"]],
  "its own before all others": [
    {
      "model.yaml": file(model("a", "runtime")),
      "efemarai.yaml": file(model("a", "runtime"), model(UNIVERSAL, "runtime")),
    },
    ["a: own"],
  ],
  "the same name": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file(model("a", "runtime")) },
    ["a: exact efemarai.yaml:2"],
  ],
  "the same name in the folder of the code": [
    {
      "model.yaml": file(model("a", "at code")),
      "code/efemarai.yaml": file(model("b", "runtime"), model("a", "runtime")),
      "efemarai.yaml": file(model("a", "runtime")),
    },
    ["a: exact code/efemarai.yaml:11"],
  ],
  "the same name before the universal one, in any order": [
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
  "the universal one in angle brackets": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file(model("$<model.name>", "runtime")) },
    ["a: universal efemarai.yaml:2"],
  ],
  "the universal one in the same file": [
    file(model("a"), model(UNIVERSAL, "runtime")),
    ["a: universal efemarai.yaml:3", "${model.name}: own"],
  ],
  "an entry with the same name but without a runtime is skipped": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file(model("a"), model(UNIVERSAL, "runtime")) },
    ["a: universal efemarai.yaml:3"],
  ],
  "none: other names": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file(model("A", "runtime")) },
    ["a: missing"],
  ],
  "none: a universal model without a runtime": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file(model(UNIVERSAL)) },
    ["a: missing"],
  ],
  "none: no file": [{ "model.yaml": file(model("a")) }, ["a: missing"]],
  "none: a file with another name": [
    { "model.yaml": file(model("a")), "efemarai.yml": file(model("a", "runtime")) },
    ["a: missing"],
  ],
  "none: no models": [{ "model.yaml": file(model("a")), "efemarai.yaml": "project: { name: x }\n" }, ["a: missing"]],
  "none: only its own entry": [file(model("a")), ["a: missing"]],
  "none: the universal model does not use another runtime": [
    {
      "model.yaml": file(model("a", "at b")),
      "b/efemarai.yaml": file(model("a", "at ../c")),
      "c/efemarai.yaml": file(model("a", "runtime")),
    },
    ["a: missing"],
  ],
  "unknown: remote code": [
    { "model.yaml": file(model("a", "at https://example.com/a.git")), "efemarai.yaml": file(model("a", "runtime")) },
    ["a: unverified"],
  ],
  "unknown: the place of the code contains variables": [
    { "model.yaml": file(model("a", "at ${CODE}")), "efemarai.yaml": file(model("a", "runtime")) },
    ["a: unverified"],
  ],
  "known: the place of the code contains the name of the model": [
    { "model.yaml": file(model("a", "at code/${model.name}")), "code/a/efemarai.yaml": file(model("a", "runtime")) },
    ["a: exact code/a/efemarai.yaml:2"],
  ],
  "unreadable: its own": [file(`${model("a")}    runtime: x\n`), ["a: broken"]],
  "unreadable: the runtime of the providing entry": [
    {
      "model.yaml": file(model("a")),
      "efemarai.yaml": file(`${model("a")}    runtime: x\n`, model(UNIVERSAL, "runtime")),
    },
    ["a: broken"],
  ],
  "unreadable: one of the entries": [
    { "model.yaml": file(model("a")), "efemarai.yaml": file("  - 5\n", model("b", "runtime")) },
    ["a: broken"],
  ],
  "unreadable: the file": [{ "model.yaml": file(model("a")), "efemarai.yaml": "- x\n" }, ["a: broken"]],
  "an empty one is not a runtime": [
    file(`${model("a")}    runtime:\n`, model(UNIVERSAL, "runtime")),
    ["a: universal efemarai.yaml:4", "${model.name}: own"],
  ],
};

describe("the runtime of a model", (test) => {
  for (const [title, [files, expected]] of Object.entries(CASES)) {
    test(title, () => assert.equal(runtimes(files), expected));
  }

  test("is the same whether the providing file is checked or only read", () => {
    const files = { "model.yaml": file(model("a")), "efemarai.yaml": file(model(UNIVERSAL, "runtime")) };
    assert.equal(runtimes(files, ["model.yaml"]), ["a: universal efemarai.yaml:2"]);
    assert.equal(runtimes(files, ["efemarai.yaml", "model.yaml"]), [
      "${model.name}: own",
      "a: universal efemarai.yaml:2",
    ]);
  });

  test("in a broken file is reported there, and nothing else is reported", () => {
    const provider = file(model("a", "runtime"));
    const broken: readonly (readonly [from: string, to: string, expected: string])[] = [
      ["name: a", 'name: "a', 'yaml-syntax "'],
      ["name: a", "nam: a", "unknown-key nam"],
      ["name: a", "", "missing-key runtime"],
      ["models:", "modles:", "unknown-key modles"],
      ["    runtime:\n", "    runtimes:\n", "unknown-key runtimes"],
      [provider, "", "empty-file "],
      [provider, "models: [", "yaml-syntax ["],
      [provider, "models: {}\n", "wrong-type models"],
    ];
    for (const [from, to, expected] of broken) {
      const compilation = compileText({ "model.yaml": file(model("a")), "efemarai.yaml": provider.replace(from, to) });
      const [first = "", ...others] = mistakes(compilation);
      assert.ok(first.startsWith(expected.split(" ")[0] ?? "") && others.length === 0, `${to}: ${[first, ...others]}`);
      assert.is(compilation.diagnostics[0]?.span.source.path, "efemarai.yaml");
    }
  });

  test("is looked up from the folder of the definition", () => {
    const files = {
      "x/model.yaml": file(model("a", "at ../y/./z/..")),
      "y/efemarai.yaml": file(model("a", "runtime")),
    };
    assert.equal(runtimes(files), ["a: exact y/efemarai.yaml:2"]);
  });
});

const needy = (name: string, ...parts: Parameters<typeof model>[1][]) => model(name, ...parts) + NEEDY;

describe("a file that an inherited runtime needs", (test) => {
  const provider = file(needy(UNIVERSAL));

  test("must exist in each model, and the finding has both places", () => {
    const files = { "model.yaml": file(model("a"), model("b", "file"), model("c")), "efemarai.yaml": provider };
    const compilation = compileText(files);
    assert.equal(findings(compilation), ["2:11 undefined-reference a", "5:11 undefined-reference c"]);
    for (const { related } of compilation.diagnostics) {
      const [place] = related ?? [];
      assert.is(place?.span.source.path, "efemarai.yaml");
      assert.is(place?.span.start, provider.indexOf("${model.files"));
    }
  });

  test("is reported once per name, however often it is used", () => {
    const twice = provider.replace(
      'url}" }]',
      'url}" }, { name: other, value: "${model.files.weights.url} ${model.files.labels.url}" }]',
    );
    const compilation = compileText({ "model.yaml": file(model("a")), "efemarai.yaml": twice });
    assert.equal(mistakes(compilation), ["undefined-reference a", "undefined-reference a"]);
  });

  test("is not a mistake of the providing entry", () => {
    assert.equal(compileText(provider).diagnostics, []);
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

  test("is not reported if the list of files is unreadable", () => {
    for (const files of [
      "    files: 5\n",
      "    files: [{ name: weights, url: x.pt }, 5]\n",
      "    files: [{ name: [] }]\n",
    ]) {
      const compilation = compileText({ "model.yaml": file(model("a") + files), "efemarai.yaml": provider });
      assert.ok(!mistakes(compilation).some((line) => line.startsWith("undefined-reference")), files);
    }
  });

  test("is checked once where it is written, for any number of models", () => {
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
