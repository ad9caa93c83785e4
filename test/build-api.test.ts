// `build` and related functions in build scripts.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { build, compile, nodeHost } from "../src/build-api.ts";
import { COMPILERS, compile as typeCheck } from "./bindings-project.ts";
import { inFolder, modelwright } from "./command-line.ts";
import { change } from "./definitions.ts";
import { describe } from "./describe.ts";
import { example } from "./documentation.ts";
import { definition, newProject, PYTHON } from "./plugin-project.ts";

const FILES = { "efemarai.yaml": definition("counter"), "counter.py": PYTHON };
const BROKEN = change(FILES["efemarai.yaml"], "counter:load", "counter:lod");

describe("build, as a function", (test) => {
  test("writes what the command writes, reports what it did, and does not rewrite unchanged files", () => {
    inFolder(FILES, (cwd) => {
      const first = build({ cwd, out: "generated", target: "js" });
      assert.equal(first.definitions, ["efemarai.yaml"]);
      assert.equal(first.diagnostics, []);
      assert.is(first.plan?.models.length, 1);
      const names = ["models.d.ts", "models.d.ts.map", "models.js", "plan.json"].map((name) => `generated/${name}`);
      assert.equal(first.written, names);
      assert.is(modelwright(cwd, ["build", "--target", "js", "--check"]).code, 0);
      const before = statSync(join(cwd, "generated/models.js")).mtimeMs;
      const second = build({ cwd, out: "generated", target: "js", files: ["efemarai.yaml"] });
      assert.equal([second.written, second.unchanged], [[], names]);
      assert.is(statSync(join(cwd, "generated/models.js")).mtimeMs, before);
      const other = build({ cwd, out: join(cwd, "generated") });
      assert.equal(other.written, ["generated/models.ts"]);
      assert.equal(other.removed, names.slice(0, 3));
    });
  });

  test("writes nothing if the definition has an error, and does not throw", () => {
    inFolder({ "efemarai.yaml": BROKEN, "counter.py": PYTHON }, (cwd) => {
      const wrong = build({ cwd, out: "generated" });
      assert.is(wrong.plan, undefined);
      assert.equal(
        wrong.diagnostics.map(({ code }) => code),
        ["missing-function"],
      );
      const missing = build({ cwd, out: "generated", files: ["nothing.yaml"] });
      assert.equal([missing.plan, missing.unreadable], [undefined, ["nothing.yaml"]]);
      assert.not.ok(existsSync(join(cwd, "generated")));
    });
    inFolder({}, (cwd) => {
      const nothing = build({ cwd, out: "generated" });
      assert.equal([nothing.plan, nothing.definitions, readdirSync(cwd)], [undefined, [], []]);
    });
  });

  test("reports a suppressed error that prevents the build", () => {
    const suppressed = change(
      BROKEN,
      "entrypoint: counter:lod",
      "entrypoint: counter:lod # modelwright-ignore missing-function: soon",
    );
    inFolder({ "efemarai.yaml": suppressed, "counter.py": PYTHON }, (cwd) => {
      const { plan, diagnostics, suppressed: quiet } = build({ cwd, out: "generated" });
      assert.equal([plan, diagnostics.map(({ code }) => code), quiet], [undefined, ["missing-function"], []]);
    });
  });

  test("does not overwrite foreign files, and reports stale ones", () => {
    inFolder({ ...FILES, "generated/models.ts": "export const mine = 1;\n" }, (cwd) => {
      const { foreign, written, plan } = build({ cwd, out: "generated" });
      assert.equal([foreign, written], [["generated/models.ts"], []]);
      assert.ok(plan);
      assert.is(readFileSync(join(cwd, "generated/models.ts"), "utf8"), "export const mine = 1;\n");
      assert.equal(build({ cwd, out: "fresh", check: true }).stale, [
        { path: "fresh/models.ts", state: "missing" },
        { path: "fresh/plan.json", state: "missing" },
      ]);
      assert.not.ok(existsSync(join(cwd, "fresh")));
      build({ cwd, out: "fresh" });
      const checked = build({ cwd, out: "fresh", check: true });
      assert.equal([checked.stale, checked.unchanged], [[], ["fresh/models.ts", "fresh/plan.json"]]);
    });
  });

  test("accepts text and another host", () => {
    inFolder({ "counter.py": PYTHON }, (cwd) => {
      const files = [{ path: "efemarai.yaml", text: FILES["efemarai.yaml"] }];
      const asked: string[] = [];
      const real = nodeHost(cwd);
      const host = {
        ...real,
        readText: (path: string, root: string) => real.readText(`${asked.push(path) && path}`, root),
      };
      assert.is(build({ cwd, out: "generated", files, host }).written.length, 2);
      assert.ok(asked.includes("counter.py"));
      assert.is(compile(files, nodeHost(cwd)).plan?.hash, build({ cwd, out: "generated", files }).plan?.hash);
    });
  });
});

describe("build: the example of the documentation", (test) => {
  const program = example("ts build.ts");

  test("compiles and runs", async () => {
    const folder = newProject({
      ...FILES,
      "build.ts": program,
      "build.mjs": program,
      "tsconfig.json": JSON.stringify({
        compilerOptions: { module: "nodenext", strict: true, noEmit: true, types: ["node"], skipLibCheck: false },
        files: ["build.ts"],
      }),
    });
    for (const compiler of COMPILERS) assert.is(await typeCheck(compiler, folder), "", compiler);
    const run = () => spawnSync(process.execPath, ["build.mjs"], { cwd: folder, encoding: "utf8" });
    assert.equal([run().stdout, run().stdout], ["1 models, 4 files written\n", "1 models, 0 files written\n"]);
    writeFileSync(join(folder, "efemarai.yaml"), BROKEN);
    const { status, stdout } = run();
    assert.is(status, 1);
    assert.match(stdout, "efemarai.yaml:6:29: error missing-function: There is no `lod`");
  });
});
