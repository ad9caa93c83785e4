// The compiler core in a browser: it needs nothing of Node and gives the same bytes.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import * as assert from "uvu/assert";
import { CHROMIUM, saySkipped, withPage } from "./browser.ts";
import { describe } from "./describe.ts";
import { DIST } from "./dist.ts";
import { fixture, ROOT } from "./golden.ts";

/** Bundled as for a page, where Node modules cannot be resolved. */
async function bundle(): Promise<string> {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `export { compile, check, fix, memoryHost } from ${JSON.stringify(join(DIST, "src/index.js"))};
export { canonicalJsonPretty } from ${JSON.stringify(join(DIST, "src/plan/canonical.js"))};`,
      resolveDir: ROOT,
    },
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: "modelwright",
    minify: true,
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const inputs = Object.keys(metafile.inputs);
  assert.ok(inputs.some((path) => path.startsWith("dist/src/python/")));
  assert.equal(
    inputs.filter((path) => /ts-morph|dist\/src\/(?:run|emit|cli|disk|plugin)\//.test(path)),
    [],
  );
  assert.equal(
    Object.values(metafile.outputs).flatMap(({ imports }) => imports),
    [],
  );
  return outputFiles[0]?.text ?? "";
}

const CASES = ["python-types", "remote", "several-models", "hostile-names", "yaml-values"];

const filesOf = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(fixture("accept", name), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(fixture("accept", name).length + 1), readFileSync(path, "utf8")]),
  );

describe("the compiler core in a browser", (test) => {
  let text = "";

  test("is bundled without anything of Node", async () => {
    text = await bundle();
    assert.not.match(text, /["'`]node:|(?<![.\w])require\(|process\.(?:env|cwd|argv)/);
  });

  saySkipped("the compiler in a browser");
  if (CHROMIUM === undefined) return;

  test("makes the same plans as Node, byte for byte", () =>
    withPage(async (page) => {
      await page.addScriptTag({ content: text });
      for (const name of CASES) {
        const plan = await page.evaluate(`{
          const host = modelwright.memoryHost(new Map(Object.entries(${JSON.stringify(filesOf(name))})));
          modelwright.canonicalJsonPretty(modelwright.compile(["efemarai.yaml"], host).plan);
        }`);
        assert.is(plan, readFileSync(fixture("accept", name, "plan.json"), "utf8"), name);
      }
    }));

  test("finds mistakes and fixes them", () =>
    withPage(async (page) => {
      await page.addScriptTag({ content: text });
      const found = await page.evaluate(`{
        const files = [{ path: "efemarai.yaml", text: "project:\\n  nam: ships\\n" }];
        const host = modelwright.memoryHost(new Map());
        const { before, files: [fixed] } = modelwright.fix(files, host);
        JSON.stringify([before.diagnostics.map(({ code }) => code), fixed.after]);
      }`);
      assert.equal(JSON.parse(String(found)), [["unknown-key"], "project:\n  name: ships\n"]);
    }));
});
