// The playground in a real browser, used as a person uses it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import * as assert from "uvu/assert";
import { positionAt } from "../src/base/source.ts";
import { check } from "../src/compile.ts";
import { discover } from "../src/disk/discover.ts";
import { nodeHost } from "../src/disk/host.ts";
import { linkOf } from "../src/playground/link.ts";
import { CHROMIUM, saySkipped } from "./browser.ts";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";
import { manyModels } from "./many-models.ts";
import {
  type BrowserPage,
  closeBrowser,
  cursorBefore,
  DOCUMENT,
  documentText,
  findingsShown,
  settled,
  textAt,
  textsAt,
  waitFor,
  waitForText,
  withPlayground,
} from "./playground-page.ts";
import { temporaryFolder } from "./temporary.ts";
import { EXAMPLES, exampleFiles, playground } from "./tools/playground.mjs";

/** The findings of `modelwright check` for these files in a folder, in the form of the list on the page. */
function findingsOf(files: readonly { readonly name: string; readonly text: string }[], folder: string) {
  for (const { name, text } of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const host = nodeHost(folder);
  const { diagnostics } = check(discover(folder, host), host);
  return diagnostics.map(({ span, code, severity, message }) => {
    const { line, column } = positionAt(span.source, span.start);
    const shown = `${severity[0]?.toUpperCase()}${severity.slice(1)}`;
    return `${span.source.path}:${line}:${column} ${code} ${shown} ${message.replaceAll("`", "")}`;
  });
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The serious findings of axe-core, one per line. */
async function axe(page: BrowserPage): Promise<readonly string[]> {
  await page.addScriptTag({ content: AXE });
  const found = await page.evaluate(`axe.run().then(({ violations }) => JSON.stringify(violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ": " + html + " " + failureSummary))))`);
  return JSON.parse(String(found));
}

/** The focused element: its id or its text, and whether its focus is visible. */
async function focus(page: BrowserPage): Promise<string> {
  return String(
    await page.evaluate(`(() => {
      const { activeElement: at } = document;
      const frame = at.closest(".cm-editor") ?? at;
      const style = getComputedStyle(frame);
      const isVisible = at === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1);
      return (at.id || at.getAttribute("aria-label") || at.textContent.trim()) + (isVisible ? "" : " (invisible)");
    })()`),
  );
}

describe("the playground", (test) => {
  test("is one file that makes no requests, and its scripts are safe in HTML", async () => {
    const { html } = await playground();
    assert.is(html.match(/<\/script/gi)?.length, 4);
    assert.not.match(html.replace(/<script[\s\S]*?<\/script>/g, ""), /(?:src|href)="(?!data:)/);
    const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    assert.match(
      policy,
      "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:; style-src 'unsafe-inline'; img-src data:",
    );
  });

  saySkipped("the playground");
  if (CHROMIUM === undefined) return;

  test("shows the findings of `check` for each example", async () => {
    const folder = temporaryFolder();
    await withPlayground({}, async (page) => {
      for (const [index, [title, from]] of EXAMPLES.entries()) {
        await page.selectOption("#example", { label: title });
        await settled(page);
        const files = exampleFiles(from);
        assert.equal(
          await textsAt(page, "#files [role=tab]"),
          files.map(({ name }) => name),
          title,
        );
        const expected = findingsOf(files, join(folder, String(index)));
        assert.equal([...(await findingsShown(page))].sort(), [...expected].sort(), title);
        assert.is(await textAt(page, "#count"), expected.length === 0 ? "" : String(expected.length));
      }
    });
  });

  test("underlines a mistake while it is typed, and a button fixes it", () =>
    withPlayground({}, async (page) => {
      await cursorBefore(page, "weights.url");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Delete");
      await settled(page);
      assert.equal(await textsAt(page, ".finding-code"), ["undefined-reference"]);
      assert.is(await textAt(page, ".cm-lintRange-error"), "wights");
      assert.match(await textAt(page, "#files [role=tab]"), "efemarai.yaml");
      await page.click(".finding-actions .preferred");
      await settled(page);
      assert.equal(await findingsShown(page), []);
      assert.is(await textAt(page, "#status"), "No findings");
      assert.match(await documentText(page), "${model.files.weights.url}");
      assert.is(await textAt(page, ".cm-lintRange-error"), "");
    }));

  test("applies fixes with the keyboard, and says if a line has no fix", () =>
    withPlayground({}, async (page) => {
      await page.selectOption("#example", { label: "A misspelled name" });
      await settled(page);
      await page.click(".editor:not([hidden]) .cm-content");
      await page.keyboard.press("Control+Home");
      await page.keyboard.press("Control+.");
      assert.is(await waitFor(page, ".menu", /./), "No fix for this line");
      await page.keyboard.press("Escape");
      await page.keyboard.press("F8");
      await page.keyboard.press("Control+.");
      assert.match(await waitFor(page, ".menu", /Replace/), "Replace with");
      await page.keyboard.press("Enter");
      await settled(page);
      assert.match(await documentText(page), "${model.files.weights.url}");
      assert.is(await textAt(page, ".menu"), "");
      await page.keyboard.press("Control+z");
      await settled(page);
      assert.match(await documentText(page), "wieghts");
    }));

  test("goes from a finding to its place and to the Python code", () =>
    withPlayground({ width: 420 }, async (page) => {
      await page.selectOption("#example", { label: "A misspelled name" });
      await settled(page);
      await page.click("#tab-findings");
      await page.click(".finding-actions .quiet");
      assert.is(await textAt(page, "#files [aria-selected=true]"), "inference.py");
      assert.match(await textAt(page, ".editor:not([hidden]) .cm-activeLine"), "def predict");
      assert.is(await page.evaluate("document.activeElement.getAttribute('aria-label')"), "inference.py");
      await page.click("#tab-findings");
      await page.click(".finding-place");
      assert.match(await textAt(page, ".editor:not([hidden]) .cm-activeLine"), "wieghts");
    }));

  test("has completion, hover, definitions, references and renaming", () =>
    withPlayground({}, async (page) => {
      await cursorBefore(page, "load_model");
      await page.keyboard.press("F12");
      await waitFor(page, "#files [aria-selected=true]", /inference\.py/);
      assert.match(await textAt(page, ".editor:not([hidden]) .cm-activeLine"), "def load_model");
      await page.click("#files [data-key='efemarai.yaml']");
      await cursorBefore(page, "files.weights.url");
      for (let presses = 0; presses < "files.weights.url".length; presses += 1) await page.keyboard.press("Delete");
      await page.keyboard.type("fi");
      await waitFor(page, ".cm-tooltip-autocomplete [aria-selected]", /files\.weights\.url/);
      // The editor ignores keys for a moment after the list has opened.
      await page.click(".cm-tooltip-autocomplete [aria-selected]");
      await waitForText(page, DOCUMENT, /\$\{model\.files\.weights\.url\}/);
      await settled(page);
      assert.equal(await findingsShown(page), []);
      await cursorBefore(page, "weights.url");
      await page.keyboard.press("Shift+F12");
      assert.match(await waitFor(page, ".cm-lsp-reference-panel", /weights/), "name: weights");
      await page.keyboard.press("Escape");
      await page.keyboard.press("F2");
      await page.keyboard.press("Control+a");
      await page.keyboard.type("checkpoint");
      await page.keyboard.press("Enter");
      await waitForText(page, DOCUMENT, /name: checkpoint[\s\S]*files\.checkpoint\.url/);
      await settled(page);
      assert.equal(await findingsShown(page), []);
      await page.hover(".cm-expression");
      await waitFor(page, ".cm-lsp-hover-tooltip", /checkpoint/);
    }));

  test("checks Python code at once", () =>
    withPlayground({}, async (page) => {
      await page.click("#files [data-key='inference.py']");
      await cursorBefore(page, "weights_path");
      await page.keyboard.type("other, ");
      await settled(page);
      assert.ok((await textsAt(page, ".finding-code")).includes("missing-argument"));
    }));

  test("shows the plan and the bindings, or says why there are none", () =>
    withPlayground({}, async (page) => {
      await page.selectOption("#example", { label: "Types in Python" });
      await settled(page);
      await page.click("#tab-plan");
      await waitFor(page, "#plan .cm-content", /"generator": "modelwright/);
      await page.click("#tab-bindings");
      await waitFor(page, "#bindings .cm-content", /export type ModelName/);
      await page.selectOption("#example", { label: "A misspelled name" });
      await settled(page);
      assert.match(await textAt(page, "#bindings .empty"), /error/);
      assert.is(await page.evaluate("document.querySelector('#bindings .editor').hidden"), true);
    }));

  test("draws the graph, finds a node in it, and goes from a node to its place", () =>
    withPlayground({}, async (page) => {
      await page.selectOption("#example", { label: "A misspelled name" });
      await settled(page);
      await page.click("#tab-graph");
      await settled(page);
      assert.match(await textAt(page, "#graph .summary"), "1 model");
      await page.click("#graph [data-node='0']");
      await waitFor(page, "#graph .panel", /repository/);
      await page.fill("#graph .query", "weights_path");
      await page.keyboard.press("Enter");
      await waitFor(page, "#graph .panel", /weights_path[\s\S]*no file named/);
      await page.click("#graph .panel .where button:last-child");
      assert.match(await textAt(page, ".editor:not([hidden]) .cm-activeLine"), "weights_path");
      await page.click(".finding-actions .preferred, #tab-findings");
      await page.click(".finding-actions .preferred");
      await settled(page);
      await page.click("#tab-graph");
      await settled(page);
      await waitFor(page, "#graph .badge", /1 error/);
    }));

  test("in a narrow window, a graph keeps its place while the files are shown", () =>
    withPlayground({ width: 420 }, async (page) => {
      const place = "document.querySelector('#graph .picture > g').getAttribute('transform')";
      await page.click("#tab-graph");
      await settled(page);
      const before = await waitForText(page, place, /translate/);
      await page.click("#tab-editor");
      await cursorBefore(page, "weights_path");
      await page.keyboard.type("x");
      await settled(page);
      await page.click("#tab-graph");
      await settled(page);
      await waitForText(page, "document.querySelector('#graph').textContent", /xweights_path/);
      assert.is(await page.evaluate(place), before);
    }));

  test("adds, renames and deletes files", () =>
    withPlayground({}, async (page) => {
      await page.click("#add");
      await page.fill("#file-name", "../secret.py");
      await page.keyboard.press("Enter");
      assert.match(await textAt(page, "#file-name-mistake"), "must stay inside the project");
      await page.fill("#file-name", "code/other.py");
      await page.keyboard.press("Enter");
      await waitFor(page, "#files [aria-selected=true]", /code\/other\.py/);
      await page.click("#rename");
      await page.fill("#file-name", "inference.py");
      await page.keyboard.press("Enter");
      assert.match(await textAt(page, "#file-name-mistake"), "already exists");
      await page.keyboard.press("Escape");
      await page.click("#files [data-key='inference.py']");
      await page.click("#remove");
      await settled(page);
      assert.equal(await textsAt(page, ".finding-code"), ["missing-module", "missing-module"]);
      await page.click("#notice button");
      await settled(page);
      assert.equal(await findingsShown(page), []);
      assert.equal(await textsAt(page, "#files [role=tab]"), [
        "efemarai.yaml",
        "inference.py",
        "weights/detector.bin",
        "code/other.py",
      ]);
    }));

  test("shares the files in the URL, and opens them again", async () => {
    let fragment = "";
    await withPlayground({}, async (page) => {
      await cursorBefore(page, "detector");
      await page.keyboard.type("shared ");
      await page.click("#share");
      await waitFor(page, "#notice", /link was copied|URL of this page/);
      fragment = String(await page.evaluate("location.hash"));
    });
    assert.match(fragment, /^#1\.[\w-]+$/);
    await withPlayground({ fragment }, async (page) => {
      assert.match(await documentText(page), "name: shared detector");
      const other = await linkOf([{ name: "efemarai.yaml", text: "project:\n  nam: ships\n" }]);
      await page.evaluate(`location.hash = ${JSON.stringify(other)}`);
      await waitFor(page, ".finding-code", /unknown-key/);
    });
  });

  test("replaces files that were changed only with a way back, and opens any example after a link", async () => {
    const fragment = await linkOf([{ name: "efemarai.yaml", text: "project:\r\n  name: ships\r\n" }]);
    await withPlayground({ fragment }, async (page) => {
      await page.selectOption("#example", { label: "A detector" });
      await settled(page);
      assert.match(await documentText(page), "name: detector");
      assert.is(await textAt(page, "#notice"), "", "nothing was changed");
      await cursorBefore(page, "detector");
      await page.keyboard.type("my ");
      await page.evaluate(`location.hash = ${JSON.stringify(fragment)}`);
      await waitFor(page, "#notice", /you had changed are replaced/);
      await settled(page);
      assert.match(await documentText(page), "name: ships");
      await page.click("#notice button");
      await settled(page);
      assert.match(await documentText(page), "name: my detector");
      await page.selectOption("#example", { label: "A cycle" });
      await waitFor(page, "#notice", /you had changed are replaced/);
    });
  });

  test("refuses to share what no link can hold", async () => {
    const fragment = await linkOf([{ name: "efemarai.yaml", text: `# ${"語 ".repeat(400_000)}` }]);
    await withPlayground({ fragment }, async (page) => {
      await page.evaluate("history.replaceState(null, '', location.pathname)");
      await page.click(".editor:not([hidden]) .cm-content");
      await page.evaluate(`{
        const { view } = document.querySelector(".editor:not([hidden]) .cm-content").cmTile;
        view.dispatch({ changes: { from: 0, insert: "# " + "語 ".repeat(400_000) + "\\n" } });
      }`);
      await settled(page);
      await page.click("#share");
      await waitFor(page, "#notice", /more than 1 MB of text, which is too much for a link/);
      assert.is(await page.evaluate("location.hash"), "");
    });
  });

  test("warns before a credential is shared", async () => {
    const text = `models:
  - name: a
    files:
      - name: b
        url: https://user:s3cr3t-Pa55w0rd-9XyZ@example.com/a.pt
`;
    await withPlayground({ fragment: await linkOf([{ name: "efemarai.yaml", text }]) }, async (page) => {
      assert.ok((await textsAt(page, ".finding-code")).includes("hard-coded-secret"));
      await page.evaluate("history.replaceState(null, '', location.pathname)");
      await page.click("#share");
      await waitFor(page, "#notice", /contain a credential/);
      await page.click("#notice .quiet");
      assert.is(await page.evaluate("document.activeElement.id"), "share", "a closed notice gives the focus back");
      await page.click("#share");
      await waitFor(page, "#notice", /contain a credential/);
      assert.is(await page.evaluate("location.hash"), "");
      await page.click("#notice button");
      await waitFor(page, "#notice", /link was copied|URL of this page/);
    });
  });

  test("treats all content of a link as text", async () => {
    const script = "<img src=x onerror=globalThis.hacked=1><script>globalThis.hacked=1</script>";
    const files = [
      { name: "efemarai.yaml", text: `models:\n  - name: "${script}"\n    unknown: \${model.files.${script}}\n` },
      { name: `${script.replaceAll("/", "-")}.py`, text: script },
      { name: "__proto__", text: script },
    ];
    await withPlayground({ fragment: await linkOf(files) }, async (page) => {
      assert.is((await textsAt(page, "#files [role=tab]")).length, 3);
      assert.ok((await findingsShown(page)).length > 0);
      for (const tab of ["graph", "plan", "bindings", "findings"]) {
        await page.click(`#tab-${tab}`);
        await settled(page);
      }
      await page.click("#files [data-key='__proto__']");
      await page.click("#remove");
      await page.click("#rename");
      await page.keyboard.press("Escape");
      assert.is(
        await page.evaluate("String(globalThis.hacked) + document.querySelectorAll('img').length"),
        "undefined0",
      );
    });
  });

  test("keeps only the formatting of documentation", () =>
    withPlayground({}, async (page) => {
      const { outputFiles } = await build({
        entryPoints: [join(ROOT, "src/playground/sanitize.ts")],
        bundle: true,
        format: "iife",
        globalName: "tested",
        write: false,
      });
      await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
      const clean = (html: string) => page.evaluate(`tested.formattingOnly(${JSON.stringify(html)})`);
      const kept = "<p>a <code>b</code> <strong>c</strong></p><ul><li>d</li></ul>";
      assert.is(await clean(kept), kept);
      assert.is(await clean('<a href="javascript:hack()" onclick="hack()">go</a>'), "go");
      assert.is(await clean('<p style="x" onclick="hack()" id="status">a</p>'), "<p>a</p>");
      for (const hostile of [
        "<script>hack()</script>",
        "<img src=x onerror=hack()>",
        "<svg onload=hack()><a>b</a></svg>",
      ])
        assert.is(await clean(hostile), "");
      assert.is(await clean("<form action=x><input name=y>z</form>"), "z");
      assert.is(await clean("<p>&lt;img src=x&gt;</p>"), "<p>&lt;img src=x&gt;</p>");
    }));

  test("reports a link that it cannot read, and opens an example", async () => {
    const whole = await linkOf([{ name: "efemarai.yaml", text: "models: []\n" }]);
    for (const fragment of ["#2.abc", whole.slice(0, -9), "#<script>", `#1.${"A".repeat(1_600_000)}`]) {
      await withPlayground({ fragment }, async (page) => {
        await waitFor(page, "#notice", /^This link /);
        assert.match(await textAt(page, "#files"), "efemarai.yaml");
      });
    }
  });

  test("can be used with only the keyboard", () =>
    withPlayground({}, async (page) => {
      await page.selectOption("#example", { label: "A misspelled name" });
      await settled(page);
      await page.evaluate("document.activeElement.blur()");
      const order: string[] = [];
      for (let presses = 0; presses < 20; presses += 1) {
        await page.keyboard.press("Tab");
        const at = await focus(page);
        if (at === "efemarai.yaml" && (await page.evaluate("document.activeElement.className")) !== "") {
          order.push("editor");
          await page.keyboard.press("Escape");
        } else order.push(at);
        if (at.startsWith("Ignore missing-argument")) break;
      }
      assert.equal(order.slice(0, 9), [
        ...["example", "open", "share", "efemarai.yaml, has errors", "add", "rename", "remove"],
        ...["editor", "tab-findings"],
      ]);
      assert.equal(
        order.filter((each) => each.includes("invisible")),
        [],
      );
      assert.ok(order.some((each) => each.startsWith("Replace with")));
      await page.evaluate("document.getElementById('tab-findings').focus()");
      await page.keyboard.press("ArrowRight");
      assert.is(await focus(page), "tab-graph");
      await page.keyboard.press("End");
      assert.is(await focus(page), "tab-bindings");
      await page.evaluate("document.querySelector('#files [role=tab]').focus()");
      await page.keyboard.press("ArrowRight");
      assert.is(await focus(page), "inference.py");
      await page.keyboard.press("F2");
      assert.is(await focus(page), "file-name");
    }));

  test("is usable with 1,000 models", async () => {
    const files = [...manyModels(1000, "rich")].map(([name, text]) => ({ name, text }));
    await withPlayground({ fragment: await linkOf(files) }, async (page) => {
      await page.click(".editor:not([hidden]) .cm-content");
      await page.keyboard.press("Control+End");
      await page.keyboard.type("    nam: last\n");
      await waitFor(page, ".finding-code", /unknown-key/);
      await page.click(".finding-actions button");
      await settled(page);
      for (const tab of ["plan", "graph"]) {
        await page.click(`#tab-${tab}`);
        await settled(page);
      }
      await waitFor(page, "#graph .summary", /1,?000 models/);
      await page.click("#share");
      await waitFor(page, "#notice", /The link has \d\d,\d{3} characters/);
      assert.equal(await textsAt(page, "#notice button"), ["Download files", "Copy link anyway", "Close"]);
    });
  });

  test("restarts a worker that hangs, and keeps the texts", () =>
    withPlayground({}, async (page) => {
      await cursorBefore(page, "detector");
      const [before] = page.workers();
      // The promise never settles, because the worker is ended.
      void before?.evaluate("for (;;);").catch(() => {});
      await page.keyboard.type("kept ");
      await waitFor(page, "#notice", /started again/);
      await settled(page);
      assert.match(await documentText(page), "name: kept detector");
      await cursorBefore(page, "weights.url");
      await page.keyboard.press("Delete");
      await settled(page);
      assert.equal(await textsAt(page, ".finding-code"), ["undefined-reference"]);
    }));

  test("opens files of the user, and its own downloads", () =>
    withPlayground({}, async (page) => {
      const file = (name: string, text: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
      await page.setInputFiles("#chosen-files", [file("inference.py", "def f(:\n")]);
      await waitFor(page, ".finding-code", /python-syntax/);
      await page.setInputFiles("#chosen-files", [
        file("playground.json", '{"files":[["efemarai.yaml","models: 5\\n"]]}'),
      ]);
      await waitForText(page, DOCUMENT, /models: 5/);
      await page.setInputFiles("#chosen-files", [file("playground.json", '{"files":[["../a","b"]]}')]);
      await waitFor(page, "#notice", /cannot be used/);
    }));

  for (const scheme of ["light", "dark"] as const) {
    for (const width of [1280, 420]) {
      test(`has no serious finding of axe-core in ${scheme} colors at ${width} pixels`, () =>
        withPlayground({ scheme, width }, async (page) => {
          await page.selectOption("#example", { label: "A misspelled name" });
          await settled(page);
          assert.equal(await axe(page), []);
          for (const tab of ["findings", "graph", "plan"]) {
            await page.click(`#tab-${tab}`);
            await settled(page);
            assert.equal(await axe(page), [], tab);
          }
          await page.click("#share");
          await waitFor(page, "#notice", /./);
          assert.equal(await axe(page), [], "notice");
          const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
          assert.is(await page.evaluate(overflow), 0);
        }));
    }
  }

  test("ends the browser", closeBrowser);
});
