// Types of values, and verdicts on files, code and the environment.
import * as assert from "uvu/assert";
import type { Host } from "../src/base/host.ts";
import { compile } from "../src/compile.ts";
import { parseEntrypoint } from "../src/infer/entrypoint.ts";
import type { Place } from "../src/infer/place.ts";
import type { Type } from "../src/infer/type.ts";
import { change, compileText, DEFINITION } from "./definitions.ts";
import { describe } from "./describe.ts";

/** The type of a value as text. */
function printType(type: Type): string {
  if (type.kind === "list") return `[${type.items.map(printType).join(", ")}]`;
  if (type.kind === "map") return `{${type.entries.map(([key, value]) => `${key}: ${printType(value)}`).join(", ")}}`;
  return type.kind;
}

/** The type of a value in load (or predict) of a definition. */
function typeOf(value: string, phase: "load" | "predict" = "load", base = DEFINITION): string {
  const from = phase === "load" ? "value: 640" : "value: ${datapoints}";
  const [model] = compileText(change(base, from, `value: ${value}`)).graph.models;
  const input = model?.[phase].find(({ name }) => name === (phase === "load" ? "width" : "datapoints"));
  return input === undefined ? "none" : printType(model?.typeOf(input.value) ?? { kind: "unknown" });
}

const IN_LOAD: readonly (readonly [value: string, type: string])[] = [
  ["text", "text"],
  ["'640'", "text"],
  ["640", "number"],
  ["0x1F", "number"],
  [".5", "number"],
  ["true", "boolean"],
  ["yes", "text"],
  ["null", "null"],
  ["", "null"],
  ["[]", "[]"],
  ["{}", "{}"],
  ["[1, a, [true], { b: null }]", "[number, text, [boolean], {b: null}]"],
  ["{ __proto__: 1, a: [x] }", "{__proto__: number, a: [text]}"],
  ["${model.name}", "text"],
  ["${model.runtime.device}", "device"],
  ["${model.files.params.url}", "path"],
  ["a ${model.files.params.url}", "text"],
  ["${TOKEN}", "secret"],
  ["${TOKEN:-x}", "secret"],
  ["a ${TOKEN}", "secret"],
  ["${model.name} ${model.runtime.device}", "text"],
  ["['${TOKEN}', '${model.name}']", "[secret, text]"],
  ["${model.runtime.load.inputs.params_url}", "path"],
  ["${model.runtime.load.inputs.width}", "none"],
  ["$${TOKEN}", "text"],
  ["{ a: ['${TOKEN}', 1], b: { c: 'x ${TOKEN}' } }", "{a: [secret, number], b: {c: secret}}"],
  ["${model.files.nope.url}", "unknown"],
  ["${datapoints}", "unknown"],
  ["${broken", "unknown"],
];

const IN_PREDICT: readonly (readonly [value: string, type: string])[] = [
  ["${datapoints}", "datapoints"],
  ["${datapoint.image}", "datapoints"],
  ["${model.runtime.load.output.network}", "handle"],
  ["${model.runtime.load.inputs.width}", "number"],
  ["${model.runtime.load.inputs.params_url}", "path"],
  ["${model.runtime.predict.inputs.model}", "handle"],
  ["{ all: '${datapoints}', model: '${model.runtime.predict.inputs.model}' }", "{all: datapoints, model: handle}"],
];

describe("types", (test) => {
  test("the value of an environment variable is secret everywhere", () => {
    const named = change(DEFINITION, "name: detector", "name: a ${TOKEN}");
    assert.is(typeOf("${model.name}", "load", named), "secret");
    const given = change(DEFINITION, "value: 640", "value: ['${TOKEN}']");
    assert.is(typeOf("${model.runtime.load.inputs.width}", "predict", given), "[secret]");
    const universal = change(DEFINITION, "name: detector", "name: ${model.name}");
    assert.is(typeOf("${TOKEN}/${model.name}", "load", universal), "secret");
  });

  for (const [value, type] of IN_LOAD) test(`in load: ${value}`, () => assert.is(typeOf(value), type));
  for (const [value, type] of IN_PREDICT) test(`in predict: ${value}`, () => assert.is(typeOf(value, "predict"), type));

  test("of the URL of a file: always a path, because a run downloads it", () => {
    const urls = [
      "params.pt",
      "/opt/params.pt",
      "${PARAMS}",
      "HTTPS://example.com/params.pt",
      "s3://${BUCKET}/params.pt",
    ];
    for (const url of [...urls, "file:///params.pt", "sftp://host/params.pt", "user@host:params.pt"]) {
      const base = change(DEFINITION, "https://example.com/params.pt", url);
      assert.is(typeOf("${model.files.params.url}", "load", base), "path", url);
    }
  });

  test("follow a chain of inputs, in any order", () => {
    const chain = ["b", "c", "d"].map((name, i) => {
      const next = ["c", "d", "e"][i];
      return `\n          - name: ${name}\n            value: \${model.runtime.load.inputs.${next}}`;
    });
    const base = change(
      DEFINITION,
      "value: 640",
      `value: 640${chain.join("")}\n          - name: e\n            value: [1]`,
    );
    assert.is(typeOf("${model.runtime.predict.inputs.model}", "predict", base), "handle");
    assert.is(typeOf("${model.runtime.load.inputs.b}", "predict", base), "[number]");
  });
});

const HOST: Host = {
  readText: () => undefined,
  kindOf: (path) =>
    path === "here" || path === "sub/here" ? "folder" : path === "file.pt" || path === "." ? "file" : undefined,
  namesIn: () => undefined,
  realPath: (path) => path,
  ignored: (paths) => new Set(paths.filter((path) => path.startsWith("ignored"))),
};

/** The verdict on a file or on the code, in short. */
function printPlace(place: Place | undefined): string {
  if (place?.kind === "local") return `${place.verdict} ${place.path}`;
  return place?.kind === "remote" ? `remote ${place.url}` : (place?.kind ?? "none");
}

function placesOf(url: string, file = "efemarai.yaml"): { readonly file: string; readonly code: string } {
  const quoted = JSON.stringify(url);
  const text = `models:\n  - name: d7\n    repository: { url: ${quoted} }\n    files: [{ name: a, url: ${quoted} }]\n`;
  const [model] = compile([{ path: file, text }], HOST).graph.models;
  return { file: printPlace(model?.files[0]?.place), code: printPlace(model?.code) };
}

const PLACES: Readonly<Record<string, readonly [file: string, code: string]>> = {
  "file.pt": ["present file.pt", "wrong-kind file.pt"],
  here: ["present here", "present here"],
  "./here/": ["present here", "present here"],
  "here/../here": ["present here", "present here"],
  nowhere: ["missing nowhere", "missing nowhere"],
  "../nowhere": ["missing ../nowhere", "missing ../nowhere"],
  "ignored/x": ["ignored ignored/x", "ignored ignored/x"],
  "/nowhere": ["missing /nowhere", "missing /nowhere"],
  "${model.name}/x": ["missing d7/x", "missing d7/x"],
  "$${x}": ["missing ${x}", "missing ${x}"],
  "https://example.com/x": ["remote https://example.com/x", "remote https://example.com/x"],
  "git@example.com:x.git": ["remote git@example.com:x.git", "remote git@example.com:x.git"],
  "https://example.com/${model.name}": ["remote https://example.com/d7", "remote https://example.com/d7"],
  "https://example.com/${X}": ["remote https://example.com/", "remote https://example.com/${X}"],
  "${X}": ["unknown", "unknown"],
  "x/${X}": ["unknown", "unknown"],
};

describe("places", (test) => {
  for (const [url, [file, code]] of Object.entries(PLACES)) {
    test(url, () => assert.equal(placesOf(url), { file, code }));
  }

  test("are relative to the definition", () => {
    assert.equal(placesOf("here", "sub/efemarai.yaml"), { file: "present sub/here", code: "present sub/here" });
    assert.equal(placesOf("../here", "sub/efemarai.yaml"), { file: "present here", code: "present here" });
    assert.equal(placesOf("../here", "efemarai.yaml"), { file: "missing ../here", code: "missing ../here" });
  });
});

describe("the environment", (test) => {
  const text = change(DEFINITION, "value: 640", "value: ${A} ${B} ${A:-x} ${C}");

  test("is unknown unless it is given", () => {
    assert.equal(compileText(text).graph.environment, { kind: "unknown" });
  });

  test("is judged by the variables that are read", () => {
    const { environment } = compileText(text, { environment: { A: "1", B: "", other: "x" } }).graph;
    assert.equal(environment, { kind: "known", unset: new Set(["C"]), empty: new Set(["B"]) });
  });
});

describe("entrypoints", (test) => {
  const right = ["inference:predict", "a.b.c:f", "_a:_f", "größe:naïve", "py:f", "a.python:f", "module1:f2"];
  const wrong = [
    "",
    ":",
    "a",
    "a:",
    ":f",
    "a:b:c",
    "a::f",
    "a.py:f",
    "a/b:f",
    "a\\b:f",
    ".a:f",
    "a.:f",
    "a..b:f",
    "..:f",
    "a:f.g",
    "a:f()",
    "-b:f",
    "a:f-g",
    "a:1f",
    " a:f",
    "a:f ",
    "a:f\n",
    "a :f",
    "a: f",
    "${A}:f",
  ];

  for (const text of right) {
    test(`${text} is an entry point`, () => {
      const found = parseEntrypoint(text);
      assert.is(`${found?.module}:${found?.function}`, text);
    });
  }

  for (const text of wrong)
    test(`${JSON.stringify(text)} is not an entry point`, () => assert.is(parseEntrypoint(text), undefined));
});
