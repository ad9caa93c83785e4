// rollup, rolldown, esbuild and webpack with definitions as modules: programs that run models, and broken definitions.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { write } from "./bindings-project.ts";
import { change } from "./definitions.ts";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";
import { definition, newProject, PYTHON } from "./plugin-project.ts";

/** Builds for Node into the folder of the first argument, and watches with a second one. */
const TOOLS: Readonly<Record<string, string>> = {
  rollup: `import { rollup, watch } from "rollup";
const input = { input: "main.js", plugins: [modelwright.rollup()], onLog: (_, { message }) => console.log(message) };
const output = { dir: out };
if (watching) watch({ ...input, output }).on("event", ({ code, error }) => {
  if (code === "ERROR") console.log(error.message, error.frame);
  if (code === "END" || code === "ERROR") console.log("READY");
});
else await rollup(input).then((bundle) => bundle.write(output)).catch(({ message, frame, stack }) => {
  // As its own command line prints it, and the stack, which other programs print.
  console.log(message, "\\n" + frame, stack.split("\\n").at(-1));
  process.exitCode = 1;
});
`,
  rolldown: `import { rolldown, watch } from "rolldown";
const input = { input: "main.js", platform: "node", plugins: [modelwright.rolldown()], onLog: (_, { message }) => console.log(message) };
const output = { dir: out };
if (watching) watch({ ...input, output }).on("event", (event) => {
  if (event.code === "ERROR") console.log(event.error.message);
  if (event.code === "END" || event.code === "ERROR") console.log("READY");
});
else await (await rolldown(input)).write(output);
`,
  esbuild: `import { build, context } from "esbuild";
const ready = { name: "ready", setup: (build) => build.onEnd(() => void setTimeout(() => console.log("READY"))) };
const options = {
  entryPoints: ["main.js"], bundle: true, splitting: true, format: "esm", platform: "node", outdir: out,
  plugins: [modelwright.esbuild(), ready], logLevel: "info",
};
if (watching) await (await context(options)).watch();
else await build(options);
`,
  webpack: `import webpack from "webpack";
const compiler = webpack({
  mode: "production", target: "node20", entry: "./main.js",
  experiments: { outputModule: true }, output: { path: process.cwd() + "/" + out, filename: "main.js", module: true },
  plugins: [modelwright.webpack()],
});
const said = (error, stats) => {
  console.log(error ?? stats.toString({ all: false, errors: true, warnings: true, errorDetails: true }), "\\nREADY");
  if (stats?.hasErrors()) process.exitCode = 1;
};
if (watching) compiler.watch({ aggregateTimeout: 50 }, said);
else compiler.run(said);
`,
};

const START = `import modelwright from "modelwright/plugin";
const [out, watching] = process.argv.slice(2);
`;

const FILES = {
  "efemarai.yaml": definition("counter") + definition("unused").replace("models:\n", ""),
  "counter.py": PYTHON,
  "unused.py": PYTHON,
  "main.js": `import * as models from "./efemarai.yaml";
import { counter } from "./again.js";
if (models.counter !== counter) throw new Error("the module is there twice");
const session = await counter.start({ env: process.env });
for await (const { letters } of session.predict([{ inputs: { text: "abc" } }])) console.log(letters);
await session.stop();
`,
  "again.js": 'export { counter } from "./efemarai.yaml";\n',
  ...Object.fromEntries(Object.entries(TOOLS).map(([name, text]) => [`${name}.mjs`, START + text])),
};

/** A secret that must not be shown. */
const TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

const BROKEN = change(change(FILES["efemarai.yaml"], "counter:load", "counter:lod"), "name: unused", "nam: unused");

/** Node 20 warns that loading ES modules with `require` is experimental. unplugin needs it. */
const ENV = {
  ...process.env,
  FORCE_COLOR: undefined,
  NO_COLOR: "1",
  NODE_OPTIONS: "--disable-warning=ExperimentalWarning",
};

const node = (folder: string, ...args: readonly string[]) => {
  const options = { cwd: folder, encoding: "utf8", env: ENV } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { code: status, out: stdout, text: stdout + stderr };
};

/** A build that watches, and its output since the last call. */
function watching(
  folder: string,
  tool: string,
): { readonly child: ChildProcess; next(): Promise<string>; count(): number } {
  const child = spawn(process.execPath, [`${tool}.mjs`, "watched", "watch"], { cwd: folder, env: ENV });
  let said = "";
  let rounds = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      said += chunk;
      rounds += String(chunk).split("READY").length - 1;
    });
  }
  return {
    child,
    count: () => rounds,
    next: async () => {
      for (let tries = 0; !said.includes("READY"); tries++) {
        assert.ok(tries < 6000 && child.exitCode === null, said);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      // The last lines may arrive on the other stream.
      await new Promise((resolve) => setTimeout(resolve, 200));
      const text = said;
      said = "";
      return text;
    },
  };
}

for (const tool of Object.keys(TOOLS)) {
  describe(`plugin: ${tool}`, (test) => {
    const folder = newProject(FILES);
    const put = (path: string, text: string) => write(folder, { [path]: text });

    test("bundles a program that runs a model, with the plan in a chunk of its own", () => {
      const { code, text } = node(folder, `${tool}.mjs`, "out");
      assert.is(code, 0, text);
      assert.not.match(text, /warning|import\.meta/i);
      const entry = readFileSync(join(folder, "out/main.js"), "utf8");
      assert.not.match(entry, /planVersion|entrypoint/);
      assert.not.match(entry, /["']unused["']/, "an unused model");
      const all = readdirSync(join(folder, "out")).map((name) => readFileSync(join(folder, "out", name), "utf8"));
      assert.ok(all.some((each) => each.includes("planVersion")));
      assert.not.ok(all.some((each) => each.includes(folder)));
      assert.is(node(folder, "out/main.js").out, "3\n");
    });

    test("never loads ts-morph", () => {
      const { code, text } = node(folder, "--import", join(ROOT, "test/tools/loaded.mjs"), `${tool}.mjs`, "out");
      assert.is(code, 0);
      assert.not.match(text, "loaded: ts-morph");
      assert.ok(existsSync(join(folder, "efemarai.d.yaml.ts")));
    });

    test("stops with all mistakes and their places", () => {
      put("efemarai.yaml", BROKEN);
      const { code, text } = node(folder, `${tool}.mjs`, "broken");
      put("efemarai.yaml", FILES["efemarai.yaml"]);
      assert.is(code, 1, text);
      for (const wanted of [
        "missing-function",
        "does not define `lod`",
        "Did you mean `load`?",
        "unknown-key",
        "`nam`",
      ])
        assert.match(text, wanted);
      // Columns of esbuild start at 0.
      assert.match(text, /efemarai\.yaml[: (]{1,2}6:2[89]/);
      assert.match(text, /6 +[|│] +entrypoint: counter:lod\n.*(?:\^\^\^|~~~)/);
      assert.not.match(text, /at .*dist\/src/);
      if (tool === "rollup") assert.match(text, / at \/.*\/efemarai\.yaml:6:29/);
    });

    test("shows no secret next to a mistake", () => {
      const line = `repository: { url: ., access_token: ${TOKEN}, nam: x }`;
      put("efemarai.yaml", change(definition("counter"), "description: counts letters", line));
      const { code, text } = node(folder, `${tool}.mjs`, "leaky");
      put("efemarai.yaml", FILES["efemarai.yaml"]);
      assert.is(code, 1, text);
      assert.match(text, /unknown-key[\s\S]*access_token: \*{20}/);
      assert.not.match(text, TOKEN.slice(0, 12));
    });

    test("builds again when the definition or its code changes, and only then", async () => {
      const run = watching(folder, tool);
      try {
        await run.next();
        await new Promise((resolve) => setTimeout(resolve, 800));
        assert.is(run.count(), 1, "its own output is not a change");
        put("efemarai.yaml", BROKEN);
        assert.match(await run.next(), "missing-function");
        put("efemarai.yaml", FILES["efemarai.yaml"].replace("name: counter", "name: letters"));
        await run.next();
        assert.match(readFileSync(join(folder, "efemarai.d.yaml.ts"), "utf8"), "export declare const letters");
        put("efemarai.yaml", FILES["efemarai.yaml"]);
        assert.not.match(await run.next(), "missing-function");
        put("counter.py", PYTHON.replace("def load(", "def lod("));
        assert.match(await run.next(), "missing-function");
        put("counter.py", PYTHON);
        assert.not.match(await run.next(), "missing-function");
        put("efemarai.yaml", FILES["efemarai.yaml"].replace("counter:load", "later:load"));
        assert.match(await run.next(), "missing-module");
        put("later.py", "def lod(): ...\n");
        assert.match(await run.next(), "missing-function");
      } finally {
        const closed = new Promise((resolve) => run.child.on("close", resolve));
        run.child.kill("SIGKILL");
        await closed;
      }
    });
  });
}
