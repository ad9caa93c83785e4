// Settings of Modelwright in a definition (`x-modelwright`): checked, explained, planned, and used by a run.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { compile } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import type { ExecutionPlan } from "../src/plan/execution-plan.ts";
import { variableUses } from "../src/plan/variables.ts";
import type { RunOptions } from "../src/run/api/options.ts";
import { run } from "../src/run/run.ts";
import { change, compileText, DEFINITION, PYTHON as FUNCTIONS, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";

/** The definition with settings for the file and for its model. */
function settings(file: string, model = ""): string {
  const inModel = model === "" ? "" : `    x-modelwright: ${model}\n`;
  const text = change(DEFINITION, "    runtime:\n", `${inModel}    runtime:\n`);
  return file === "" ? text : `x-modelwright: ${file}\n${text}`;
}

function planned(text: string | Readonly<Record<string, string>>): ExecutionPlan {
  const { plan } = compileText(text);
  if (plan === undefined) throw new Error("the definition has mistakes");
  return plan;
}

/** The settings of the first model by key, whichever call they are for. */
function settingsOf(text: string | Readonly<Record<string, string>>): Readonly<Record<string, unknown>> | undefined {
  const settings = planned(text).models[0]?.settings;
  return settings && { ...settings.load, ...settings.predict };
}

describe("settings in a definition", (test) => {
  const WRONG: readonly (readonly [settings: string, ...mistakes: string[]])[] = [
    ["{ limits: { load: 0 } }", "invalid-value 0"],
    ["{ limits: { load: soon } }", "wrong-type soon"],
    ["{ limits: { lod: 5 } }", "unknown-key lod"],
    ["{ limits: 5 }", "wrong-type 5"],
    ["{ passenv: [A] }", "unknown-key passenv"],
    ["{ passEnv: A }", "wrong-type A"],
    ["{ passEnv: [HF_TOKEN=abc] }", "invalid-value HF_TOKEN=abc"],
    ["{ passEnv: ['${HF_TOKEN}'] }", "invalid-value '${HF_TOKEN}'"],
    ["{ passEnv: [1] }", "invalid-value 1"],
    ["{ replicas: 0 }", "invalid-value 0"],
    ["{ replicas: many }", "wrong-type many"],
    ["{ replicas: [2] }", "wrong-type replicas"],
    ["{ python: '' }", "invalid-value ''"],
    ["{ python: [a] }", "wrong-type python"],
    ["{ examples: '${FOLDER}' }", "invalid-value '${FOLDER}'"],
    ["{ examples: '' }", "invalid-value ''"],
    ["{ examples: tests }", "missing-file tests"],
    ["{ examples: inference.py }", "missing-file inference.py"],
  ];
  for (const [text, ...expected] of WRONG) {
    test(`${text} is a mistake for the file and for a model`, () => {
      assert.equal(mistakes(compileText(settings(text))), expected);
      assert.equal(mistakes(compileText(settings("", text))), expected);
    });
  }

  test("an invalid name is not repeated in a message", () => {
    for (const { message, hint } of compileText(settings("{ passEnv: [HF_TOKEN=s3cr3t] }")).diagnostics) {
      assert.not.match(`${message} ${hint}`, /s3cr3t/);
    }
  });

  test("only environment variables can be used in settings of the file", () => {
    assert.equal(mistakes(compileText(settings("{ python: '${model.name}' }"))), ["wrong-phase model"]);
    assert.equal(mistakes(compileText(settings("", "{ python: '${model.files.params.url}' }"))), [
      "wrong-phase model.files.params",
    ]);
  });

  test("other keys that begin with `x-` are free", () => {
    assert.equal(mistakes(compileText(`x-common: { limits: soon, a: "\${model.x}" }\n${DEFINITION}`)), []);
  });

  test("the plan contains them by key", () => {
    assert.equal(settingsOf(DEFINITION), undefined);
    assert.equal(settingsOf(settings("{ limits: { load: 900, batch: '${BATCH:-5}' }, passEnv: [A, B] }")), {
      "limits.load": { literal: 900 },
      "limits.batch": { env: "BATCH", default: "5" },
      passEnv: { list: [{ literal: "A" }, { literal: "B" }] },
    });
  });

  test("those of a model replace those of its file, key by key", () => {
    const file = "{ limits: { load: 1, import: 2 }, passEnv: [A], python: python3.10 }";
    assert.equal(settingsOf(settings(file, "{ limits: { load: 3 }, passEnv: [B] }")), {
      "limits.import": { literal: 2 },
      "limits.load": { literal: 3 },
      passEnv: { list: [{ literal: "B" }] },
      python: { literal: "python3.10" },
    });
  });

  test("a model with the runtime of another entry also has the settings of that entry", () => {
    const inheriting = `x-modelwright: { limits: { import: 1 }, python: ./bin/py }
models:
  - name: detector
    repository: { url: code }
    files:
      - name: params
        url: https://example.com/params.pt
`;
    const provider = settings("{ limits: { import: 7, batch: 8 } }", "{ limits: { load: 9 } }");
    const files = {
      "efemarai.yaml": inheriting,
      "code/efemarai.yaml": provider,
      "code/inference.py": "def get_model(**o): ...\ndef predict(**o): return []\n",
    };
    assert.equal(settingsOf(files), {
      "limits.batch": { literal: 8 },
      "limits.import": { literal: 1 },
      "limits.load": { literal: 9 },
      python: { literal: "bin/py" },
    });
  });

  test("the path of an interpreter starts at the folder of its definition", () => {
    const text = settings("{ python: venv/bin/python }");
    const { plan } = compileText(
      { "a/one.yaml": text, "a/inference.py": FUNCTIONS, "b/two.yaml": DEFINITION, "b/inference.py": FUNCTIONS },
      { given: ["a/one.yaml", "b/two.yaml"] },
    );
    assert.equal(plan?.models[0]?.settings, { load: { python: { literal: "a/venv/bin/python" } } });
    assert.equal(settingsOf(settings("{ python: ./python }")), { python: { literal: "./python" } });
    assert.equal(settingsOf(settings("{ python: python3.12 }")), { python: { literal: "python3.12" } });
  });

  test("the folder of examples starts at the folder of its definition, and a name with other case is a mistake", () => {
    const files = (path: string) => ({
      "a/one.yaml": settings(`{ examples: ${path} }`),
      "a/inference.py": FUNCTIONS,
      "a/tests/inputs.jsonl": "",
      "b/two.yaml": DEFINITION,
      "b/inference.py": FUNCTIONS,
    });
    const given = ["a/one.yaml", "b/two.yaml"];
    const { plan } = compileText(files("tests"), { given });
    assert.equal(plan?.models[0]?.settings, { load: { examples: { literal: "a/tests" } } });
    const mistakesIn = (path: string) =>
      mistakes(compileText(files(path), { given })).filter((each) => !each.startsWith("runtime-ignored"));
    assert.equal(mistakesIn("Tests"), ["path-case Tests"]);
    assert.equal(mistakesIn("../a/tests"), []);
    assert.equal(mistakesIn("../b"), []);
    assert.equal(mistakesIn("../../tests"), ["missing-file ../../tests"]);
  });

  test("their variables are in the plan and checked with `--env`", () => {
    const text = settings(
      "{ limits: { load: '${LOAD_SECONDS}', batch: '${BATCH:-9}' } }",
      "{ python: '${PYTHON_BIN}' }",
    );
    assert.equal(planned(text).environment, [
      { name: "BATCH", required: false, usedBy: ["detector/predict"] },
      { name: "LOAD_SECONDS", required: true, usedBy: ["detector/load"] },
      { name: "PYTHON_BIN", required: true, usedBy: ["detector/load"] },
    ]);
    assert.equal(mistakes(compileText(text, { environment: { LOAD_SECONDS: "1" } })), [
      "missing-environment PYTHON_BIN",
    ]);
  });
});

describe("variables of a plan", (test) => {
  test("are parts of a text only in a text, whatever the keys of a map are called", () => {
    const value = "{ template: '${A}', list: ['${B}'], map: { env: '${C}' }, text: 'x ${D}' }";
    const [model] = planned(change(DEFINITION, "value: 640", `value: ${value}`)).models;
    const uses = model === undefined ? [] : variableUses(model);
    assert.equal(uses.map(({ variable, isInText }) => [variable.env, isInText]).sort(), [
      ["A", false],
      ["B", false],
      ["C", false],
      ["D", true],
    ]);
  });
});

const PYTHON = `import os, sys, time

def load():
    time.sleep(float(os.environ.get("LOAD", "0")))
    return os.path.realpath(sys.executable), sys.argv

def predict(model, datapoints):
    time.sleep(float(os.environ.get("PREDICT", "0")))
    return [{"seen": os.environ.get("SEEN"), "orig": os.environ.get("ORIG_PYTHON")} for _ in datapoints]
`;

const definition = (settings: string) => `${settings}
models:
  - name: m
    runtime:
      image: python:3.11-slim
      load: { entrypoint: "code:load", output: { name: model } }
      predict:
        entrypoint: code:predict
        inputs:
          - { name: model, value: "\${model.runtime.load.output.model}" }
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: predictions }
`;

/** Runs a definition on one datapoint, in a folder of its own. */
async function outcome(
  settings: string,
  environment: Readonly<Record<string, string>>,
  options: Partial<RunOptions> = {},
  prepare: (folder: string) => void = () => {},
): Promise<{ readonly rows: readonly unknown[]; readonly failures: readonly string[]; readonly folder: string }> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "modelwright-")));
  try {
    writeFileSync(join(folder, "code.py"), PYTHON);
    writeFileSync(join(folder, "efemarai.yaml"), definition(settings));
    prepare(folder);
    const { plan, diagnostics } = compile(["efemarai.yaml"], nodeHost(folder));
    if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
    const rows: unknown[] = [];
    const report = await run(plan, {
      root: folder,
      environment: { PATH: process.env["PATH"], HOME: folder, ...environment },
      input: (async function* () {
        yield { id: "a", inputs: {} };
      })(),
      output: (line) => void rows.push(JSON.parse(line)),
      maxRestarts: 0,
      ...options,
    });
    return { rows, failures: report.failures.map(({ message }) => message), folder };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("settings of a definition in a run", (test) => {
  test("a time limit ends a load, and the caller's limit overrides it", async () => {
    const slow = { LOAD: "1.5" };
    const passing = "x-modelwright: { limits: { load: 0.2 }, passEnv: [LOAD] }";
    const { failures } = await outcome(passing, slow);
    assert.match(failures.join(), /0\.2 s/);
    assert.equal((await outcome(passing, slow, { limits: { loadMs: 60_000 } })).failures, []);
  });

  test("a time limit from the environment is a number of seconds", async () => {
    const setting = "x-modelwright: { limits: { batch: '${SECONDS_PER_BATCH}' }, passEnv: [PREDICT] }";
    const slow = { PREDICT: "1.5" };
    const { rows } = await outcome(setting, { ...slow, SECONDS_PER_BATCH: "0.2" });
    assert.match(JSON.stringify(rows), /0\.2 s/);
    const { failures } = await outcome(setting, { ...slow, SECONDS_PER_BATCH: "soon" });
    assert.equal(failures, ["the setting `limits.batch` is invalid: expected a number of seconds of at least 0.001"]);
    const unset = await outcome(setting, slow);
    assert.equal(unset.failures, ["the environment variable SECONDS_PER_BATCH is not set"]);
  });

  test("passed variables reach the model together with those of the caller, and their values are redacted", async () => {
    const { rows } = await outcome(
      "x-modelwright: { passEnv: [SEEN] }",
      { SEEN: "value-of-seen" },
      { passEnv: ["LOAD"] },
    );
    assert.match(JSON.stringify(rows), /"seen":"value-of-seen"/);
    const logs: string[] = [];
    await outcome(
      "x-modelwright: { passEnv: [SEEN] }",
      { SEEN: "value-of-seen" },
      { onEvent: (event) => logs.push(JSON.stringify(event)) },
      (folder) => writeFileSync(join(folder, "code.py"), `import os\nprint("it is", os.environ["SEEN"])\n${PYTHON}`),
    );
    assert.match(logs.join("\n"), /it is/);
    assert.not.match(logs.join("\n"), /value-of-seen/);
  });

  test("an interpreter is looked up from the folder of the definition, and the caller's overrides it", async () => {
    const real = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });
    const script = (folder: string) => {
      mkdirSync(join(folder, "bin"));
      writeFileSync(join(folder, "bin/py"), `#!/bin/sh\nORIG_PYTHON=own exec ${real} "$@"\n`, { mode: 0o755 });
      symlinkSync(real, join(folder, "other"));
    };
    const own = await outcome("x-modelwright: { python: bin/py }", {}, {}, script);
    assert.match(JSON.stringify(own.rows), /"orig":"own"/);
    const other = await outcome("x-modelwright: { python: bin/py }", {}, { python: real }, script);
    assert.match(JSON.stringify(other.rows), /"orig":null/);
    const missing = await outcome("x-modelwright: { python: bin/none }", {});
    assert.match(missing.failures.join(), /^`bin\/none` \(`python` below `x-modelwright`\) is not a Python/);
    assert.ok(dirname(missing.folder));
  });

  test("two models can have different interpreters", async () => {
    const real = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });
    const both = `${definition("")}${definition("").split("models:\n")[1]?.replace("- name: m", "- name: n\n    x-modelwright: { python: bin/py }")}`;
    const seen: unknown[] = [];
    const { failures } = await outcome(
      "",
      {},
      { input: "input.jsonl", output: (line) => void seen.push(JSON.parse(line)) },
      (folder) => {
        mkdirSync(join(folder, "bin"));
        writeFileSync(join(folder, "bin/py"), `#!/bin/sh\nORIG_PYTHON=own exec ${real} "$@"\n`, { mode: 0o755 });
        writeFileSync(join(folder, "efemarai.yaml"), both);
        writeFileSync(join(folder, "input.jsonl"), "{}\n");
        process.chdir(folder);
      },
    );
    assert.equal(failures, []);
    assert.match(JSON.stringify(seen), /"model":"m".*"orig":null.*"model":"n".*"orig":"own"/);
  });
});
