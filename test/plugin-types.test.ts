// TypeScript reads the declarations that `modelwright/plugin` writes next to a definition: real compilers, real language
// servers.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { COMPILERS, compile, write } from "./bindings-project.ts";
import { describe } from "./describe.ts";
import { example } from "./documentation.ts";
import { definitionsAt } from "./language-server.ts";
import { definition, newProject, PYTHON } from "./plugin-project.ts";

const PROGRAM = `import * as models from "./efemarai.yaml";

const session = await models.counter.start({ env: {} });
for await (const { letters } of session.predict([{ inputs: { text: "abc" } }])) console.log(letters + 1);
export const limit = (given: models.CounterLoadArguments): number => given.threshold;
`;

const CONFIG = `import modelwright from "modelwright/plugin";
import { defineConfig } from "vite";

export default defineConfig({ plugins: [modelwright.vite({ include: [/models\\/.*\\.yaml$/, "other.yaml"], declarations: false })] });
`;

/** The types of each build tool accept its plugin. */
const TOOLS = `import type { Plugin as Esbuild } from "esbuild";
import modelwright, { type PluginOptions } from "modelwright/plugin";
import type { Plugin as Rolldown } from "rolldown";
import type { Plugin as Rollup } from "rollup";
import type { Configuration } from "webpack";

const options: PluginOptions = { platform: "node" };
export const rollup: Rollup = modelwright.rollup(options);
export const rolldown: Rolldown = modelwright.rolldown(options);
export const esbuild: Esbuild = modelwright.esbuild(options);
export const webpack: Configuration = { plugins: [modelwright.webpack(options)] };
`;

/** The settings that the documentation asks for. */
const SETTINGS = JSON.parse(example("json tsconfig.json"));

const tsconfig = (module: string, more: object = {}, include = ["program.ts", "*.d.yaml.ts"]) =>
  JSON.stringify({
    compilerOptions: {
      ...SETTINGS.compilerOptions,
      module,
      moduleResolution: module === "esnext" ? "bundler" : module,
      target: "es2022",
      lib: ["es2022", "dom"],
      types: [],
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      isolatedModules: true,
      verbatimModuleSyntax: true,
      skipLibCheck: false,
      ...more,
    },
    include,
  });

const FILES = {
  "efemarai.yaml": definition("counter"),
  "counter.py": PYTHON,
  "program.ts": PROGRAM,
  "tsconfig.json": tsconfig("nodenext"),
  "build.mjs": `import { build } from "esbuild";
import modelwright from "modelwright/plugin";
const options = JSON.parse(process.argv[2] ?? "{}");
const plugins = [modelwright.esbuild(options)];
await build({ entryPoints: ["program.ts"], bundle: true, format: "esm", platform: "node", outdir: "out", plugins });
`,
};

function bundle(folder: string, options: object = {}): string {
  const args = ["--disable-warning=ExperimentalWarning", "build.mjs", JSON.stringify(options)];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  assert.is(status, 0, stderr);
  return stderr;
}

describe("plugin: types", (test) => {
  const folder = newProject(FILES);
  const declarations = join(folder, "efemarai.d.yaml.ts");

  for (const compiler of COMPILERS) {
    test(`${compiler} reads the declarations and rejects wrong programs`, async () => {
      bundle(folder);
      for (const module of ["nodenext", "esnext"]) {
        write(folder, { "tsconfig.json": tsconfig(module), "program.ts": PROGRAM });
        assert.is(await compile(compiler, folder), "", `${compiler} ${module}`);
      }
      write(folder, { "program.ts": PROGRAM.replace("letters + 1", "leters") });
      assert.match(await compile(compiler, folder), /program\.ts\(4,\d+\): error TS/);
      write(folder, { "program.ts": PROGRAM.replace("models.counter", "models.conter") });
      assert.match(await compile(compiler, folder), /program\.ts\(3,\d+\): error TS2551/);
    });

    test(`${compiler} jumps to the definition`, async () => {
      write(folder, { "program.ts": PROGRAM });
      const column = (text: string, word: string) => {
        const line = PROGRAM.split("\n").findIndex((each) => each.includes(text));
        return { line: line + 1, column: (PROGRAM.split("\n")[line] ?? "").indexOf(text) + text.indexOf(word) + 1 };
      };
      const file = join(folder, "efemarai.yaml");
      assert.equal(
        await definitionsAt(compiler, join(folder, "program.ts"), [
          column("models.counter.start", "counter"),
          column("given.threshold", "threshold"),
        ]),
        [[{ file, line: 2, column: 11 }], [{ file, line: 9, column: 20 }]],
      );
    });
  }

  test("the program of the documentation compiles", async () => {
    const project = newProject({
      ...FILES,
      "efemarai.yaml": definition("detector"),
      "detector.py": PYTHON,
      "program.ts": example("ts main.ts"),
      "tsconfig.json": tsconfig("nodenext", { types: ["node"], noUnusedLocals: false }),
    });
    bundle(project);
    for (const compiler of COMPILERS) assert.is(await compile(compiler, project), "", compiler);
  });

  test("the plugin fits the types of each build tool", async () => {
    const project = newProject({
      "vite.config.ts": CONFIG,
      "tools.ts": TOOLS,
      "tsconfig.json": tsconfig("nodenext", { types: ["node"], skipLibCheck: true }, ["*.ts"]),
    });
    for (const compiler of COMPILERS) assert.is(await compile(compiler, project), "", compiler);
    // Its own declarations need none of the build tools.
    const alone = newProject({
      "alone.ts": 'import modelwright from "modelwright/plugin";\nexport const { name } = modelwright.vite();\n',
      "tsconfig.json": tsconfig("nodenext", {}, ["alone.ts"]),
    });
    for (const compiler of COMPILERS) assert.is(await compile(compiler, alone), "", compiler);
  });

  test("are written only if they differ, follow the definition, and leave no other files", () => {
    bundle(folder);
    const before = statSync(declarations);
    bundle(folder);
    assert.equal([statSync(declarations).mtimeMs, statSync(declarations).ino], [before.mtimeMs, before.ino]);
    writeFileSync(declarations, readFileSync(declarations, "utf8").replaceAll("\n", "\r\n"));
    bundle(folder);
    assert.match(readFileSync(declarations, "utf8"), "\r\n");
    writeFileSync(declarations, `${readFileSync(declarations, "utf8")}// mine\n`);
    bundle(folder);
    assert.not.match(readFileSync(declarations, "utf8"), "// mine");
    assert.not.ok(readdirSync(folder).some((name) => name.endsWith(".tmp")));
    assert.not.ok(readFileSync(declarations, "utf8").includes(folder));
  });

  test("never replace a foreign file, and can be turned off", () => {
    const mine = "declare const models: unknown;\nexport default models;\n";
    const other = newProject({
      ...FILES,
      "program.ts": 'export * from "./efemarai.yaml";\n',
      "efemarai.d.yaml.ts": mine,
    });
    assert.match(bundle(other), /efemarai\.d\.yaml\.ts was not generated by Modelwright and is left unchanged/);
    assert.is(readFileSync(join(other, "efemarai.d.yaml.ts"), "utf8"), mine);
    const without = newProject({ ...FILES, "program.ts": 'export * from "./efemarai.yaml";\n' });
    bundle(without, { declarations: false });
    assert.not.ok(readdirSync(without).includes("efemarai.d.yaml.ts"));
  });

  test("other YAML files are left to other plugins, unless they are included", () => {
    const program = 'import { counter } from "./settings.yaml";\nconsole.log(counter);\n';
    const project = newProject({ ...FILES, "settings.yaml": definition("counter"), "program.ts": program });
    const { status, stderr } = spawnSync(process.execPath, ["build.mjs"], { cwd: project, encoding: "utf8" });
    assert.is(status, 1);
    assert.match(stderr, 'No loader is configured for ".yaml" files: settings.yaml');
    bundle(project, { include: "settings.yaml" });
    assert.match(readFileSync(join(project, "out/program.js"), "utf8"), "defineModel");
  });
});
