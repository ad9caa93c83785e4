// The extension in Visual Studio Code: a sequence of steps in the digits fixture, and a workspace that is not trusted.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build } from "esbuild";
import * as assert from "uvu/assert";
import { chooseServer, SERVER_SETTINGS, serverSetting } from "../src/vscode/choice.ts";
import { describe } from "./describe.ts";
import { linkPackage } from "./dist.ts";
import { fixture, golden, ROOT } from "./golden.ts";
import { temporaryFolder } from "./temporary.ts";
import { scopesOf } from "./vscode/scopes.ts";
import { until } from "./vscode/until.ts";
import type { StepResult } from "./vscode/walk.ts";
import { type EditorPage, VSCODE, withEditor } from "./vscode/window.ts";

const FIXTURE = fixture("vscode");

/** How many steps the walk has. */
const STEPS = 19;

/** The time limit for the walk. Every test ends after ten minutes. */
const WHOLE_WALK_MS = 540_000;

/** The folder of the extension and its package, as `npm run build:vscode` writes them. */
const built = temporaryFolder();
run("test/tools/vscode.mjs", built);
const [VSIX = ""] = readdirSync(built).flatMap((name) => (name.endsWith(".vsix") ? [join(built, name)] : []));

describe("the extension of VS Code", (test) => {
  test("has the version of the package, and everything that its manifest names", () => {
    const manifest = readJson(join(built, "vscode/package.json"));
    assert.is(manifest["version"], readJson(join(ROOT, "package.json"))["version"]);
    const paths = [...JSON.stringify(manifest).matchAll(/"(?:path|configuration|svg|icon|main)":"([^"$]+)"/g)];
    assert.ok(paths.length > 8);
    for (const [, path = ""] of paths) assert.ok(existsSync(join(built, "vscode", path)), path);
  });

  test("is packaged with the same bytes each time", () => {
    const again = temporaryFolder();
    run("test/tools/vscode.mjs", again);
    assert.ok(readFileSync(VSIX).equals(readFileSync(join(again, basename(VSIX)))));
  });

  test("contains a command line that runs without other packages", () => {
    const folder = copyOfDigits();
    const main = join(built, "vscode/server/dist/cli/main.js");
    const printed = execFileSync(process.execPath, [main, "build", "efemarai.yaml", "--out", "generated"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.match(printed, "generated/models.ts: written");
  });

  test("uses the program of a project only if the workspace is trusted", () => {
    for (const setting of SERVER_SETTINGS) {
      const kindOf = (isTrusted: boolean, project: string | undefined) =>
        chooseServer({ setting, isTrusted, bundled: "bundled.js", project }).kind;
      assert.is(kindOf(false, "project.js"), "bundled", setting);
      assert.is(kindOf(true, "project.js"), setting === "bundled" ? "bundled" : "project", setting);
      assert.is(kindOf(true, undefined), "bundled", setting);
    }
    assert.ok(chooseServer({ setting: "project", isTrusted: true, bundled: "", project: undefined }).isSubstitute);
    assert.is(serverSetting("/tmp/evil.js"), "auto");
  });
});

if (VSCODE === undefined) {
  console.log("skipped: VS Code is not installed here (MODELWRIGHT_VSCODE), so the extension is not tested in it");
} else {
  describe("VS Code with the extension", (test) => {
    test("expressions have their own scopes in all scalars, but not in comments", async () => {
      const text = readFileSync(join(FIXTURE, "colors/efemarai.yaml"), "utf8");
      golden(join(FIXTURE, "scopes.txt"), await scopesOf(text));
    });

    test("walks through a definition", async () => {
      const { results, code, output, foreign, graph } = await walkThrough(copyOfDigits());
      const problems = results.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}\n${problem}`]));
      assert.equal(problems, []);
      assert.is(code, 0, output.slice(-3000));
      assert.is(results.length, STEPS);
      assert.match(graph, "load_model");
      assert.equal(foreign, []);
    });

    test("uses the bundled server in a workspace that is not trusted", () => inRestrictedMode(copyOfDigits()));
  });
}

/** A copy of the digits fixture that has installed this package, with the other files of the walk. */
function copyOfDigits(): string {
  const copy = join(temporaryFolder(), "digits");
  cpSync(fixture("run/digits"), copy, { recursive: true });
  cpSync(FIXTURE, copy, { recursive: true });
  mkdirSync(join(copy, "node_modules"));
  linkPackage(join(copy, "node_modules/modelwright"));
  return copy;
}

interface Walk {
  readonly results: readonly StepResult[];
  readonly code: number;
  readonly output: string;
  readonly foreign: readonly string[];
  /** The text of the page with the graph. */
  readonly graph: string;
}

/** Runs the tests in the editor. With MODELWRIGHT_PICTURES, a folder, takes a picture at the end. */
async function walkThrough(open: string): Promise<Walk> {
  const work = temporaryFolder();
  const [file, results, done] = [join(work, "walk.cjs"), join(work, "results.json"), join(work, "done")];
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["test/vscode/walk.ts"],
    outfile: file,
    bundle: true,
    format: "cjs",
    platform: "node",
    external: ["vscode"],
    logLevel: "warning",
  });
  let walk: Walk | undefined;
  await withEditor(
    {
      data: work,
      folder: open,
      tests: { extension: join(built, "vscode"), file },
      env: { MODELWRIGHT_WALK: results, MODELWRIGHT_WALK_DONE: done },
    },
    async ({ page, finished, output, foreign }) => {
      const isWaiting = () => existsSync(`${done}.wanted`);
      await Promise.race([finished, until("the end of the walk", () => isWaiting() || undefined, WHOLE_WALK_MS)]);
      const texts = await Promise.all(
        page.frames().map((frame) => frame.evaluate("document.body.innerText").catch(() => "")),
      );
      const pictures = process.env["MODELWRIGHT_PICTURES"];
      if (pictures !== undefined) await page.screenshot({ path: join(pictures, "vscode.png") });
      if (isWaiting()) await clickOnFinding(page);
      writeFileSync(done, "");
      const code = await finished;
      walk = {
        results: JSON.parse(readFileSync(results, "utf8")),
        code,
        output: output(),
        foreign,
        graph: texts.slice(1).join("\n"),
      };
    },
  );
  if (walk === undefined) throw new Error("the editor was not started");
  return walk;
}

/** Clicks in the graph on the number of findings, and then on the place of the finding. The text goes to its line. */
async function clickOnFinding(page: EditorPage): Promise<void> {
  for (const selector of [".badge", ".panel .place"]) {
    await until(selector, async () => {
      const click = `{ const found = document.querySelector("${selector}"); found?.click(); found !== null; }`;
      const clicked = await Promise.all(page.frames().map((frame) => frame.evaluate(click).catch(() => false)));
      return clicked.includes(true) || undefined;
    });
  }
  await page.waitForFunction("/Ln 24, Col 1(?![0-9])/.test(document.body.innerText)", undefined, { timeout: 60_000 });
}

/**
 * Opens a definition in restricted mode. Its folder contains a `modelwright` that would write a file. In a trusted window, the
 * walk uses the one in the folder.
 */
async function inRestrictedMode(open: string): Promise<void> {
  const main = join(open, "node_modules/modelwright/dist/cli/main.js");
  rmSync(join(open, "node_modules/modelwright"));
  mkdirSync(dirname(main), { recursive: true });
  writeFileSync(main, `require("node:fs").writeFileSync(${JSON.stringify(join(open, "started"))}, "")`);
  await withEditor({ data: temporaryFolder(), folder: open, vsix: VSIX }, async ({ page }) => {
    await page.click("text=No, I don't trust the authors");
    await page.click('[role="treeitem"][aria-label="closed"]');
    await page.dblclick('[role="treeitem"][aria-label="efemarai.yaml"][aria-level="2"]');
    // The underline of the wrong names shows that a server has checked the definition.
    await page.waitForFunction("document.querySelector('.squiggly-error') !== null", undefined, { timeout: 60_000 });
    const pictures = process.env["MODELWRIGHT_PICTURES"];
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, "vscode-restricted.png") });
    assert.not.ok(existsSync(join(open, "started")));
  });
}

function readJson(path: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(path, "utf8"));
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, [join(ROOT, program), ...args], { stdio: ["ignore", "ignore", "inherit"] });
}
