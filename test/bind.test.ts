// The dependency graph: its nodes and edges, and the meaning of every path in each phase.
import * as assert from "uvu/assert";
import { textOf } from "../src/base/source.ts";
import type { Meaning } from "../src/bind/bound.ts";
import { boundGraph, change, compileText, DEFINITION, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";

const SMALL = `models:
  - name: detector
    repository:
      url: https://example.com/\${TEAM}/detector.git
      branch: main
      access_token: \${TOKEN}
    files:
      - { name: weights, url: "weights/\${model.name}.pt" }
      - { name: labels, url: "https://example.com/labels.json", credentials: "\${TOKEN}" }
    runtime:
      image: python:\${TAG:-3}
      device: \${DEVICE}
      batch: { max_size: "\${BATCH:-4}" }
      load:
        entrypoint: inference:get_model
        inputs:
          - { name: first, value: "\${model.runtime.load.inputs.second}" }
          - { name: second, value: ["\${model.files.weights.url}", { on: "\${model.runtime.device}" }] }
        output: { name: network }
      predict:
        entrypoint: inference:predict
        inputs:
          - { name: network, value: "\${model.runtime.load.output.network}" }
          - { name: data, value: "\${datapoints}" }
          - { name: images, value: "\${datapoint.image}" }
          - { name: first, value: "\${model.runtime.load.inputs.first} of \${model.runtime.predict.inputs.data}" }
        output: { name: found, keys: [boxes, scores] }
`;

const edgesOf = (text: string) =>
  boundGraph(compileText(text)).graph.edges.map(({ from, to }) => `${from} -> ${to}`.replaceAll("m0.0/", ""));

describe("the dependency graph", (test) => {
  test("has a node for everything that is needed or needs something", () => {
    const { graph } = boundGraph(compileText(SMALL));
    const lines = graph.nodes.map(({ id, kind, label, span }) => {
      const declared = span === undefined ? "" : ` at ${textOf(span).split("\n")[0]}`;
      return `${id.replace("m0.0/", "")} (${kind}) ${label}${declared}`;
    });
    assert.equal(lines, [
      "env/BATCH (environment) environment BATCH",
      "env/DEVICE (environment) environment DEVICE",
      "env/TAG (environment) environment TAG",
      "env/TEAM (environment) environment TEAM",
      "env/TOKEN (environment) environment TOKEN",
      "name (name) name at detector",
      "repository (repository) repository at url: https://example.com/${TEAM}/detector.git",
      "file/weights (file) file weights at weights",
      "file/labels (file) file labels at labels",
      "device (device) device at ${DEVICE}",
      "load (load) load at entrypoint: inference:get_model",
      "input/load/first (input) load input first at first",
      "input/load/second (input) load input second at second",
      "output/network (output) load output network at network",
      "datapoints (datapoints) datapoints",
      "predict (predict) predict at entrypoint: inference:predict",
      "input/predict/network (input) predict input network at network",
      "input/predict/data (input) predict input data at data",
      "input/predict/images (input) predict input images at images",
      "input/predict/first (input) predict input first at first",
      "predictions/found (predictions) predictions found at found",
      "key/boxes (key) key boxes",
      "key/scores (key) key scores",
    ]);
  });

  test("has an edge for every dependency, sorted by id", () => {
    assert.equal(edgesOf(SMALL), [
      "env/BATCH -> predict",
      "env/DEVICE -> device",
      "env/TAG -> load",
      "env/TEAM -> repository",
      "env/TOKEN -> file/labels",
      "env/TOKEN -> repository",
      "datapoints -> input/predict/data",
      "datapoints -> input/predict/images",
      "device -> input/load/second",
      "file/weights -> input/load/second",
      "input/load/first -> input/predict/first",
      "input/load/first -> load",
      "input/load/second -> input/load/first",
      "input/load/second -> load",
      "input/predict/data -> input/predict/first",
      "input/predict/data -> predict",
      "input/predict/first -> predict",
      "input/predict/images -> predict",
      "input/predict/network -> predict",
      "load -> output/network",
      "load -> predict",
      "name -> file/weights",
      "output/network -> input/predict/network",
      "predict -> predictions/found",
      "predictions/found -> key/boxes",
      "predictions/found -> key/scores",
      "repository -> load",
      "repository -> predict",
    ]);
  });

  test("has the place of the expression for every edge of an expression, and for no other", () => {
    const { graph } = boundGraph(compileText(SMALL));
    for (const { from, reference } of graph.edges) {
      const isWritten = /^env|datapoints$|device$|\/name$|file|input|output/.test(from);
      const isStructure = reference === undefined;
      assert.ok(isWritten || isStructure, from);
    }
    const needs = graph.needsOf("m0.0/input/predict/first").map(({ id }) => id);
    assert.equal(needs, ["m0.0/input/load/first", "m0.0/input/predict/data"]);
  });

  test("keeps models separate", () => {
    const two = DEFINITION + change(DEFINITION, "models:\n", "").replace("detector", "other");
    const { graph, models } = boundGraph(compileText(two));
    assert.equal(
      models.map(({ key }) => key),
      ["m0.0", "m0.1"],
    );
    for (const { from, to } of graph.edges) assert.is(from.slice(0, 4), to.slice(0, 4));
  });

  test("contains what is readable in a broken definition", () => {
    const broken = change(change(DEFINITION, "name: network", "nam: [network"), "${datapoints}", "${datapoints");
    const edges = edgesOf(broken);
    assert.ok(edges.includes("file/params -> input/load/params_url"), edges.join("\n"));
    for (const text of [
      "",
      "models:",
      "models: []",
      "models: [[]]",
      "- a",
      "models:\n  - name: x\n    runtime: {}\n",
    ]) {
      assert.ok(boundGraph(compileText(text)).graph.cycles.length === 0);
    }
  });
});

/** A path, its place, and its meaning there. */
const MEANINGS: readonly (readonly [path: string, load: string, predict: string, description: string])[] = [
  ["model.name", "model-name", "model-name", "model-name"],
  ["model.files.params.url", "file", "file", "wrong-phase file"],
  ["model.files['params'].url", "file", "file", "wrong-phase file"],
  ["model.files.nope.url", "undefined files", "undefined files", "wrong-phase file"],
  ["model.files.params.nope", "undefined file", "undefined file", "wrong-phase file"],
  ["model.files.params.url.nope", "undefined text", "undefined text", "wrong-phase file"],
  ["model.files.params", "incomplete", "incomplete", "wrong-phase file"],
  ["model.files", "incomplete", "incomplete", "wrong-phase file"],
  ["model", "incomplete", "incomplete", "incomplete"],
  ["model.nope", "undefined model", "undefined model", "undefined model"],
  ["model.name.nope", "undefined text", "undefined text", "undefined text"],
  ["model.runtime", "incomplete", "incomplete", "wrong-phase runtime"],
  ["model.runtime.nope", "undefined runtime", "undefined runtime", "undefined runtime"],
  ["model.runtime.device", "device", "device", "wrong-phase device"],
  ["model.runtime.device.nope", "undefined text", "undefined text", "undefined text"],
  ["model.runtime.load", "incomplete", "incomplete", "wrong-phase load-input"],
  ["model.runtime.load.nope", "undefined load", "undefined load", "undefined load"],
  ["model.runtime.load.inputs.width", "input", "input", "wrong-phase load-input"],
  ["model.runtime.load.inputs.nope", "undefined load-inputs", "undefined load-inputs", "wrong-phase load-input"],
  ["model.runtime.load.inputs.width.nope", "undefined text", "undefined text", "wrong-phase load-input"],
  ["model.runtime.load.output.network", "wrong-phase load-output", "load-output", "wrong-phase load-output"],
  ["model.runtime.load.output.nope", "wrong-phase load-output", "undefined load-output", "wrong-phase load-output"],
  ["model.runtime.load.output", "wrong-phase load-output", "incomplete", "wrong-phase load-output"],
  ["model.runtime.load.output.network.a", "wrong-phase load-output", "undefined handle", "wrong-phase load-output"],
  ["model.runtime.predict", "wrong-phase predict-input", "incomplete", "wrong-phase predict-input"],
  ["model.runtime.predict.nope", "undefined predict", "undefined predict", "undefined predict"],
  ["model.runtime.predict.inputs.model", "wrong-phase predict-input", "input", "wrong-phase predict-input"],
  [
    "model.runtime.predict.inputs.nope",
    "wrong-phase predict-input",
    "undefined predict-inputs",
    "wrong-phase predict-input",
  ],
  [
    "model.runtime.predict.output.predictions",
    "wrong-phase predict-output",
    "wrong-phase predict-output",
    "wrong-phase predict-output",
  ],
  ["datapoints", "wrong-phase datapoints", "datapoints", "wrong-phase datapoints"],
  ["datapoints.first", "undefined datapoints", "undefined datapoints", "undefined datapoints"],
  ["datapoints[0]", "undefined datapoints", "undefined datapoints", "undefined datapoints"],
  ["datapoint", "wrong-phase datapoints", "incomplete", "wrong-phase datapoints"],
  ["datapoint.image", "wrong-phase datapoints", "image", "wrong-phase datapoints"],
  ["datapoint.label", "undefined datapoint", "undefined datapoint", "undefined datapoint"],
  ["datapoint.image.size", "undefined datapoints", "undefined datapoints", "undefined datapoints"],
  ["Datapoints", "undefined root", "undefined root", "undefined root"],
  ["datapionts", "undefined root", "undefined root", "undefined root"],
  ["data_points", "undefined root", "undefined root", "undefined root"],
  ["endpoints", "environment", "environment", "environment"],
  ["waypoints", "environment", "environment", "environment"],
  ["DATAPOINTS", "environment", "environment", "environment"],
  ["HOME", "environment", "environment", "environment"],
  ["models", "environment", "environment", "environment"],
  ["http_proxy", "environment", "environment", "environment"],
  ["HOME.x", "undefined root", "undefined root", "undefined root"],
  ["params.url", "undefined root", "undefined root", "undefined root"],
];

function describeMeaning(meaning: Meaning | undefined): string {
  if (meaning?.kind === "undefined") return `undefined ${meaning.scope}`;
  return meaning?.kind === "wrong-phase" ? `wrong-phase ${meaning.what}` : (meaning?.kind ?? "none");
}

/** The meaning of the only expression in a change. */
function meaningOf(from: string, to: string): string {
  const { models } = boundGraph(compileText(change(DEFINITION, from, to)));
  const found = models[0]?.references.filter(({ path }) => path?.key === "mine" || path?.key === "description");
  return describeMeaning(found?.[0]?.meaning);
}

describe("the meaning of a path", (test) => {
  for (const [path, ...expected] of MEANINGS) {
    test(path, () => {
      const value = `value: { mine: \${${path}} }`.replace(/\$.*\}(?= \})/, (text) => JSON.stringify(text));
      const load = meaningOf("value: 640", value);
      const predict = meaningOf("value: ${datapoints}", value);
      const description = meaningOf("    files:", `    description: \${${path}}\n    files:`);
      assert.equal([load, predict, description], expected);
    });
  }
});

describe("names of properties that all objects have", (test) => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "prototype"]) {
    test(`${name} is undefined unless it is declared`, () => {
      const wrong: readonly (readonly [string, string, string])[] = [
        ["${model.files.params.url}", `\${model.files.${name}.url}`, name],
        ["${model.files.params.url}", `\${model.${name}}`, name],
        ["${model.files.params.url}", `\${model.runtime.${name}}`, name],
        ["${model.files.params.url}", `\${model.files.params.${name}}`, name],
        ["value: 640", `value: \${model.runtime.load.inputs.${name}}`, name],
        ["${model.runtime.load.output.network}", `\${model.runtime.load.output.${name}}`, name],
        ["value: ${datapoints}", `value: \${model.runtime.predict.inputs.${name}}`, name],
      ];
      for (const [from, to, underlined] of wrong) {
        const compilation = compileText(change(DEFINITION, from, to));
        assert.equal(mistakes(compilation), [`undefined-reference ${underlined}`]);
      }
      const compilation = compileText(change(DEFINITION, "models:", `${name}:`));
      assert.equal(mistakes(compilation), [`empty-file ${name}`]);
      assert.equal(mistakes(compileText(change(DEFINITION, "value: 640", `value: *${name}`))), [
        `unknown-anchor *${name}`,
      ]);
    });
  }
});
