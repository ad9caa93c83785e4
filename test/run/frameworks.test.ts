// Real frameworks in a complete run: the digits in ONNX Runtime and in PyTorch, through the command line and the
// bindings, compared with the same functions in plain Python.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { compile, writeProject } from "../bindings-project.ts";
import { modelwright } from "../command-line.ts";
import { describe } from "../describe.ts";
import { fixture, ROOT } from "../golden.ts";
import { assertGone, newMark } from "./harness.ts";

const FOLDER = fixture("run/digits-frameworks");
const IMAGES = fixture("run/digits/images");
const python = process.env["MODELWRIGHT_FRAMEWORKS_PYTHON"] ?? "python3";

interface Framework {
  readonly model: string;
  readonly identifier: string;
  readonly module: string;
  readonly weights: string;
  readonly packages: readonly string[];
}

const FRAMEWORKS: readonly Framework[] = [
  {
    model: "digits-onnx",
    identifier: "digitsOnnx",
    module: "onnx_digits",
    weights: "digits.onnx",
    packages: ["onnxruntime", "numpy", "PIL"],
  },
  {
    model: "digits-torch",
    identifier: "digitsTorch",
    module: "torch_digits",
    weights: "weights.npz",
    packages: ["torch", "numpy", "PIL"],
  },
];

/** The prediction for one image, as lists. */
interface Digits {
  readonly classes: readonly number[];
  readonly scores: readonly number[];
  readonly probabilities: readonly number[];
}

/** Without Modelwright: the same functions and the same batches. */
const PLAIN = `
import importlib, json, os, sys
module, weights, images = sys.argv[1:]
module = importlib.import_module(module)
network = module.load_model(weights)
paths = [os.path.join(images, name) for name in sorted(os.listdir(images))]
rows = []
for start in range(0, len(paths), 32):
    rows += module.predict(network, [{"image": path} for path in paths[start : start + 32]])
print(json.dumps([{key: value.tolist() for key, value in row.items()} for row in rows]))
`;

function inPlainPython({ module, weights }: Framework): readonly Digits[] {
  const args = ["-c", PLAIN, module, weights, IMAGES];
  return JSON.parse(execFileSync(python, args, { cwd: FOLDER, encoding: "utf8", maxBuffer: 2 ** 26 }));
}

/** How often the best class is correct. */
function right(predictions: readonly Digits[]): number {
  const lines = readFileSync(fixture("run/digits/labels.csv"), "utf8").trim().split("\n").slice(1);
  const labels = lines.map((line) => Number(line.split(",")[1]));
  assert.is(predictions.length, labels.length);
  return predictions.filter(({ classes }, index) => classes[0] === labels[index]).length;
}

/** The images in a typed program, with unchanged arrays. */
const program = (identifier: string): string => `import * as models from "./generated/models.js";

declare const process: { readonly env: { [name: string]: string | undefined; TZ?: string }; readonly argv: string[] };
declare const console: { log(text: string): void };

interface Arrived { readonly dtype: string; readonly shape: readonly number[]; readonly data: Iterable<number | bigint> }

const [, , root = "", python = "", ...paths] = process.argv;
const model = await models.${identifier}.start({ env: process.env, root, python });
const rows: { classes: number[]; scores: number[]; probabilities: number[] }[] = [];
const kinds = new Set<string>();
// An array without dimensions would be its only element.
function numbers(value: Arrived | number | boolean): number[] {
  if (typeof value !== "object") throw new Error("no array: " + value);
  kinds.add(value.dtype + " " + value.shape.join());
  return Array.from(value.data, Number);
}
for await (const { classes, scores, probabilities } of model.predict(paths.map((path) => ({ path })), { arrays: "raw" })) {
  rows.push({ classes: numbers(classes), scores: numbers(scores), probabilities: numbers(probabilities) });
}
await model.stop();
console.log(JSON.stringify({ kinds: [...kinds], rows }));
`;

/** Why a framework cannot be tested, if it cannot. */
function whyMissing(packages: readonly string[]): string | undefined {
  const { status, stderr } = spawnSync(python, ["-c", `import ${packages.join(", ")}`], { encoding: "utf8" });
  return status === 0 ? undefined : (stderr ?? `${python} cannot be started`).trim().split("\n").at(-1);
}

for (const framework of FRAMEWORKS) {
  const { model, identifier, packages } = framework;
  const reason = whyMissing(packages);
  if (reason !== undefined) console.log(`skipped: ${model} in a real framework: ${reason}`);
  describe(`run: ${model}${reason === undefined ? "" : " (skipped)"}`, (test) => {
    if (reason !== undefined) return test(`(skipped: ${reason})`, () => {});
    const plain = inPlainPython(framework);

    test("is as accurate in plain Python as the network without a framework", () => {
      assert.is(right(plain), 349);
    });

    test("predicts the same through the command line", async () => {
      const mark = newMark();
      const args = ["run", "--quiet", "--model", model, "--python", python, "--input", IMAGES];
      const { code, out, err } = modelwright(FOLDER, args, "", { MODELWRIGHT_MARK: mark });
      assert.equal([code, err], [0, ""]);
      await assertGone(mark);
      const rows = out.trim().split("\n");
      assert.equal(
        rows.map((row) => JSON.parse(row).predictions),
        plain,
      );
    });

    test("predicts the same through the bindings, with unchanged arrays", async () => {
      const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
      const mark = newMark();
      try {
        writeProject(folder, { "main.ts": program(identifier) });
        const built = modelwright(FOLDER, ["build", "--out", join(folder, "generated")]);
        assert.is(built.code, 0, built.err);
        assert.is(await compile("typescript", folder), "");
        const paths = plain.map((_, index) => join(IMAGES, `${String(index + 1).padStart(4, "0")}.png`));
        const args = ["--import", "tsx", join(folder, "main.ts"), FOLDER, python, ...paths];
        const env = { ...process.env, MODELWRIGHT_MARK: mark };
        const { kinds, rows } = JSON.parse(
          execFileSync(process.execPath, args, { cwd: ROOT, env, encoding: "utf8", maxBuffer: 2 ** 26 }),
        );
        assert.equal(kinds, ["INT64 3", "FP32 3", "FP32 10"]);
        assert.equal(rows, plain);
        await assertGone(mark);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
}
