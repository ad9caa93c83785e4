// The content of a plan: steps, needs, stages, values, defaults, environment.

import * as assert from "uvu/assert";
import { parse } from "../src/parse/parse.ts";
import type { ExecutionPlan, PlanModel, PlanStep, PlanValue } from "../src/plan/execution-plan.ts";
import { allocateIds } from "../src/plan/ids.ts";
import { planRoot } from "../src/plan/plan.ts";
import { change, compileText, DEFINITION, type Files, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";

function planOf(files: Files, given?: readonly string[]): ExecutionPlan {
  const { plan, diagnostics } = compileText(files, given === undefined ? {} : { given });
  assert.ok(plan, mistakes({ diagnostics }).join("\n"));
  return plan;
}

function modelOf(files: Files): PlanModel {
  const [model] = planOf(files).models;
  assert.ok(model);
  return model;
}

function step<K extends PlanStep["kind"]>(model: PlanModel, kind: K): Extract<PlanStep, { readonly kind: K }> {
  const found = model.steps.find((each) => each.kind === kind);
  assert.ok(found, `no ${kind} step`);
  return found as Extract<PlanStep, { readonly kind: K }>;
}

/** The value in the plan for one argument of load. */
function plannedValue(value: string, text = DEFINITION): PlanValue {
  const model = modelOf(change(text, "value: 640", `value: ${value}`));
  const argument = step(model, "load").arguments.find(({ name }) => name === "width");
  assert.ok(argument);
  return argument.value;
}

const VALUES: readonly (readonly [value: string, planned: PlanValue])[] = [
  ["640", { literal: 640 }],
  ["1e3", { number: "1000.0" }],
  ["1.0", { number: "1.0" }],
  ["1.5", { literal: 1.5 }],
  ["-0.0", { number: "-0.0" }],
  ["1.0e+30", { number: "1e+30" }],
  ["9007199254740991", { literal: 9007199254740991 }],
  ["+9007199254740993", { number: "9007199254740993" }],
  ["0x20000000000001", { number: "9007199254740993" }],
  ["!!int 0b100000000000000000000000000000000000000000000000000001", { number: "9007199254740993" }],
  ["!!float 3", { number: "3.0" }],
  ["-.inf", { number: "-Infinity" }],
  [".nan", { number: "NaN" }],
  ["-0", { literal: -0 }],
  ["true", { literal: true }],
  ["null", { literal: null }],
  ["", { literal: null }],
  ["'640'", { literal: "640" }],
  ["[]", { list: [] }],
  ["{ a: [1] }", { map: { a: { list: [{ literal: 1 }] } } }],
  ["${model.name}", { literal: "detector" }],
  ["${model.runtime.device}", { literal: "cpu" }],
  ["on ${model.runtime.device}", { literal: "on cpu" }],
  ["${model.name}${model.runtime.device}", { literal: "detectorcpu" }],
  ["${model.files.params.url}", { ref: "detector/files/params", select: "url" }],
  ["$<model.files.params.url>", { ref: "detector/files/params", select: "url" }],
  ["${model.runtime.load.inputs.params_url}", { ref: "detector/load", select: "inputs.params_url" }],
  ["${TOKEN}", { env: "TOKEN" }],
  ["${TOKEN:-}", { env: "TOKEN", default: "" }],
  ["${TOKEN:-a b}", { env: "TOKEN", default: "a b" }],
  ["${TOKEN:?get one}", { env: "TOKEN", message: "get one" }],
  ["a ${TOKEN} b", { template: [{ literal: "a " }, { env: "TOKEN" }, { literal: " b" }] }],
  ["$${TOKEN}", { literal: "${TOKEN}" }],
  ["a $${b} ${model.name} $$<c>", { literal: "a ${b} detector $<c>" }],
  ["'$5 $ $$ $$x y'", { literal: "$5 $ $$ $$x y" }],
  ["$TOKEN", { env: "TOKEN", unset: "$TOKEN" }],
  ["reg/$TEAM:1", { template: [{ literal: "reg/" }, { env: "TEAM", unset: "$TEAM" }, { literal: ":1" }] }],
];

describe("values of a plan", (test) => {
  for (const [value, planned] of VALUES) test(value, () => assert.equal(plannedValue(value), planned));

  test("keep every key of a map, with any name", () => {
    const value = plannedValue(
      '{ __proto__: "${A}", env: "${B}", constructor: 1, literal: 2, ref: 3, "10": 4, "2": 5 }',
    );
    assert.ok("map" in value);
    assert.equal(Object.keys(value.map).sort(), ["10", "2", "__proto__", "constructor", "env", "literal", "ref"]);
    assert.equal(Object.getOwnPropertyDescriptor(value.map, "__proto__")?.value, { env: "A" });
    assert.is(Object.getPrototypeOf(value.map), Object.prototype);
  });

  test("of settings are constants if they are known", () => {
    const settings = (text: string) => {
      const { device, batch, image } = modelOf(text);
      return { device, batch, image };
    };
    const image = "python:3.11-slim";
    assert.equal(settings(DEFINITION), { device: "cpu", batch: { maxSize: 4 }, image });
    for (const word of ["gpu", "cuda"]) {
      assert.is(settings(change(DEFINITION, "device: cpu", `device: ${word}`)).device, "cuda");
    }
    const bare = change(
      DEFINITION,
      "      image: python:3.11-slim\n      device: cpu\n      batch:\n        max_size: 4\n",
      "",
    );
    assert.equal(settings(bare), { device: "cpu", batch: { maxSize: 1 }, image: undefined });
    const fed = change(
      change(DEFINITION, "max_size: 4", 'max_size: ${B:-2}\n        image_size: [640, "${H}"]'),
      "device: cpu",
      "device: ${D}",
    );
    assert.equal(settings(fed), {
      device: { env: "D" },
      batch: { maxSize: { env: "B", default: "2" }, imageSize: [640, { env: "H" }] },
      image,
    });
    assert.equal(plannedValue("${model.runtime.device}", fed), { env: "D" });
    assert.equal(settings(change(DEFINITION, image, "python:${V}")).image, {
      template: [{ literal: "python:" }, { env: "V" }],
    });
    assert.is(settings(change(DEFINITION, image, "$<model.name>:1")).image, "detector:1");
  });
});

describe("steps", (test) => {
  const FILES = `    files:
      - { name: unused, url: https://example.com/u }
      - { name: params, url: params.pt }
      - { name: labels, url: "s3://b/\${X}", credentials: "\${U}:\${P}" }
`;
  const text = change(
    change(DEFINITION, "    files:\n      - name: params\n        url: https://example.com/params.pt\n", FILES),
    "value: ${datapoints}",
    'value: ["${datapoints}", "${model.files.labels.url}", "${model.files.params.url}"]',
  );

  test("are in the order of execution, each after what it needs", () => {
    const { steps, stages } = modelOf({ "efemarai.yaml": text, "params.pt": "" });
    assert.equal(
      steps.map(({ id, kind, needs }) => `${id} ${kind}: ${needs.join(" ")}`.replaceAll("detector/", "")),
      [
        "repository source: ",
        "files/unused fetch: ",
        "files/params fetch: ",
        "files/labels fetch: ",
        "load load: repository files/params",
        "predict predict: files/labels load",
      ],
    );
    assert.equal(stages, [
      ["detector/files/labels", "detector/files/params", "detector/files/unused", "detector/repository"],
      ["detector/load"],
      ["detector/predict"],
    ]);
  });

  test("contain the places of files, and whether they are uploaded", () => {
    const { steps } = modelOf({ "efemarai.yaml": text, "params.pt": "" });
    const fetched = steps.flatMap((each) => (each.kind === "fetch" ? [each] : []));
    assert.equal(
      fetched.map(({ url, upload, credentials }) => ({ url, upload, credentials })),
      [
        { url: { literal: "https://example.com/u" }, upload: false, credentials: undefined },
        { url: { literal: "params.pt" }, upload: true, credentials: undefined },
        {
          url: { template: [{ literal: "s3://b/" }, { env: "X" }] },
          upload: false,
          credentials: { template: [{ env: "U" }, { literal: ":" }, { env: "P" }] },
        },
      ],
    );
  });

  test("check out code, or read it from a folder", () => {
    const at = (repository: string) =>
      modelOf(change(DEFINITION, "    files:", `    repository: ${repository}\n    files:`));
    const remote = at('{ url: https://example.com/d.git, branch: 2.0, hash: 1234567, access_token: "${T}" }');
    const { url, branch, commit, accessToken } = step(remote, "checkout");
    assert.equal(
      [url, branch, commit, accessToken],
      [{ literal: "https://example.com/d.git" }, { literal: "2.0" }, { literal: "1234567" }, { env: "T" }],
    );
    assert.is(step(at("{ url: ./code/ }"), "source").path, "code");
    assert.is(step(at("{ url: code/../other }"), "source").path, "other");
    assert.is(step(at("{}"), "source").path, ".");
    assert.equal(step(at('{ url: "${CODE}" }'), "checkout").url, { env: "CODE" });
  });

  test("order arguments so that each refers only to earlier ones", () => {
    const inputs = ["a", "b", "c"].map((name, i) => {
      const value = [
        "${model.runtime.load.inputs.c} ${model.runtime.load.inputs.b}",
        "${model.runtime.load.inputs.c}",
        "1",
      ][i];
      return `          - name: ${name}\n            value: ${value}\n`;
    });
    const load = step(
      modelOf(change(DEFINITION, "          - name: width\n            value: 640\n", inputs.join(""))),
      "load",
    );
    assert.equal(
      load.arguments.map(({ name }) => name),
      ["params_url", "c", "b", "a"],
    );
  });

  test("of a universal model have parameters for what each model provides", () => {
    const universal = change(
      change(text, "name: detector", "name: ${model.name}"),
      "value: 640",
      "value: at ${model.name}",
    );
    const both = universal.replace("url: params.pt }", 'url: "https://example.com/${model.name}" }');
    const { id, name, steps } = modelOf(
      both.replaceAll("files.params", "files.mine").replace("      - { name: labels", "      - { name: others"),
    );
    assert.is(`${id} ${name}`, "universal ${model.name}");
    assert.equal(
      steps.map((each) => `${each.id} ${each.kind}: ${each.needs.join(" ")}`.replaceAll("universal/", "")),
      [
        "name parameter: ",
        "files/mine parameter: ",
        "files/labels parameter: ",
        "repository source: ",
        "files/unused fetch: ",
        "files/params fetch: ",
        "files/others fetch: ",
        "load load: name files/mine repository",
        "predict predict: files/labels load",
      ],
    );
    const plain = modelOf(change(DEFINITION, "name: detector", "name: ${model.name}"));
    assert.ok(plain.steps.every(({ kind }) => kind !== "parameter"));
  });
});

describe("a plan", (test) => {
  test("lists every variable once, with its uses and whether it is required", () => {
    const text = change(
      change(change(DEFINITION, "value: 640", "value: ${A:-1} ${B}"), "device: cpu", "device: ${C:-cpu}"),
      "https://example.com/params.pt",
      "https://${A}/${B:-x}",
    );
    assert.equal(planOf(text).environment, [
      { name: "A", required: true, usedBy: ["detector/files/params", "detector/load"] },
      { name: "B", required: true, usedBy: ["detector/files/params", "detector/load"] },
      { name: "C", required: false, usedBy: ["detector/load"] },
    ]);
  });

  test("leaves out what only the platform reads", () => {
    const text = `project: { name: "\${P}" }\n${change(DEFINITION, "    files:", "    description: for ${D}\n    version: ${V}\n    files:")}`;
    const plan = planOf(text);
    assert.equal(plan.environment, []);
    assert.is(plan.models[0]?.description, undefined);
    const described = change(DEFINITION, "    files:", "    description: |\n      For ${model.name}.\n    files:");
    assert.is(modelOf(described).description, "For detector.");
  });

  test("has ids that are unique and stable", () => {
    const table: readonly (readonly [names: readonly string[], ids: readonly string[]])[] = [
      [
        ["YOLOR-P6", "yolor p6", "yolor_p6"],
        ["yolor_p6", "yolor_p6_2", "yolor_p6_3"],
      ],
      [
        ["a", "a", "a_2"],
        ["a", "a_3", "a_2"],
      ],
      [
        ["", "--", "!"],
        ["model", "model_2", "model_3"],
      ],
      [
        ["größe", "groesse"],
        ["gruf6udfe", "groesse"],
      ],
      [
        ["İ", "🚢"],
        ["iu307", "u1f6a2"],
      ],
    ];
    for (const [names, ids] of table) assert.equal(allocateIds(names), ids);
  });

  test("starts at the folder above all given files", () => {
    const rootOf = (...paths: readonly string[]) =>
      planRoot({ requested: paths.map((path) => parse({ path, text: "" })) });
    const table: readonly (readonly [paths: readonly string[], root: string])[] = [
      [[], "."],
      [["efemarai.yaml"], "."],
      [["a/b/efemarai.yaml"], "a/b"],
      [["a/b/x.yaml", "a/c/x.yaml"], "a"],
      [["a/x.yaml", "ab/x.yaml"], "."],
      [["a/x.yaml", "x.yaml"], "."],
      [["..a/x.yaml", "x.yaml"], "."],
      [["../a/x.yaml"], "../a"],
      [["../a/x.yaml", "../b/x.yaml"], ".."],
      [["../../a/x.yaml", "../b/x.yaml"], "../.."],
      [["/x/a/x.yaml", "/x/b/x.yaml"], "/x"],
      [["/x.yaml", "/a/x.yaml"], "/"],
    ];
    for (const [paths, root] of table) assert.is(rootOf(...paths), root, paths.join());
  });

  test("can be made for definitions without models too", () => {
    assert.equal(planOf("project: { name: x }\n").models, []);
    assert.is(planOf("project: { name: x }\n").sources.length, 1);
  });
});
