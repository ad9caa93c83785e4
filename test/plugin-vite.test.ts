// A real Vite project with definitions as modules: pages in a real browser, models that run on the server.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { write } from "./bindings-project.ts";
import { CHROMIUM, saySkipped, waitForText, withPage } from "./browser.ts";
import { change } from "./definitions.ts";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";
import { definition, newProject, PYTHON } from "./plugin-project.ts";

const PAGE = `import * as models from "./efemarai.yaml";
import { other } from "./second/models.yaml";

window.loads = Number(sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1);
const names = [...Object.values(models), other].map(({ id }) => id).join(", ");
document.body.textContent = names + ": " + (await other.start({ env: {} }).catch(({ message }) => message));
`;

const SERVER = `import { counter } from "./efemarai.yaml";
import { other } from "./second/models.yaml";

export async function count(model, text) {
  const session = await model.start({ env: process.env });
  const letters = [];
  for await (const prediction of session.predict([{ inputs: { text } }])) letters.push(prediction.letters);
  await session.stop();
  return letters;
}
export const all = async () => [await count(counter, "abc"), await count(other, "wörter")];
`;

const README = readFileSync(join(ROOT, "README.md"), "utf8");

const FILES = {
  "efemarai.yaml": definition("counter"),
  "counter.py": PYTHON,
  "second/models.yaml": definition("other"),
  "second/other.py": PYTHON,
  "index.html": '<!doctype html><html><body></body><script type="module" src="/page.js"></script></html>\n',
  "page.js": PAGE,
  "server.js": SERVER,
  "main.js": 'import { all } from "./server.js";\nconsole.log(JSON.stringify(await all()));\n',
  // As the README shows it.
  "vite.config.js": /^```js vite\.config\.js\n([\s\S]*?)^```$/m.exec(README)?.[1] ?? "",
};

const VITE = ["node_modules/vite/bin/vite.js"];

/** Runs Vite to its end. */
function vite(folder: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...VITE, ...args], { cwd: folder, encoding: "utf8" });
  return { code: status, text: stdout + stderr };
}

/** Runs the server of Vite, and ends it afterwards. */
async function serving(folder: string, body: (url: string, said: () => string) => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, [...VITE, "--host", "127.0.0.1", "--clearScreen", "false"], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1" },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  try {
    let url: string | undefined;
    await until(() => {
      url = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0];
      assert.is(child.exitCode, null, said);
      return url !== undefined;
    });
    await body(url ?? "", () => said);
  } finally {
    const closed = new Promise((resolve) => child.on("close", resolve));
    child.kill("SIGTERM");
    await closed;
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; !isTrue(); tries++) {
    assert.ok(tries < 600, "it takes too long");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const texts = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");

describe("plugin: vite build", (test) => {
  const folder = newProject(FILES);

  test("for a browser, bundles the names of the models and nothing else of them", () => {
    const { code, text } = vite(folder, "build");
    assert.is(code, 0, text);
    const bundle = texts(join(folder, "dist"));
    assert.match(bundle, "counter");
    assert.match(bundle, "models cannot be started in a browser");
    assert.not.match(bundle, /node:|planVersion|entrypoint/);
    assert.not.ok(bundle.includes(folder));
  });

  test("for Node, bundles programs that run the models, with plans in chunks of their own", () => {
    const { code, text } = vite(folder, "build", "--ssr", "main.js", "--outDir", "dist-ssr");
    assert.is(code, 0, text);
    const entry = readFileSync(join(folder, "dist-ssr/main.js"), "utf8");
    assert.not.match(entry, /planVersion|entrypoint/);
    assert.match(texts(join(folder, "dist-ssr")), "planVersion");
    assert.not.ok(texts(join(folder, "dist-ssr")).includes(folder));
    const { stdout, stderr } = spawnSync(process.execPath, ["dist-ssr/main.js"], { cwd: folder, encoding: "utf8" });
    assert.is(stdout, "[[3],[6]]\n", stderr);
  });

  test("keeps declarations beside the definitions, and does not touch what is right", () => {
    const file = join(folder, "efemarai.d.yaml.ts");
    assert.match(readFileSync(file, "utf8"), /^\/\/ @generated by modelwright\/plugin;/);
    assert.ok(existsSync(join(folder, "second/models.d.yaml.ts")));
    const { mtimeMs, ino } = statSync(file);
    assert.is(vite(folder, "build").code, 0);
    assert.equal([statSync(file).mtimeMs, statSync(file).ino], [mtimeMs, ino]);
  });

  test("stops with everything that is wrong, and where", () => {
    const wrong = change(
      change(definition("counter"), "output.model}", "output.modle}"),
      "counter:load",
      "counter:lod",
    );
    const broken = newProject({ ...FILES, "efemarai.yaml": wrong });
    const { code, text } = vite(broken, "build");
    assert.is(code, 1);
    assert.match(text, "error[missing-function]");
    assert.match(text, "error[undefined-reference]");
    assert.match(text, /efemarai\.yaml:6:/);
    assert.match(text, /\nefemarai\.yaml:14:\d+ error\[undefined-reference\]/);
    assert.not.match(text, /at .*(?:adapter|findings|definitions)\.js/);
    assert.not.ok(existsSync(join(broken, "efemarai.d.yaml.ts")));
  });
});

/** Words of a plan, and of nothing else that a page may see. */
const PLAN = /planVersion|counter:load|"entrypoint/;

/** Loads the plans on the server first, then asks for them as a page could. */
const PLANS = `import { createServer } from "vite";
const server = await createServer({ server: { host: "127.0.0.1", port: 0 }, logLevel: "silent", clearScreen: false });
await server.listen();
const { all } = await server.ssrLoadModule("/server.js");
const ran = await all();
const root = "http://127.0.0.1:" + server.httpServer.address().port;
const ask = async (url, headers = {}) => {
  const answer = await fetch(root + url, { headers });
  return { url, status: answer.status, text: await answer.text() };
};
const queries = [
  ...["modelwright-plan", "modelwright-plan&import", "import&modelwright-plan", "modelwright-plan&t=123"],
  ...["t=123&import&modelwright-plan", "modelwright-plan&raw", "raw&modelwright-plan", "modelwright-plan&url"],
  ...["url&modelwright-plan", "modelwright-plan&inline", "modelwright-plan=", "modelwright%2Dplan", "%6dodelwright-plan"],
  ...["modelwright-plan&v=1", "import&%6Dodelwright%2dplan&t=1", "?modelwright-plan", "modelwright-plan?import"],
];
const places = ["/efemarai.yaml", "/second/models.yaml", "/%65femarai.yaml", "/@fs" + process.cwd() + "/efemarai.yaml", "/@id/" + process.cwd() + "/efemarai.yaml"];
const answers = [];
for (const place of places) for (const query of queries) answers.push(await ask(place + "?" + query));
for (const headers of [{ accept: "text/html" }, { "sec-fetch-dest": "script" }, { accept: "*/*", "if-none-match": "*" }]) {
  answers.push(await ask("/efemarai.yaml?modelwright-plan", headers));
}
const modules = {};
for (const [name, environment] of Object.entries(server.environments)) {
  const id = process.cwd() + "/efemarai.yaml?modelwright-plan";
  modules[name] = await environment.transformRequest(id).then((result) => String(result?.code), (error) => error.message);
}
const page = (await ask("/efemarai.yaml?import")).text;
console.log(JSON.stringify({ ran, answers, modules, page }));
await server.close();
`;

describe("plugin: the server of Vite", (test) => {
  const folder = newProject({
    ...FILES,
    "plans.js": PLANS,
    "ssr.js": `import { createServer } from "vite";
const server = await createServer({ server: { middlewareMode: true }, appType: "custom", logLevel: "error" });
const { all } = await server.ssrLoadModule("/server.js");
console.log(JSON.stringify(await all()));
await server.close();
`,
  });

  test("loads modules that run models", () => {
    const { stdout, stderr } = spawnSync(process.execPath, ["ssr.js"], { cwd: folder, encoding: "utf8" });
    assert.is(stdout, "[[3],[6]]\n", stderr);
  });

  test("gives plans to the server, and to no page", () => {
    const { stdout, stderr } = spawnSync(process.execPath, ["plans.js"], { cwd: folder, encoding: "utf8" });
    assert.is(stderr, "");
    const { ran, answers, modules, page } = JSON.parse(stdout);
    assert.equal(ran, [[3], [6]]);
    assert.match(page, '"counter"');
    assert.not.match(page, PLAN);
    assert.ok(answers.length > 10);
    for (const { url, status, text } of answers) {
      assert.is(status, 403, url);
      assert.is(text, "Execution plans are only for code that runs on the server.\n", url);
    }
    // What asks Vite for a module in another way than by its address gets an error, and only in the environment of pages.
    assert.match(modules.client, /only for code that runs on the server/);
    assert.not.match(modules.client, PLAN);
    assert.match(modules.ssr, PLAN);
  });

  saySkipped("what pages show");
  if (CHROMIUM === undefined) return;

  test("pages show models, what is wrong, and that it is mended", async () => {
    const screenshots = process.env["MODELWRIGHT_SCREENSHOTS"] ?? join(tmpdir(), "modelwright-screenshots");
    mkdirSync(screenshots, { recursive: true });
    const put = (path: string, text: string) => write(folder, { [path]: text });
    const overlay = "document.querySelector('vite-error-overlay')?.shadowRoot.querySelector('.window').innerText";
    await serving(folder, async (url, said) => {
      await withPage(async (page) => {
        await page.goto(url);
        const shows = (wanted: RegExp) => waitForText(page, "document.body.textContent", wanted);
        await shows(/^counter, other: other: models cannot be started in a browser/);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        assert.is(await page.evaluate("window.loads"), 1, "the page is loaded once, whatever the plugin writes");

        // The definition is renamed, then broken, then mended.
        put("efemarai.yaml", definition("counter").replace("name: counter", "name: letters"));
        await shows(/^letters, other/);
        put("efemarai.yaml", change(definition("counter"), "output.model}", "output.modle}"));
        const shown = await waitForText(page, overlay, /undefined-reference/);
        assert.match(shown, /^\[plugin:modelwright\] error\[undefined-reference\]: /);
        assert.match(shown, "Did you mean `model`?");
        assert.match(shown, `${folder}/efemarai.yaml:14:`);
        assert.match(shown, /14 \| .*output\.modle/);
        assert.match(shown, /\| +\^{5}/);
        assert.not.match(shown, /\n\s*at |adapter|findings/);
        await page.screenshot({ path: join(screenshots, "vite-overlay.png") });
        put("efemarai.yaml", definition("counter"));
        await shows(/^counter, other/);
        await waitForText(page, "document.querySelector('vite-error-overlay')", /^null$/);

        // Two mistakes at once, and beside one of them what nobody should see.
        const token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
        const leaky = change(
          definition("counter"),
          "description: counts letters",
          `repository: { access_token: ${token}, nam: x }`,
        );
        put("efemarai.yaml", change(leaky, "output.model}", "output.modle}"));
        const both = await waitForText(page, overlay, /undefined-reference/);
        assert.match(both, /3 +\| +repository: \{ access_token: \*+, nam: x \}\n[\s\S]*\n14 +\| /);
        assert.match(both, /efemarai\.yaml:14:\d+ error\[undefined-reference\]/);
        await page.screenshot({ path: join(screenshots, "vite-overlay-two.png") });
        assert.not.ok((both + said()).includes(token.slice(0, 12)));
        put("efemarai.yaml", definition("counter"));
        await shows(/^counter, other/);

        // So is the code, which no page ever asks for.
        put("counter.py", PYTHON.replace("def load(", "def lod("));
        assert.match(await waitForText(page, overlay, /missing-function/), "efemarai.yaml:6:");
        put("counter.py", PYTHON);
        await shows(/^counter, other/);

        // Both definitions at once, and a file that is not there yet.
        put("second/models.yaml", change(definition("other"), "other:load", "later:load"));
        await until(() => said().includes("missing-module"));
        put("second/later.py", "def lod(): ...\n");
        assert.match(await waitForText(page, overlay, /missing-function/), "second/models.yaml:6:");
        put("second/later.py", PYTHON);
        await shows(/^counter, other/);
        const loads = await page.evaluate("window.loads");
        await new Promise((resolve) => setTimeout(resolve, 1000));
        assert.is(await page.evaluate("window.loads"), loads, "no loop");
        assert.not.match(said(), /\n\s+at /);
      });
    });
  });
});
