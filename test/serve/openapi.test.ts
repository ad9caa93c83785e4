// The OpenAPI document: its bytes, its schemas, and `build --target openapi`.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as assert from "uvu/assert";
import { openApiText } from "../../src/emit/openapi.ts";
import type { ExecutionPlan } from "../../src/plan/execution-plan.ts";
import { inFolder, modelwright } from "../command-line.ts";
import { describe } from "../describe.ts";
import { casesOf } from "../fixtures.ts";
import { fixture, golden } from "../golden.ts";

/** The cases whose documents are golden files. */
const GOLDEN = ["typed-client", "python-types", "several-models"];

const planOf = (name: string): ExecutionPlan => JSON.parse(readFileSync(fixture("accept", name, "plan.json"), "utf8"));

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

interface Path {
  readonly post?: { readonly requestBody: { readonly content: Readonly<Record<string, { readonly example: Json }>> } };
}

/** The targets of all references in a document. */
function refsIn(value: Json): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(refsIn);
  return Object.entries(value).flatMap(([key, inner]) => (key === "$ref" ? [String(inner)] : refsIn(inner)));
}

/** Validators for the schemas of a document. */
function schemasOf(text: string) {
  const ajv = new Ajv2020({ allowUnionTypes: true, strictTypes: false, strictRequired: false, strictTuples: false });
  ajv.addVocabulary(["openapi", "x-generator", "info", "security", "paths", "components"]);
  ajv.addSchema(JSON.parse(text), "document");
  return (name: string) => {
    const validate = ajv.getSchema(`document#/components/schemas/${name}`);
    if (validate === undefined) throw new Error(`the document has no schema ${name}`);
    return (value: unknown): string => (validate(value) ? "valid" : ajv.errorsText(validate.errors));
  };
}

describe("the OpenAPI document", (test) => {
  for (const name of GOLDEN) {
    test(`of ${name} is the golden file`, () => {
      golden(fixture("accept", name, "openapi.json"), openApiText(planOf(name)));
    });
  }

  test("of every plan has schemas that are valid, and refers only to its own parts", () => {
    for (const name of casesOf("accept")) {
      if (!existsSync(fixture("accept", name, "plan.json"))) continue;
      const text = openApiText(planOf(name));
      const document = JSON.parse(text);
      const validatorOf = schemasOf(text);
      for (const schema of Object.keys(document.components.schemas)) {
        assert.match(schema, /^[\w.-]+$/, `${name}: ${schema}`);
        validatorOf(schema);
      }
      for (const target of refsIn(document)) {
        const found = target
          .split("/")
          .slice(1)
          .reduce((part, key) => part?.[key], document);
        assert.ok(found, `${name}: ${target}`);
      }
      for (const [path, { post }] of Object.entries<Path>(document.paths)) {
        const id = /^\/models\/(\w+)\/predict$/.exec(path)?.[1];
        if (id === undefined) continue;
        const body = post?.requestBody.content["application/json"];
        assert.is(validatorOf(`${id}.Datapoint`)(body?.example), "valid", `${name}: ${path}`);
      }
    }
  });

  test("describes what a model really returns", () => {
    const out = modelwright(fixture("run/digits"), ["plan", "efemarai.yaml"]).out;
    const validatorOf = schemasOf(openApiText(JSON.parse(out)));
    const rows = readFileSync(fixture("run/digits/predictions.jsonl"), "utf8").trimEnd().split("\n");
    assert.ok(rows.length > 0);
    for (const row of rows) {
      const { index, id, predictions } = JSON.parse(row);
      assert.is(validatorOf("digits.Prediction")(predictions), "valid");
      assert.is(validatorOf("digits.Row")({ index, id, predictions }), "valid");
    }
    assert.is.not(validatorOf("digits.Prediction")({ classes: ["1"], scores: [0.5] }), "valid");
    assert.is.not(validatorOf("digits.Row")({ index: 0, id: "0" }), "valid");
  });

  test("is valid for openapi-spec-validator", () => {
    const python = process.env["MODELWRIGHT_CLIENTS_PYTHON"];
    if (python === undefined) {
      console.log("skipped: MODELWRIGHT_CLIENTS_PYTHON does not name a Python with openapi-spec-validator");
      return;
    }
    const files = GOLDEN.map((name) => fixture("accept", name, "openapi.json"));
    const { status, stdout, stderr } = spawnSync(python, ["-m", "openapi_spec_validator", ...files], {
      encoding: "utf8",
    });
    assert.is(status, 0, stdout + stderr);
  });
});

describe("build --target openapi", (test) => {
  const definition = readFileSync(fixture("accept/typed-client/efemarai.yaml"), "utf8");
  const code = readFileSync(fixture("accept/typed-client/inference.py"), "utf8");
  const files = { "efemarai.yaml": definition, "inference.py": code, weights: "" };

  test("writes the document next to bindings", () => {
    inFolder(files, (folder) => {
      assert.is(modelwright(folder, ["build"]).code, 0);
      const { code, out } = modelwright(folder, ["build", "--target", "openapi"]);
      assert.equal([code, out], [0, "generated/openapi.json: written\n"]);
      const text = readFileSync(join(folder, "generated/openapi.json"), "utf8");
      assert.is(text, readFileSync(fixture("accept/typed-client/openapi.json"), "utf8"));
      // Neither target removes the files of the other.
      const again = modelwright(folder, ["build"]);
      assert.equal(again.out, "generated/models.ts: unchanged\ngenerated/plan.json: unchanged\n");
      assert.is(modelwright(folder, ["build", "--target", "openapi", "--check"]).code, 0);
    });
  });

  test("notices a document that is out of date, and one that it did not write", () => {
    inFolder(files, (folder) => {
      const path = join(folder, "generated/openapi.json");
      assert.is(
        modelwright(folder, ["build", "--target", "openapi", "--check"]).out,
        "generated/openapi.json: missing\n",
      );
      modelwright(folder, ["build", "--target", "openapi"]);
      writeFileSync(path, readFileSync(path, "utf8").replace('"Models"', '"Mine"'));
      const stale = modelwright(folder, ["build", "--target", "openapi", "--check"]);
      assert.equal([stale.code, stale.out], [4, "generated/openapi.json: stale\n"]);
      writeFileSync(path, "{}");
      const foreign = modelwright(folder, ["build", "--target", "openapi"]);
      assert.is(foreign.code, 3);
      assert.match(foreign.err, /were not generated by Modelwright:\n {2}generated\/openapi\.json\n/);
    });
  });
});
