// One mutation, one finding: one thing in an accepted definition is broken, and exactly that is reported.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { compile } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import { change, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";
import { definitionOf } from "./fixtures.ts";
import { fixture } from "./golden.ts";

/** The original text, its replacement, and the code with the underlined characters. */
type Mutation = readonly [from: string, to: string, ...expected: string[]];

const LOCAL: readonly Mutation[] = [
  ["models:", "modles:", "unknown-key modles"],
  ["models:", "model:", "singular-key model"],
  ["name: SHIP-D7", "nam: SHIP-D7", "unknown-key nam"],
  ["- name: SHIP-D7", "- version: 1", "missing-key version"],
  ["- name: SHIP-D7", "- name:", "missing-key name"],
  ["SHIP-D7", '""', 'invalid-name ""'],
  ["SHIP-D7", "[SHIP, D7]", "wrong-type name"],
  ["SHIP-D7", "7", "wrong-type 7"],
  ["SHIP-D7", "SHIP-${SIZE_TOKEN}", "published-secret ${SIZE_TOKEN}"],
  ["SHIP-D7", "'SHIP-D7", "yaml-syntax '"],
  ["- name: weights\n", "- name: 'weights '\n", "invalid-name 'weights '"],
  ["- name: weights\n", "- naem: weights\n", "unknown-key naem"],
  ["name: weights\n", "name: wieghts\n", "undefined-reference weights"],
  ["results/d7.json", "results/d8.json", "missing-file results/d8.json"],
  ["results/d7.json", "${", "expression-syntax ${"],
  ["results/d7.json", "{ path: results/d7.json }", "wrong-type url"],
  ["upload: True", "upload: yes", "wrong-type yes"],
  ["upload: True", "upload: 1", "wrong-type 1"],
  ["upload: True", "uplaod: True", "unknown-key uplaod"],
  ["runtime:", "runtimes:", "unknown-key runtimes"],
  ["image:", "images:", "unknown-key images"],
  ["pytorch/pytorch:2.1.0-cuda12.1-cudnn8-runtime", "[pytorch]", "wrong-type image"],
  ["pytorch/pytorch:2.1.0", "pytorch/pytorch: 2.1.0", "yaml-syntax pytorch/pytorch: 2.1.0-cuda12.1-cudnn8-runtime"],
  ["pytorch/pytorch:2.1.0", "pytorch/${datapoints}:2.1.0", "wrong-phase datapoints"],
  ["inference:get_model", "inference:get_model:now", "entrypoint-syntax inference:get_model:now"],
  ["inference:get_model", "inference/get_model", "entrypoint-syntax inference/get_model"],
  ["inference:get_model", "inference: get_model", "entrypoint-syntax inference: get_model"],
  ["inference:get_model", ":get_model", "entrypoint-syntax :get_model"],
  ["inference:get_model", "${MODULE_TOKEN}:get_model", "published-secret ${MODULE_TOKEN}"],
  ["inference:get_model", "inferense:get_model", "missing-module inferense"],
  ["inference:get_model", "inference:get_modle", "missing-function get_modle"],
  ["inference:predict", "inference.code:predict", "missing-module code"],
  ["- name: weights_url", "- name: weight_url", "unknown-argument weight_url"],
  ["- name: weights_url", "- name: x", "unknown-argument x"],
  ["- name: datapoints", "- name: data", "unknown-argument data"],
  ["- name: weights_url", "- name: weights url", "invalid-name weights url"],
  ["- name: weights_url", "- name: None", "invalid-name None"],
  ["- name: weights_url", "- nmae: weights_url", "unknown-key nmae"],
  ["${model.files.weights.url}", "${model.files.weigths.url}", "undefined-reference weigths"],
  ["${model.files.weights.url}", "${model.file.weights.url}", "undefined-reference file"],
  ["${model.files.weights.url}", "${models.files.weights.url}", "undefined-reference models"],
  ["${model.files.weights.url}", "${model.files.weights.uri}", "undefined-reference uri"],
  ["${model.files.weights.url}", "${model.files.weights}", "undefined-reference model.files.weights"],
  ["${model.files.weights.url}", "${model.files.weights.url.name}", "undefined-reference name"],
  ["${model.files.weights.url}", "${model.files.weights.url", "expression-syntax ${model.files.weights.url"],
  ["${model.files.weights.url}", "${model..weights.url}", "expression-syntax ."],
  ["${model.files.weights.url}", "$<model.files.wieghts.url>", "undefined-reference wieghts"],
  ["${model.files.weights.url}", "$model.files.weights.url", "bare-expression $model.files.weights.url"],
  ["${model.files.weights.url}", "${model.files.weights.url:-x}", "expression-syntax :-x"],
  ["${model.files.weights.url}", "${model.runtime.load.inputs.weights}", "undefined-reference weights"],
  ["${model.files.weights.url}", "${model.runtime.load.inputs.weights_url}", CYCLE("load.inputs.weights_url")],
  ["${model.files.weights.url}", "${model.runtime.load.output.model}", "wrong-phase model.runtime.load.output.model"],
  ["${model.files.weights.url}", "${datapoints}", "wrong-phase datapoints"],
  ["${model.files.weights.url}", "*weights", "unknown-anchor *weights"],
  ["${model.files.weights.url}", "[ ${model.files.weights.url} ]", "unquoted-expression ${model.files.weights.url}"],
  ["${model.files.weights.url}", "{ a: 1, a: 2 }", "duplicate-key a"],
  ["${model.files.weights.url}", ".nan", "unused-file weights"],
  ["output:\n          name: model", "outputs:\n          name: model", "unknown-key outputs"],
  ["name: model\n      predict", "name: network\n      predict", "undefined-reference model"],
  [
    "${model.runtime.load.output.model}",
    "${model.runtime.load.output}",
    "undefined-reference model.runtime.load.output",
  ],
  ["${model.runtime.load.output.model}", "${model.runtime.load.outputs.model}", "undefined-reference outputs"],
  ["${model.runtime.load.output.model}", "a ${model.runtime.load.output.model}", OPAQUE("load.output.model")],
  ["${model.runtime.load.output.model}", "${model.runtime.predict.inputs.mode}", "undefined-reference mode"],
  ["value: ${datapoints}", "value: ${datapoint}", "undefined-reference datapoint"],
  ["value: ${datapoints}", "value: ${Datapoints}", "undefined-reference Datapoints"],
  ["value: ${datapoints}", "value: ${datapoints.first}", "undefined-reference first"],
  ["value: ${datapoints}", "values: ${datapoints}", "unknown-key values"],
  ["value: ${datapoints}", "value: batch ${datapoints}", "opaque-in-text ${datapoints}"],
  ["            value: ${datapoints}\n", "", "missing-key name"],
  ["- name: datapoints", "- name: model", "duplicate-name model"],
  ["name: predictions", "name: the predictions", "invalid-name the predictions"],
  ["keys:\n", "key:\n", "unknown-key key"],
  ["- scores", "- boxes", "duplicate-name boxes"],
  ["- scores", "- { name: scores }", "wrong-type { name: scores }"],
  ["- scores", "- 1", "wrong-type 1"],
];

const WHOLE: readonly Mutation[] = [
  ["problem_type: ObjectDetection", "problem_type: Detection", "invalid-value Detection"],
  ["private: true", "private: ${PRIVATE:-perhaps}", "wrong-type perhaps"],
  ["description: Ships in harbour cameras", "description: ${model.name}", "wrong-phase model"],
  ["format: COCO", "format: Coco", "invalid-value Coco"],
  ["stage: test", "stage: testing", "invalid-value testing"],
  ["num_datapoints: 500", "num_datapoints: 0", "invalid-value 0"],
  ["num_datapoints: 500", "num_datapoints: some", "wrong-type some"],
  ["- name: training", "- name: cameras", "duplicate-name cameras"],
  ["- name: fog", "- name: image", "duplicate-name image"],
  ["range: [ 0, 0.8 ]", "rang: [ 0, 0.8 ]", "unknown-key rang"],
  ["        operator: Fog\n", "", "missing-key name"],
  ["    domain: weather\n", "", "missing-key name"],
  ["tests:", "test:", "singular-key test"],
  ["baselines:", "baseline:", "singular-key baseline"],
  ["domains:", "domain:", "singular-key domain"],
  ["x-owner", "owner", "unknown-key owner"],
  ["url: .\n", "url: weights.json\n", "missing-file weights.json"],
  ["url: .\n", "url: .\n      brnch: main\n", "unknown-key brnch"],
  ["device: cpu", "device: CPU", "invalid-value CPU"],
  ["device: cpu", "device: ${model.runtime.device}", "cycle ${model.runtime.device}"],
  ["max_size: 4", "max_size: four", "wrong-type four"],
  ["max_size: 4", "max_size: -4", "invalid-value -4"],
  ["max_size: 4", "max_size: ${BATCH}x", "wrong-type ${BATCH}x"],
  ["image_size: [ 640, 480 ]", "image_size: 640", "wrong-type 640"],
  ["inputs: []\n        outputs", "inputs: {}\n        outputs", "wrong-type inputs"],
  ["x-owner: vision team\n", "x-owner: &a [*a]\n", "recursive-alias *a"],
  ["graph: { zoom: 1 }", "graph: { zoom: 1", "yaml-syntax {"],
];

function CYCLE(path: string): string {
  return `cycle \${model.runtime.${path}}`;
}

function OPAQUE(path: string): string {
  return `opaque-in-text \${model.runtime.${path}}`;
}

describe("one mutation, one finding", (test) => {
  for (const [name, mutations] of [
    ["local", LOCAL],
    ["whole-project", WHOLE],
  ] as const) {
    const folder = fixture("accept", name);
    const path = definitionOf(folder);
    const text = readFileSync(join(folder, path), "utf8");
    for (const [from, to, ...expected] of mutations) {
      test(`${name}: ${JSON.stringify(to)} for ${JSON.stringify(from)}`, () => {
        const mutated = compile([{ path, text: change(text, from, to) }], nodeHost(folder));
        assert.equal(mistakes(mutated), expected);
      });
    }
  }
});
