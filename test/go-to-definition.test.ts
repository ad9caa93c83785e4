// In an editor, Go to Definition on a model of the bindings opens the definition at the name of the model.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { COMPILERS, write, writeProject } from "./bindings-project.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { definitionsAt } from "./language-server.ts";
import { temporaryFolder } from "./temporary.ts";

const model = (name: string) => `  - description: finds ships 🚢 and planes
    name: ${name}
    repository: { url: . }
    runtime:
      image: python:3.11-slim
      load:
        entrypoint: calls:load
        inputs: [{ name: threshold, value: 0.5 }]
        output: { name: model }
      predict:
        entrypoint: calls:predict
        inputs: [{ name: model, value: "\${model.runtime.load.output.model}" }, { name: items, value: "\${datapoints}" }]
        output: { name: predictions, keys: [boxes, scores] }
`;

const CODE = `def load(threshold): ...
def predict(model, items): ...
`;

const PROGRAM = `import * as models from "../generated/models.js";
import type { YolorP6LoadArguments } from "../generated/models.js";
export const first = models.yolorP6;
export const second = models.segment;
export const limit = (given: YolorP6LoadArguments): number => given.threshold;
const detector = await first.start({ env: {} });
for await (const prediction of detector.predict([])) prediction.boxes;
export type Name = models.ModelName;
`;

/** The place of the `wanted`th line with some text. */
function placeOf(text: string, wanted: string): { readonly line: number; readonly column: number } {
  const line = text.split("\n").findIndex((each) => each.includes(wanted));
  assert.ok(line >= 0, wanted);
  return { line: line + 1, column: (text.split("\n")[line] ?? "").indexOf(wanted) + 1 };
}

describe("go to definition", (test) => {
  const folder = temporaryFolder();
  const one = `# Two models of the project.\nmodels:\n${model("segment")}${model("YOLOR-P6")}`;
  write(folder, { "vision/efemarai.yaml": one, "vision/calls.py": CODE });
  write(folder, { "hearing/efemarai.yaml": `models:\n${model("speech")}`, "hearing/calls.py": CODE });
  writeProject(folder, { "src/program.ts": PROGRAM });
  const built = spawnSync(process.execPath, [MAIN, "build", "--target", "js", "vision/efemarai.yaml"], {
    cwd: folder,
    encoding: "utf8",
  });

  for (const compiler of COMPILERS) {
    test(`opens the definition file, with ${compiler}`, async () => {
      assert.is(built.status, 0, built.stderr);
      const column = (text: string, word: string) => {
        const { line, column: start } = placeOf(PROGRAM, text);
        return { line, column: start + text.indexOf(word) };
      };
      const found = await definitionsAt(compiler, join(folder, "src/program.ts"), [
        column("models.yolorP6", "yolorP6"),
        column("models.segment", "segment"),
        column("given: YolorP6LoadArguments", "YolorP6"),
        column("given.threshold", "threshold"),
        column("prediction.boxes", "boxes"),
        column("models.ModelName", "ModelName"),
      ]);
      const file = join(folder, "vision/efemarai.yaml");
      const yolor = { file, ...placeOf(one, "YOLOR-P6") };
      const threshold = { file, ...placeOf(one.replace("0.5", "   "), "0.5") };
      assert.equal(found.slice(0, 5), [[yolor], [{ file, ...placeOf(one, "segment") }], [yolor], [threshold], [yolor]]);
      const declarations = join(folder, "generated/models.d.ts");
      assert.equal(found[5]?.[0]?.file, declarations);
      assert.match(readFileSync(`${declarations}.map`, "utf8"), '"../vision/efemarai.yaml"');
    });
  }

  test("finds several definition files", async () => {
    const args = ["build", "--target", "js", "--out", "both", "vision/efemarai.yaml", "hearing/efemarai.yaml"];
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, encoding: "utf8" });
    assert.is(status, 0, stderr);
    const program = 'import { segment, speech } from "../both/models.js";\nexport const all = [segment, speech];\n';
    write(folder, { "src/both.ts": program });
    const found = await definitionsAt("typescript-6", join(folder, "src/both.ts"), [
      { line: 2, column: 21 },
      { line: 2, column: 30 },
    ]);
    assert.equal(
      found.map((places) => places.map(({ file, line }) => [file, line])),
      [[[join(folder, "vision/efemarai.yaml"), 4]], [[join(folder, "hearing/efemarai.yaml"), 3]]],
    );
  });
});
