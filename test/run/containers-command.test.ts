// Containers on the command line and in bindings: the example on real data, `doctor`, and mistakes in options.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as assert from "uvu/assert";
import { type Datapoint, defineModel, type Model, ModelError } from "../../src/run/index.ts";
import { modelwright, type Outcome } from "../command-line.ts";
import { describe } from "../describe.ts";
import { fixture } from "../golden.ts";
import { temporaryFolder } from "../temporary.ts";
import {
  assertNoContainer,
  BOTH,
  codeFolder,
  ENGINE,
  hasImages,
  PYTHON_IMAGE,
  saySkipped,
  testImage,
} from "./containers.ts";
import { planOf } from "./harness.ts";

saySkipped("containers on the command line");

const ENVIRONMENT = { CONTAINERS_CONF: process.env["CONTAINERS_CONF"] };

/** A copy of the example with the image that is made for tests. */
function digits(settings = ""): string {
  const folder = temporaryFolder();
  cpSync(fixture("run/digits"), folder, { recursive: true });
  const definition = readFileSync(join(folder, "efemarai.yaml"), "utf8");
  const changed = definition.replace("python:3.11-slim", PYTHON_IMAGE);
  writeFileSync(join(folder, "efemarai.yaml"), changed.replace("    runtime:\n", `${settings}    runtime:\n`));
  return folder;
}

function run(folder: string, ...args: readonly string[]): Outcome {
  return modelwright(folder, ["run", ...args, "--input", "images", "--output", "out.jsonl"], "", ENVIRONMENT);
}

describe("run: options of containers", (test) => {
  test("that are wrong are reported before anything starts", () => {
    const folder = digits();
    for (const [args, message] of [
      [["--memory", "lots"], "Invalid value `lots` for `--memory`: expected an amount such as 512m or 4g."],
      [["--cpus", "0"], "Invalid value `0` for `--cpus`: expected a positive number, such as 1.5."],
      [["--processes", "1.5"], "Invalid value `1.5` for `--processes`: expected a whole number of at least 1."],
      [["--network", "host"], "Invalid value `host` for `--network`: expected none."],
      [["--container", "efemarai.yaml", "other.yaml"], "Only one definition can be run."],
    ] as const) {
      const { code, err } = run(folder, ...args);
      assert.is(code, 2, err);
      assert.match(err, message);
    }
  });

  test("are the same for the examples of models, here and in a bundle", () => {
    const folder = digits();
    const bundle = modelwright(folder, ["bundle", "--out", "made.tar"]);
    assert.is(bundle.code, 0, bundle.err);
    for (const [args, message] of [
      [["test", "--memory", "lots"], "Invalid value `lots` for `--memory`"],
      [["bundle", "verify", "made.tar", "--run", "--cpus", "0"], "Invalid value `0` for `--cpus`"],
      [["bundle", "verify", "--container", "made.tar", "other.tar"], "Name one bundle to verify. To name an engine,"],
      [["bundle", "verify", "--run"], "Name one bundle to verify."],
    ] as const) {
      const { code, err } = modelwright(folder, args);
      assert.is(code, 2, err);
      assert.match(err, message);
    }
    const { code, err } = modelwright(folder, ["test", "--network", "none"]);
    assert.is(code, 6);
    assert.match(err, "container failed: the options of containers have no effect");
  });

  test("need a model that runs in a container", () => {
    for (const args of [
      ["--network", "none"],
      ["--no-container", "--memory", "1g"],
    ]) {
      const { code, err } = run(digits(), ...args);
      assert.is(code, 6);
      assert.match(err, "container failed: the options of containers have no effect, because no model runs in one");
    }
    const { code, err } = run(digits("    x-modelwright: { network: none }\n"));
    assert.is(code, 6);
    assert.match(err, "digits failed: the setting `network` requires a container; use `--container`");
  });
});

describe("run: the example in a container", (test) => {
  if (!hasImages || ENGINE !== "podman") return test("is skipped", () => {});
  const expected = readFileSync(fixture("run/digits/predictions.jsonl"), "utf8");

  test("predicts the same as without one", () => {
    const folder = digits();
    const { code, err } = run(folder, "--container", "efemarai.yaml", "--network", "none", "--memory", "1g");
    assert.is(code, 0, err);
    assert.is(readFileSync(join(folder, "out.jsonl"), "utf8"), expected);
    assert.not.match(err, "not used");
  });

  test("is where the definition says, unless the caller says otherwise", () => {
    for (const [setting, args, isUsed] of [
      ["always", [], true],
      ["always", ["--no-container"], false],
      ["never", ["--container=podman"], false],
    ] as const) {
      const folder = digits(`    x-modelwright: { container: ${setting} }\n`);
      const { code, err } = run(folder, ...args);
      assert.is(code, 0, err);
      assert.is(err.includes("`image` of the definition is not used"), !isUsed, err);
      assert.is(readFileSync(join(folder, "out.jsonl"), "utf8"), expected);
    }
  });

  test("predicts the recorded examples, here and in a bundle", () => {
    const folder = digits();
    assert.is(modelwright(folder, ["bundle", "--out", "made.tar"]).code, 0);
    for (const args of [
      ["test", "--container", "efemarai.yaml", "--network", "none"],
      ["bundle", "verify", "--run", "--network", "none", "--container", "made.tar"],
    ]) {
      const { code, out, err } = modelwright(folder, args, "", ENVIRONMENT);
      assert.is(code, 0, err);
      assert.match(out, /digits: 3 examples, as recorded\n$/);
    }
    const definition = readFileSync(join(folder, "efemarai.yaml"), "utf8");
    writeFileSync(join(folder, "efemarai.yaml"), definition.replace(PYTHON_IMAGE, testImage("no-python")));
    const { code, err } = modelwright(folder, ["test", "--container"], "", ENVIRONMENT);
    assert.is(code, 6);
    assert.match(err, "has no `python3`; use an image with Python 3.9 or later");
  });

  test("is examined by `doctor`, which pulls nothing", () => {
    const folder = digits();
    const found = modelwright(folder, ["doctor", "--container"], "", ENVIRONMENT);
    assert.is(found.code, 0, found.out);
    assert.match(found.out, `Python      3.11.2, python3, from the image \`${PYTHON_IMAGE}\``);
    const definition = readFileSync(join(folder, "efemarai.yaml"), "utf8");
    writeFileSync(join(folder, "efemarai.yaml"), definition.replace(PYTHON_IMAGE, testImage("missing")));
    const missing = modelwright(folder, ["doctor", "--container=podman"], "", ENVIRONMENT);
    assert.is(missing.code, 0, missing.out);
    assert.match(missing.out, `  fetches the image \`${testImage("missing")}\``);
    writeFileSync(join(folder, "efemarai.yaml"), definition.replace(PYTHON_IMAGE, testImage("no-python")));
    const wrong = modelwright(folder, ["doctor", "--container"], "", ENVIRONMENT);
    assert.is(wrong.code, 1);
    assert.match(wrong.out, "has no `python3`; use an image with Python 3.9 or later");
  });
});

describe("run: a session in a container", (test) => {
  if (!hasImages || ENGINE !== "podman") return test("is skipped", () => {});
  type Anything = Model<Datapoint, Readonly<Record<string, unknown>>, Readonly<Record<string, string>>>;

  function modelIn(root: string, image: string): Anything {
    mkdirSync(join(root, "generated"), { recursive: true });
    const plan = planOf({ folder: "code", image, predictInputs: BOTH });
    writeFileSync(join(root, "generated/plan.json"), JSON.stringify(plan));
    const module = { url: pathToFileURL(join(root, "generated/models.ts")).href } as ImportMeta;
    return defineModel("model", module, { root: "../", plan: plan.hash });
  }

  test("predicts, reports what cannot be read, and leaves nothing", async () => {
    const root = codeFolder(`def load():
    print("loading")

def predict(model, datapoints):
    return [{"text": open(datapoints[0]["file"]).read()}]
`);
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.txt"), "a");
    const elsewhere = join(temporaryFolder(), "b.txt");
    writeFileSync(elsewhere, "b");
    const log: string[] = [];
    const session = await modelIn(root, PYTHON_IMAGE).start({
      env: {},
      container: "podman",
      containerOptions: { network: "none", mounts: [folder] },
      onLog: (line) => log.push(line),
    });
    const results = [];
    for await (const result of session.predictSettled([{ path: join(folder, "a.txt") }, { path: elsewhere }])) {
      results.push(result.status === "fulfilled" ? result.value : result.reason.message);
    }
    await session.stop();
    assert.equal(results[0], { text: "a" });
    assert.match(String(results[1]), "cannot be read in the container; mount its folder with `--mount`");
    assert.equal(log, ["loading"]);
    await assertNoContainer(root);
  });

  test("is not started if the image is wrong", async () => {
    const root = codeFolder("def load():\n    pass\n\n\ndef predict():\n    return []\n");
    try {
      await modelIn(root, testImage("no-python")).start({ env: {}, container: "podman" });
      assert.unreachable();
    } catch (error) {
      assert.instance(error, ModelError);
      assert.match((error as ModelError).message, "has no `python3`");
    }
  });
});
