// The zod schemas of `build --target zod`: their bytes, their types, and the values that they accept.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript-5.9";
import * as assert from "uvu/assert";
import { emitText } from "../src/emit/generate.ts";
import type { ExecutionPlan } from "../src/plan/execution-plan.ts";
import { inFolder, modelwright } from "./command-line.ts";
import { describe } from "./describe.ts";
import { casesOf } from "./fixtures.ts";
import { fixture, golden, ROOT } from "./golden.ts";

const textOf = (plan: ExecutionPlan): string => emitText(plan, { root: "./", target: "zod" })[0]?.text ?? "";
const planOf = (name: string): ExecutionPlan => JSON.parse(readFileSync(fixture("accept", name, "plan.json"), "utf8"));

type Schemas = Readonly<Record<string, { readonly safeParse: (value: unknown) => { readonly success: boolean } }>>;

/** The schemas of a generated module. */
async function schemasOf(text: string): Promise<Schemas> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const folder = mkdtempSync(join(ROOT, "dist", "zod-"));
  try {
    writeFileSync(join(folder, "models.zod.mjs"), outputText);
    return await import(pathToFileURL(join(folder, "models.zod.mjs")).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const BOX = {
  label: "ship",
  corners: [
    { x: 1, y: 2 },
    { x: 3, y: 4 },
  ],
  parts: [],
  track: null,
};
const PREDICTION = {
  boxes: [BOX],
  scores: [0.5],
  masks: [[[0, 1]]],
  source: "a.png",
  seen: { a: 1 },
  extra: undefined,
};

describe("zod schemas", (test) => {
  test("are the golden file", () => {
    golden(fixture("zod/python-types.ts"), textOf(planOf("python-types")));
  });

  test("of every plan have the types of its bindings", () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-zod-"));
    try {
      const files = casesOf("accept").flatMap((name) => {
        if (!existsSync(fixture("accept", name, "plan.json"))) return [];
        mkdirSync(join(folder, name));
        const plan = planOf(name);
        writeFileSync(join(folder, name, "models.ts"), emitText(plan, { root: "./" })[0]?.text ?? "");
        writeFileSync(join(folder, name, "models.zod.ts"), textOf(plan));
        return [`${name}/models.zod.ts`];
      });
      assert.ok(files.length > 20);
      symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
      const paths = { "modelwright/run": [join(ROOT, "dist/src/run/index.d.ts")] };
      const options = {
        module: "nodenext",
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        skipLibCheck: true,
      };
      const compilerOptions = {
        ...options,
        paths,
        allowImportingTsExtensions: true,
        types: ["node"],
        lib: ["es2023"],
      };
      writeFileSync(join(folder, "package.json"), '{"type":"module"}');
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
      const { stdout } = spawnSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc")], {
        cwd: folder,
        encoding: "utf8",
      });
      assert.is(stdout, "");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("accept what a model returns, and nothing else", async () => {
    const { SegmenterPrediction, SegmenterDatapoint, CounterPrediction } = await schemasOf(
      textOf(planOf("python-types")),
    );
    const accepts = (schema: Schemas[string] | undefined, value: unknown): boolean | undefined =>
      schema?.safeParse(value).success;
    assert.is(accepts(SegmenterPrediction, PREDICTION), true);
    assert.is(accepts(SegmenterPrediction, { ...PREDICTION, other: 1 }), true);
    assert.is(accepts(SegmenterPrediction, { ...PREDICTION, boxes: [{ ...BOX, parts: [BOX] }] }), true);
    for (const wrong of [
      { label: "whale" },
      { track: "1" },
      { corners: [{ x: 1, y: 2 }] },
      { parts: [{ ...BOX, label: "whale" }] },
    ])
      assert.is(
        accepts(SegmenterPrediction, { ...PREDICTION, boxes: [{ ...BOX, ...wrong }] }),
        false,
        JSON.stringify(wrong),
      );
    assert.is(accepts(SegmenterPrediction, { ...PREDICTION, seen: { a: "1" } }), false);
    assert.is(accepts(SegmenterDatapoint, { path: "a.png", id: "a" }), true);
    assert.is(accepts(SegmenterDatapoint, { inputs: { image: "a.png" } }), true);
    assert.is(accepts(SegmenterDatapoint, { inputs: { image: "a.png", threshold: "high" } }), false);
    assert.is(accepts(CounterPrediction, 3), true);
    assert.is(accepts(CounterPrediction, "3"), false);
  });

  test("check a key that JavaScript treats specially", async () => {
    const definition = readFileSync(fixture("accept/python-types/efemarai.yaml"), "utf8");
    const code = readFileSync(fixture("accept/python-types/inference.py"), "utf8");
    assert.ok(definition.includes("scores") && code.includes("scores"));
    const files = {
      "efemarai.yaml": definition.replaceAll("scores", "__proto__"),
      "inference.py": code.replaceAll("scores", "__proto__"),
    };
    let text = "";
    inFolder(files, (folder) => {
      assert.is(modelwright(folder, ["build", "--target", "zod"]).code, 0);
      text = readFileSync(join(folder, "generated/models.zod.ts"), "utf8");
      assert.is(modelwright(folder, ["build", "--target", "zod", "--check"]).code, 0);
    });
    assert.match(text, '["__proto__"]: ');
  });
});

describe("build --target zod", (test) => {
  test("writes schemas next to bindings, and overwrites no foreign file", () => {
    const definition = readFileSync(fixture("accept/typed-client/efemarai.yaml"), "utf8");
    const code = readFileSync(fixture("accept/typed-client/inference.py"), "utf8");
    inFolder({ "efemarai.yaml": definition, "inference.py": code, weights: "" }, (folder) => {
      assert.is(modelwright(folder, ["build"]).code, 0);
      assert.match(modelwright(folder, ["build", "--target", "zod"]).out, "generated/models.zod.ts: written");
      assert.is(modelwright(folder, ["build", "--check"]).code, 0);
      writeFileSync(join(folder, "generated/models.zod.ts"), "export {};\n");
      assert.is(modelwright(folder, ["build", "--target", "zod"]).code, 3);
    });
  });
});
