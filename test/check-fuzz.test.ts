// Any value in a definition is checked without a crash, and correct definitions are planned.
import fc from "fast-check";
import * as assert from "uvu/assert";
import type { Compilation } from "../src/compile.ts";
import type { PlanModel, PlanValue } from "../src/plan/execution-plan.ts";
import { executionPlan } from "../src/plan/schema.ts";
import { compileText } from "./definitions.ts";
import { describe } from "./describe.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const call = (kind: "load" | "predict", inputs: Json): Json => ({
  entrypoint: `inference:${kind === "load" ? "get_model" : "predict"}`,
  inputs,
  output: kind === "load" ? { name: "network" } : { name: "found", keys: ["boxes", "scores"] },
});

const RUNTIME: Json = {
  image: "python:3",
  device: "cpu",
  batch: { max_size: 4, image_size: [640, 480] },
  load: call("load", [
    { name: "weights", value: "${model.files.weights.url}" },
    { name: "size", value: { width: 640, all: [1, "x", null, true] } },
  ]),
  predict: call("predict", [
    { name: "network", value: "${model.runtime.load.output.network}" },
    { name: "data", value: "${datapoints}" },
  ]),
};

const FILES: Json = [{ name: "weights", url: "https://example.com/w.pt", upload: false, credentials: "a:b" }];

const WHOLE: Json = {
  project: { name: "x", description: "y", problem_type: "Custom", private: true },
  datasets: [{ name: "d", format: "COCO", stage: "test", data_url: "s3://x", upload: false, num_datapoints: 5 }],
  domains: [
    { name: "w", transformations: [{ name: "t", operator: "Fog", axes: [{ name: "a", type: "int", value: 1 }] }] },
  ],
  tests: [{ name: "n", model: "a", domain: "w", dataset: "d", num_runs: 3 }],
  models: [
    {
      name: "a",
      description: "b",
      version: "1",
      repository: { url: ".", branch: "main", hash: "abc", access_token: "t" },
      files: FILES,
      runtime: RUNTIME,
    },
    { name: "c", files: FILES },
    { name: "${model.name}", runtime: RUNTIME },
  ],
};

const LENDING: Json = {
  models: [
    { name: "a", runtime: RUNTIME },
    { name: "${model.name}", runtime: RUNTIME },
  ],
};
const BORROWING: Json = {
  models: [
    { name: "a", files: FILES, repository: { url: "code" } },
    { name: "z", repository: { url: "code" } },
  ],
};

const PATHS = [
  "model",
  "model.name",
  "model.files",
  "model.files.weights",
  "model.files.weights.url",
  "model.files.nope.url",
  "model.files['weights'].url",
  "model.runtime",
  "model.runtime.device",
  "model.runtime.load.inputs.weights",
  "model.runtime.load.inputs.size",
  "model.runtime.load.inputs.nope",
  "model.runtime.load.output.network",
  "model.runtime.predict.inputs.data",
  "model.runtime.predict.inputs.network",
  "model.runtime.predict.output.found",
  "datapoints",
  "datapoint.image",
  "datapoint",
  "TOKEN",
  "TOKEN:-x",
  "TOKEN:-",
  "TOKEN:?why",
  "constructor",
  "__proto__",
  "model.files.__proto__.url",
  "a.b",
  "a b",
  "",
  "1",
  "A-B",
  "A:-${B}",
];

const expression = fc
  .tuple(fc.constantFrom(...PATHS), fc.constantFrom("${%}", "$<%>", "$%", "${%", "$${%}"))
  .map(([path, spelling]) => spelling.replace("%", () => path));
const text = fc.oneof(
  fc
    .array(
      fc.oneof({ weight: 3, arbitrary: expression }, fc.constantFrom("", " ", "a", "\n", ":", ".", "x.py:f", "café")),
      { maxLength: 4 },
    )
    .map((parts) => parts.join("")),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
const scalar: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: text },
  fc.constantFrom<Json>(null, true, false, 0, 1, -1, 0.5, 1e308, 640, ""),
);
const anything: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.constantFrom<Json>([], {}, [[]], [{}], [null], { name: "a" }, { name: null }, [{ name: "weights" }], { url: "x" }),
);

type Path = readonly (string | number)[];

/** The places of all values, or of all scalars. */
function placesOf(value: Json, onlyScalars: boolean, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const children = Object.entries(value).flatMap(([key, child]) => {
    return placesOf(child, onlyScalars, [...path, Array.isArray(value) ? Number(key) : key]);
  });
  return onlyScalars || path.length === 0 ? children : [path, ...children];
}

function put(value: Json, path: Path, by: Json | undefined): void {
  const last = path[path.length - 1];
  let at: Json = value;
  for (const key of path.slice(0, -1)) {
    if (typeof at !== "object" || at === null) return;
    at = (at as { [key: string]: Json })[key] ?? null;
  }
  if (typeof at !== "object" || at === null || last === undefined) return;
  if (by === undefined) delete (at as { [key: string]: Json })[last];
  else (at as { [key: string]: Json })[last] = by;
}

/** A deep copy in which nothing is shared. */
const cloned = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

/** A definition with a few changed places. */
function mutated(base: Json, onlyScalars: boolean, value: fc.Arbitrary<Json | undefined>): fc.Arbitrary<Json> {
  const place = fc.constantFrom(...placesOf(base, onlyScalars));
  return fc.array(fc.tuple(place, value), { minLength: 1, maxLength: 5 }).map((changes) => {
    const copy = cloned(base);
    for (const [path, by] of changes) put(copy, path, by === undefined ? by : cloned(by));
    return copy;
  });
}

/** Flow style with quotes, or block style if the value allows it. */
const yaml = (value: Json): string => JSON.stringify(value);

function verify(compilation: Compilation): void {
  for (const { span, message, related } of compilation.diagnostics) {
    for (const { source, start, end } of [span, ...(related ?? []).map((other) => other.span)]) {
      assert.ok(start >= 0 && start <= end && end <= source.text.length, message);
    }
    assert.ok(message.endsWith("."), message);
  }
  if (compilation.plan === undefined) {
    assert.ok(
      compilation.diagnostics.some(({ severity }) => severity === "error"),
      "no plan, and nothing is wrong",
    );
    return;
  }
  assert.ok(executionPlan.safeParse(compilation.plan).success, "the schema refuses the plan");
  compilation.plan.models.forEach(verifyModel);
}

/** Steps follow what they need, references name earlier steps and arguments, and nothing occurs twice. */
function verifyModel({ id, steps, stages }: PlanModel): void {
  const before = new Set<string>();
  const known = new Set([`${id}/datapoints`]);
  for (const step of steps) {
    assert.ok(!before.has(step.id), `${step.id} occurs twice`);
    assert.ok(
      step.needs.every((need) => before.has(need)),
      `${step.id} comes too early`,
    );
    if (step.kind === "load" || step.kind === "predict") {
      for (const { name, value } of step.arguments) {
        for (const ref of refsIn(value))
          assert.ok(known.has(ref) || before.has(ref), `${step.id}: ${name} reads ${ref}`);
        known.add(`${step.id} inputs.${name}`);
      }
      if (step.kind === "load") known.add(`${step.id} output`);
    } else known.add(`${step.id} url`);
    before.add(step.id);
  }
  assert.equal(stages.flat().sort(), [...before].sort());
}

/** What a value refers to: a step, or an input or the output of one. */
function refsIn(value: PlanValue): readonly string[] {
  if ("ref" in value) return [/^(inputs\.|output$)/.test(value.select) ? `${value.ref} ${value.select}` : value.ref];
  if ("template" in value) return value.template.flatMap(refsIn);
  if ("list" in value) return value.list.flatMap(refsIn);
  return "map" in value ? Object.values(value.map).flatMap(refsIn) : [];
}

/** `FUZZ_RUNS=100000` runs more. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 200);

describe("any content of a definition is checked", (test) => {
  const environments = fc.constantFrom(undefined, {}, { TOKEN: "" }, { TOKEN: "x" });
  const judge = (
    files: Readonly<Record<string, string>>,
    environment: Readonly<Record<string, string>> | undefined,
  ) => {
    const options = environment === undefined ? {} : { environment };
    const first = compileText(files, options);
    verify(first);
    assert.equal(
      compileText(files, options).diagnostics.map(({ message }) => message),
      first.diagnostics.map(({ message }) => message),
    );
  };

  test("expressions at every scalar", () => {
    fc.assert(
      fc.property(mutated(WHOLE, true, scalar), environments, (definition, environment) => {
        judge({ "efemarai.yaml": yaml(definition) }, environment);
      }),
      { numRuns: RUNS },
    );
  });

  test("any value at every place, and removed values", () => {
    fc.assert(
      fc.property(
        mutated(WHOLE, false, fc.option(anything, { nil: undefined })),
        environments,
        (definition, environment) => {
          judge({ "efemarai.yaml": yaml(definition) }, environment);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("both files of an inherited runtime", () => {
    const value = fc.option(anything, { nil: undefined });
    fc.assert(
      fc.property(
        mutated(BORROWING, false, value),
        mutated(LENDING, false, value),
        environments,
        (model, provider, environment) => {
          judge({ "model.yaml": yaml(model), "code/efemarai.yaml": yaml(provider) }, environment);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("text that is almost a definition", () => {
    const lines = fc.array(
      fc.oneof(
        fc.constantFrom(
          ..."models:|  - name: a|    runtime: &r|      load: *r|    <<: *r|  - *r|? x|: y|---|%YAML 1.2|- ${|\t- x|[|}|'|\"|#|!!str|&|*|>|".split(
            "|",
          ),
        ),
        text,
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(lines, (all) => judge({ "efemarai.yaml": all.join("\n") }, undefined)),
      { numRuns: RUNS },
    );
  });
});
