// What a bundler keeps of generated bindings: the used model and almost nothing else.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build as esbuild, transform } from "esbuild";
import { rollup } from "rollup";
import * as assert from "uvu/assert";
import { build as vite } from "vite";
import { memoryHost } from "../src/base/host.ts";
import { compile } from "../src/compile.ts";
import { emit, type Target } from "../src/emit/emit.ts";
import type { ExecutionPlan } from "../src/plan/execution-plan.ts";
import { write, writeProject } from "./bindings-project.ts";
import { describe } from "./describe.ts";
import { manyModels } from "./many-models.ts";
import { modelOf, planOf } from "./plans.ts";

const external = ["modelwright/run"];
const PROGRAM = "main.js";

const withEsbuild = async (folder: string): Promise<string> => {
  const options = { bundle: true, format: "esm", external, write: false } as const;
  const { outputFiles } = await esbuild({ ...options, entryPoints: [join(folder, PROGRAM)] });
  return outputFiles[0]?.text ?? "";
};

const withRollup = async (folder: string): Promise<string> => {
  const bundle = await rollup({ input: join(folder, PROGRAM), external });
  const { output } = await bundle.generate({ format: "es" });
  return output[0].code;
};

const withVite =
  (kind: "ssr" | "lib") =>
  async (folder: string): Promise<string> => {
    const entry = join(folder, PROGRAM);
    const build = {
      ...(kind === "ssr" ? { ssr: entry } : { lib: { entry, formats: ["es" as const], fileName: "main" } }),
      outDir: join(folder, kind),
      rollupOptions: { external },
    };
    await vite({ root: folder, configFile: false, logLevel: "error", build });
    return readFileSync(join(folder, kind, "main.js"), "utf8");
  };

/** rollup reads only JavaScript, the others read both. */
const BUNDLERS: readonly (readonly [
  name: string,
  targets: readonly Target[],
  bundle: (folder: string) => Promise<string>,
])[] = [
  ["esbuild", ["ts", "js"], withEsbuild],
  ["rollup", ["js"], withRollup],
  ["Vite, ssr", ["ts", "js"], withVite("ssr")],
  ["Vite, library", ["ts", "js"], withVite("lib")],
];

/** esbuild minifies all bundles, because rollup and Vite's library mode do not minify. */
async function minified(text: string): Promise<string> {
  return (await transform(text, { minify: true, format: "esm" })).code;
}

async function bundled(
  plan: ExecutionPlan,
  target: Target,
  program: string,
  bundle: (folder: string) => Promise<string>,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-bundle-"));
  try {
    const files = emit(plan, { root: "../", target }).map(({ path, text }) => [path, text] as const);
    write(folder, { ...Object.fromEntries(files), [PROGRAM]: program, "package.json": '{ "type": "module" }' });
    return await minified(await bundle(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rich = compile(["efemarai.yaml"], memoryHost(manyModels(50, "rich"))).plan ?? planOf([]);

/** Names whose identifiers need an escape, a suffix or another script. */
const UNUSUAL = ["分类器", "Détecteur 3", "__proto__", "default", "then", "a b", "a-b", "3d", "*/ evil() /*", "Error"];
const unusual = planOf(
  [...UNUSUAL, ...Array.from({ length: 40 }, (_, index) => `other ${index}`)].map((name, index) =>
    modelOf({ id: `unusual_${index}`, name, description: name, keys: ["boxes"] }),
  ),
);

describe("bundles of bindings", (test) => {
  for (const [name, targets, bundle] of BUNDLERS) {
    for (const target of targets) {
      test(`contain one model of fifty, in less than 200 bytes: ${name}, ${target}`, async () => {
        const one = await bundled(
          rich,
          target,
          'import * as models from "./models.js"; console.log(models.model7);',
          bundle,
        );
        assert.equal(one.match(/model_?\d+/g), ["model_7"]);
        assert.match(one, 'from"modelwright/run"');
        assert.ok(Buffer.byteLength(one) < 200, `${Buffer.byteLength(one)} bytes: ${one}`);
      });
    }

    test(`contain one model of fifty with unusual names: ${name}`, async () => {
      const program = 'import * as models from "./models.js"; console.log(models.分类器, models.model3d);';
      const two = await bundled(unusual, targets[0] ?? "ts", program, bundle);
      assert.equal(two.match(/unusual_\d+/g), ["unusual_0", "unusual_7"]);
      assert.ok(Buffer.byteLength(two) < 220, `${Buffer.byteLength(two)} bytes: ${two}`);
      assert.not.match(two, /evil|other|proto|sha256:[0-9a-f]{64}/);
    });
  }

  test("contain nothing of an unused module", async () => {
    const none = await bundled(rich, "js", 'import "./models.js"; console.log(1);', withEsbuild);
    assert.not.match(none, /sha256|model_/);
  });

  test("come from a namespace with exactly the models", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-bundle-"));
    try {
      const files = emit(unusual, { root: "./", target: "js" }).map(({ path, text }) => [path, text] as const);
      writeProject(folder, Object.fromEntries(files));
      const names = Object.keys(await import(join(folder, "models.js")));
      assert.is(names.length, 50);
      assert.not.ok(names.includes("fromPlan"));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
