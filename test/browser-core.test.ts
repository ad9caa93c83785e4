// The compiler core in a browser: it needs no Node.js modules, does not load zod, and gives the same bytes.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import * as assert from "uvu/assert";
import * as browser from "../src/browser.ts";
import { rules } from "../src/check/rules/index.ts";
import { emit } from "../src/emit/emit.ts";
import { TARGETS } from "../src/emit/files.ts";
import * as all from "../src/index.ts";
import { CHROMIUM, saySkipped, withPage } from "./browser.ts";
import { describe } from "./describe.ts";
import { DIST } from "./dist.ts";
import { fixture, ROOT } from "./golden.ts";
import { withoutExamples } from "./tools/without-examples.mjs";

/** Bundles an entry for a page, where Node.js modules cannot be resolved, and checks which modules the bundle contains. */
async function bundle(entry: string, plugins: readonly Plugin[] = []): Promise<string> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: ROOT,
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: "modelwright",
    charset: "utf8",
    minify: true,
    plugins: [...plugins],
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const inputs = Object.keys(metafile.inputs);
  assert.ok(inputs.some((path) => path.includes("src/python/")));
  assert.equal(
    inputs.filter((path) => /ts-morph|\/zod\/|src\/(?:run|cli|disk|system|plugin)\/|plan\/schema\./.test(path)),
    [],
  );
  assert.equal(
    Object.values(metafile.outputs).flatMap(({ imports }) => imports),
    [],
  );
  const text = outputFiles[0]?.text ?? "";
  assert.not.match(text, /["'`]node:|(?<![.\w])require\(|process\.(?:env|cwd|argv)/);
  return text;
}

const CASES = ["python-types", "remote", "several-models", "hostile-names", "yaml-values"];

const filesOf = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(fixture("accept", name), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(fixture("accept", name).length + 1), readFileSync(path, "utf8")]),
  );

/** Lines that are in the examples of a rule and in none of its other texts. */
const EXAMPLES = rules.flatMap(({ bad, good, summary, explanation }) =>
  [...bad.split("\n"), ...good.split("\n")].filter(
    (line) => /^ *[\w :./-]{25,}$/.test(line) && !summary.includes(line.trim()) && !explanation.includes(line.trim()),
  ),
);

describe("the compiler core in a browser", (test) => {
  let text = "";

  test("is bundled without Node.js modules and without zod", async () => {
    text = await bundle(join(DIST, "src/browser.js"));
  });

  test("is also bundled without the examples of rules", async () => {
    const smaller = await bundle("src/browser.ts", [withoutExamples]);
    const left = EXAMPLES.filter((line) => text.includes(line));
    assert.ok(left.length > 50);
    assert.equal(
      left.filter((line) => smaller.includes(line)),
      [],
    );
  });

  test("exports everything that the package exports, except the zod schema of plans", () => {
    const names = new Set([...Object.keys(browser), "executionPlan"]);
    assert.equal([...names].sort(), [...new Set([...Object.keys(all), "emitText"])].sort());
  });

  saySkipped("the compiler in a browser");
  if (CHROMIUM === undefined) return;

  test("makes the same plans and bindings as Node, byte for byte", () =>
    withPage(async (page) => {
      await page.addScriptTag({ content: text });
      for (const name of CASES) {
        const files = filesOf(name);
        const { plan } = all.compile(["efemarai.yaml"], all.memoryHost(new Map(Object.entries(files))));
        assert.ok(plan, name);
        const options = TARGETS.map((target) => ({ root: "./", target }));
        const generated = await page.evaluate(`{
          const host = modelwright.memoryHost(new Map(Object.entries(${JSON.stringify(files)})));
          const { plan } = modelwright.compile(["efemarai.yaml"], host);
          JSON.stringify(${JSON.stringify(options)}.map((each) => modelwright.emitText(plan, each)));
        }`);
        const found = JSON.parse(String(generated));
        assert.equal(
          found,
          options.map((each) => emit(plan, each)),
          name,
        );
        const golden = (path: string) => readFileSync(fixture("accept", name, path), "utf8");
        assert.equal(
          found[0],
          ["models.ts", "plan.json"].map((path) => ({ path, text: golden(path) })),
          name,
        );
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
