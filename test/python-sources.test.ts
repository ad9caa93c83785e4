// The TypeScript types of Python as ML teams write it, compared with the values at run time.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { emit, textEmitter } from "../src/emit/emit.ts";
import type { ExecutionPlan } from "../src/plan/execution-plan.ts";
import { run } from "../src/run/index.ts";
import { COMPILERS, compile, write, writeProject } from "./bindings-project.ts";
import { change, compileText } from "./definitions.ts";
import { describe } from "./describe.ts";
import { ARGUMENTS, argumentPython, DATAPOINTS } from "./python-sources/datapoints.ts";
import {
  argumentText,
  datapointText,
  definitionOf,
  filesOf,
  predictionText,
  type Source,
} from "./python-sources/harness.ts";
import { SOURCES } from "./python-sources/index.ts";

/** Imports every source. Prints the folders of those that this Python cannot import, because of packages or syntax. */
const IMPORTABLE = `
import importlib, os, sys
for folder in sorted(os.listdir()):
    if not os.path.isdir(folder): continue
    sys.path.insert(0, os.path.abspath(folder))
    before = set(sys.modules)
    try:
        importlib.import_module("inference").predict([None])
    except (ImportError, SyntaxError):
        print(folder)
    sys.path.pop(0)
    for name in set(sys.modules) - before:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(os.getcwd()): del sys.modules[name]
    importlib.invalidate_caches()
`;

import { temporaryFolder } from "./temporary.ts";

interface Case extends Source {
  readonly folder: string;
}

const CASES: readonly Case[] = [...SOURCES].flatMap(([about, sources]) =>
  sources.map((each, i) => ({ ...each, folder: `${about}_${i}` })),
);

function compiled(cases: readonly Case[]): { readonly plan: ExecutionPlan; readonly files: Record<string, string> } {
  const files: Record<string, string> = { "efemarai.yaml": definitionOf(cases.map(({ folder }) => folder)) };
  for (const each of cases) Object.assign(files, filesOf(each, each.folder));
  const { plan, diagnostics } = compileText(files);
  assert.ok(plan, JSON.stringify(diagnostics.map(({ message }) => message)));
  return { plan, files };
}

describe("Python sources: types", (test) => {
  const { plan } = compiled(CASES);
  for (const [i, { python, type, folder }] of CASES.entries()) {
    const title =
      python
        .trim()
        .split("\n")
        .find((line) => line.startsWith("prediction: ")) ?? "";
    test(`${folder} ${title}`, () => {
      const model = plan.models[i];
      assert.ok(model);
      assert.is(predictionText(model), type);
    });
  }
});

describe("Python sources: datapoints", (test) => {
  for (const each of DATAPOINTS) {
    test(/def predict.*/.exec(each.python)?.[0] ?? "", () => assert.is(datapointText(planOf(each)), each.type));
  }
});

describe("Python sources: arguments", (test) => {
  for (const each of ARGUMENTS) {
    const [annotation, yaml, type] = each;
    test(`${annotation} = ${yaml}`, () => assert.is(argumentText(planWith(each)), type));
  }
});

describe("Python sources: run time", (test) => {
  const folder = temporaryFolder();

  test("values match the types", async () => {
    const { plan, files } = compiled(CASES);
    write(folder, { ...files, "input.jsonl": '{"id": "a", "inputs": {"x": 1}}\n' });
    const python = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });
    const missing = execFileSync(python, ["-c", IMPORTABLE], { cwd: folder, encoding: "utf8" });
    const cannot = new Set(missing.split("\n"));
    const able = CASES.filter((each) => !cannot.has(each.folder));
    // Without any packages, only sources that need a package or a newer Python are left out.
    assert.ok(able.length > CASES.length / 2, missing);
    if (process.env["SHOW"]) console.log(missing.replaceAll("\n", " "));
    const lines: string[] = [];
    const report = await run(plan, {
      root: folder,
      environment: process.env,
      python,
      models: able.map((each) => each.folder),
      jobs: 3,
      input: join(folder, "input.jsonl"),
      output: (line) => void lines.push(line),
    });
    assert.equal(report.failures, []);
    const arrived = new Map(
      lines.map((line): [string, string] => {
        const start = /^\{"index":0,"id":"a","model":"(.*?)","(predictions|error)":/.exec(line);
        const [head = "", model = "", what] = start ?? [];
        const rest = line.slice(head.length, -2);
        return [model, what === "error" ? `error ${JSON.parse(rest).message}` : rest];
      }),
    );
    for (const { folder: model, error } of able) {
      const text = arrived.get(model) ?? "nothing";
      if (error !== undefined) assert.match(text, error, model);
      else assert.not.match(text, /^(?:error|nothing)/, `${model} ${text}`);
    }
    // The received values, written as a program: every value must have its type, without extra fields.
    const values = able
      .filter(({ error }) => error === undefined)
      .map(({ folder: model }) => {
        const name = typeName(model);
        return `export const ${model}: models.${name} = ${arrived.get(model)};`;
      });
    writeProject(folder, {
      "models.ts": moduleOf(plan),
      ...Object.fromEntries(DATAPOINTS.map((each, i) => [`wanted/${i}.ts`, moduleOf(planOf(each))])),
      ...Object.fromEntries(ARGUMENTS.map((each, i) => [`arguments/${i}.ts`, moduleOf(planWith(each))])),
      "values.ts": `import type * as models from "./models.js";\n${values.join("\n")}\n`,
    });
    for (const compiler of COMPILERS) assert.is(await compile(compiler, folder), "", compiler);
  });
});

function moduleOf(plan: ExecutionPlan): string {
  const module = emit(plan, { root: "./" }, textEmitter).find(({ path }) => path === "models.ts");
  assert.ok(module);
  assert.not.match(module.text, /\bany\b/);
  return module.text;
}

/** The plan of a source with its own `predict`. */
function planOf({ python }: Source): ExecutionPlan {
  const inference = `${python}\n\ndef load():\n    return True\n`;
  const { plan } = compileText({ "efemarai.yaml": definitionOf(["m"]), "m/inference.py": inference });
  assert.ok(plan);
  return plan;
}

/** The plan of a model with one argument. */
function planWith([annotation, yaml]: (typeof ARGUMENTS)[number]): ExecutionPlan {
  const inputs = `inference:load\n        inputs:\n          - name: value\n            value: ${yaml}`;
  const { plan } = compileText({
    "efemarai.yaml": change(definitionOf(["m"]), "inference:load", inputs),
    "m/inference.py": argumentPython(annotation),
  });
  assert.ok(plan);
  return plan;
}

/** `typing_1` in the form of the generated type of its predictions. */
function typeName(model: string): string {
  const [about = "", number = ""] = model.split("_");
  return `${about.slice(0, 1).toUpperCase()}${about.slice(1)}${number}Prediction`;
}
