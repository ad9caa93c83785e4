// Names, keys and entry points from the environment are known when a model runs, and only their spelling is shown.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { memoryHost } from "../../src/base/host.ts";
import { compile } from "../../src/compile.ts";
import { parseEntrypoint } from "../../src/infer/entrypoint.ts";
import { moduleProblem } from "../../src/run/acquire/source.ts";
import { describe } from "../describe.ts";
import { predictions, runPlan } from "./harness.ts";

const DEFINITION = `models:
  - name: det-\${CI_SHA}
    files:
      - { name: "\${FILE}", url: $WDIR/p.pt }
    runtime:
      batch: { max_size: "\${N}" }
      load:
        entrypoint: \${MODULE}:get_model
        inputs:
          - { name: "\${ARGUMENT}", value: "\${model.files.params.url}" }
          - { name: title, value: "\${model.name} of $TEAM" }
          - { name: again, value: "\${model.runtime.load.inputs.weights}" }
        output: { name: "\${OUTPUT}" }
      predict:
        entrypoint: $PREDICT
        inputs:
          - { name: model, value: "\${model.runtime.load.output.network}" }
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: predictions, keys: ["\${KEY}"] }
`;

const PYTHON = `def get_model(**options):
    return options


def predict(model, datapoints, device):
    return [{"boxes": [], "given": {k: str(v) for k, v in model.items()}} for _ in datapoints]
`;

const ENVIRONMENT = {
  CI_SHA: "3f2a9d1c",
  FILE: "params",
  WDIR: ".",
  N: "4",
  MODULE: "inference",
  ARGUMENT: "weights",
  OUTPUT: "network",
  PREDICT: "inference:predict",
  KEY: "boxes",
};

async function runWith(environment: Readonly<Record<string, string | undefined>>) {
  const root = mkdtempSync(join(tmpdir(), "modelwright-"));
  try {
    for (const [name, text] of [
      ["inference.py", PYTHON],
      ["p.pt", "weights"],
    ] as const)
      writeFileSync(join(root, name), text);
    const host = memoryHost(
      new Map([
        ["efemarai.yaml", DEFINITION],
        ["inference.py", PYTHON],
      ]),
    );
    const { plan } = compile(["efemarai.yaml"], host);
    assert.ok(plan);
    const inputs = async function* () {
      yield { id: "one", inputs: { image: "a.png" } };
    };
    const { rows, report } = await runPlan(plan, inputs(), { root, environment: { ...process.env, ...environment } });
    return { rows, report, root };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe("names from the environment", (test) => {
  test("are the values of the variables when the model runs", async () => {
    const { rows, report, root } = await runWith({ ...ENVIRONMENT, TEAM: "roads" });
    assert.equal(report.failures, []);
    const [prediction] = predictions(rows);
    const weights = join(root, "p.pt");
    assert.equal(prediction?.["given"], { weights, title: "det-3f2a9d1c of roads", again: weights, device: "cpu" });
    assert.equal(prediction?.["boxes"], []);
    assert.equal(
      report.models.map(({ id, name }) => [id, name]),
      [["det_ci_sha", "det-${CI_SHA}"]],
    );
  });

  test("without braces stay in the text if they are unset", async () => {
    const { rows } = await runWith({ ...ENVIRONMENT, TEAM: undefined });
    const given = predictions(rows)[0]?.["given"] as Readonly<Record<string, string>>;
    assert.is(given["title"], "det-3f2a9d1c of $TEAM");
  });

  const WRONG: readonly (readonly [change: Readonly<Record<string, string | undefined>>, failure: RegExp])[] = [
    [{ KEY: undefined }, /environment variable KEY is not set/],
    [{ FILE: undefined }, /environment variable FILE is not set/],
    [{ MODULE: "" }, /^`\$\{MODULE\}:get_model` is not `module:function`$/],
    [{ KEY: "" }, /environment variable KEY is empty/],
    [{ PREDICT: undefined }, /^`\$PREDICT` is not `module:function`$/],
    [{ PREDICT: "inference" }, /^`\$PREDICT` is not `module:function`$/],
    [{ MODULE: "elsewhere" }, /^the module of the entry point `\$\{MODULE\}:get_model` does not exist in the code$/],
    [{ ARGUMENT: "title" }, /is already used by another input/],
  ];
  for (const [change, failure] of WRONG) {
    test(`${JSON.stringify(change)} is reported before anything starts`, async () => {
      const { rows, report } = await runWith({ ...ENVIRONMENT, TEAM: "roads", ...change });
      assert.equal(rows, []);
      const said = report.failures.map(({ message }) => message).join("\n");
      assert.match(said, failure);
      const values = Object.values(change).filter((value) => value !== undefined && value !== "" && value !== "title");
      for (const value of values) assert.not.match(said, new RegExp(`\\b${value}\\b`));
    });
  }

  test("modules that the check accepts are found and imported, and no others", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      const modules = [
        "yolo-v5",
        "2mod",
        "_x",
        "é",
        "pack-age.2.in_ner",
        "a--b",
        "class",
        "-x",
        "a b",
        "a+b",
        "a..b",
        "",
      ];
      for (const module of modules) {
        const path = join(folder, `${module.replaceAll(".", "/")}.py`);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, "def predict():\n    pass\n");
      }
      const accepted = modules.filter((module) => parseEntrypoint(`${module}:predict`) !== undefined);
      const run = await Promise.all(modules.map((module) => moduleProblem(folder, module)));
      assert.equal(
        modules.filter((_, i) => run[i] === undefined),
        accepted,
      );
      assert.equal(accepted, ["yolo-v5", "2mod", "_x", "é", "pack-age.2.in_ner", "a--b", "class"]);
      const code = `import importlib, json, sys\nfor name in json.loads(sys.argv[1]): importlib.import_module(name).predict`;
      const { status, stderr } = spawnSync("python3", ["-c", code, JSON.stringify(accepted)], {
        cwd: folder,
        encoding: "utf8",
      });
      assert.is(status, 0, stderr);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
