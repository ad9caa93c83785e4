// The SVG and the page of a graph in a real browser: text stays in its boxes, and the page is used from `file://` as a person would.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import * as assert from "uvu/assert";
import { html, pictureJson } from "../src/draw/html.ts";
import type { Picture } from "../src/draw/picture.ts";
import { svg } from "../src/draw/svg.ts";
import { CHROMIUM, type Page, saySkipped, waitForText, withPage } from "./browser.ts";
import { describe } from "./describe.ts";
import { folderOf } from "./fixtures.ts";
import { fixture, ROOT } from "./golden.ts";
import { manyModels } from "./many-models.ts";
import { pictureOfFolder, pictureOfText } from "./pictures.ts";

const AXE = readFileSync(join(ROOT, "node_modules/axe-core/axe.min.js"), "utf8");

const ODD = [
  "語".repeat(12),
  "😀👩‍👩‍👧🏳️‍🌈",
  "W".repeat(60),
  "عربي עברית",
  `z${"\u0301".repeat(40)}`,
  "\u001b[2J\u202e",
  "<b>&amp;",
  "iiii",
  "ﷺ",
];

/** A model whose inputs have these names. */
function withInputs(names: readonly string[]): string {
  const inputs = names.map((name) => `{ name: ${JSON.stringify(name)}, value: 1 }`).join(", ");
  return `models:
  - name: ${JSON.stringify(names.join(" "))}
    runtime:
      load: { entrypoint: a:b, inputs: [${inputs}], output: { name: m } }
      predict: { entrypoint: a:c, inputs: [], output: { name: p } }
`;
}

/** Opens a file in a page that records requests and errors. Fails if the page makes a request or has an error. */
async function withFile(name: string, text: string, body: (page: Page) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-page-"));
  try {
    await withPage(async (page) => {
      const url = pathToFileURL(join(folder, name)).href;
      writeFileSync(join(folder, name), text);
      const problems: string[] = [];
      page.on("request", (request) => {
        if (request.url() !== url) problems.push(`request of ${request.url()}`);
      });
      page.on("pageerror", ({ message }) => problems.push(message));
      await page.goto(url);
      await body(page);
      assert.equal(problems, []);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const withGraph = (picture: Picture, body: (page: Page) => Promise<void>) =>
  withFile("graph.html", html(picture), async (page) => {
    await waitForText(page, "document.querySelectorAll('[data-box]').length > 0", /true/);
    await body(page);
  });

/** The texts that extend beyond their node or box, and the nodes and boxes that overlap, as measured by the browser. */
const MISPLACED = `(() => {
  const found = [];
  const inside = (a, b) => a.left >= b.left - 0.6 && a.right <= b.right + 0.6 && a.top >= b.top - 0.6 && a.bottom <= b.bottom + 0.6;
  for (const text of document.querySelectorAll("svg text")) {
    const around = text.closest(".node") ?? text.parentNode;
    const frame = around.querySelector(":scope > rect");
    if (!inside(text.getBoundingClientRect(), frame.getBoundingClientRect())) found.push(text.textContent);
  }
  const groups = [".node > rect", "rect.box"].map((each) => [...document.querySelectorAll(each)].map((rect) => rect.getBoundingClientRect()));
  for (const all of groups) for (const [i, a] of all.entries()) for (const b of all.slice(0, i))
    if (a.left + 0.5 < b.right && b.left + 0.5 < a.right && a.top + 0.5 < b.bottom && b.top + 0.5 < a.bottom) found.push("overlap " + i);
  return JSON.stringify(found);
})()`;

const measured = async (page: Page): Promise<unknown> => JSON.parse(String(await page.evaluate(MISPLACED)));
/** The text of the panel without empty lines; empty if it is closed. */
const panel = (page: Page) =>
  page
    .evaluate("document.querySelector('.panel').hidden ? '' : document.querySelector('.panel').innerText")
    .then((text) => String(text).replace(/\n+/g, "\n").replace("×\n", ""));
const zoomOf = (page: Page) => page.evaluate("parseInt(document.querySelector('.level').textContent)").then(Number);
/** Waits until the page has drawn the last change. */
const drawn = (page: Page) =>
  page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");

/** The serious findings of axe. */
async function accessibilityProblems(page: Page): Promise<unknown> {
  await page.evaluate(`{${AXE}\nundefined}`);
  const found = await page.evaluate(
    "axe.run(document).then(({ violations }) => JSON.stringify(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => [id, nodes.map(({ target, failureSummary }) => target + ' ' + failureSummary)])))",
  );
  return JSON.parse(String(found));
}

describe("a graph in a browser", (test) => {
  saySkipped("the page of a graph");
  if (CHROMIUM === undefined) return;

  test("in the SVG, text stays in its box, and boxes do not overlap", async () => {
    const pictures = [
      pictureOfFolder(folderOf("accept", "whole-project")),
      pictureOfFolder(folderOf("accept", "hostile-names")),
      pictureOfFolder(folderOf("reject", "cycle")),
      pictureOfText(readFileSync(fixture("hostile", "terminal.yaml"), "utf8")),
      pictureOfText(withInputs(ODD)),
    ];
    await withPage(async (page) => {
      for (const picture of pictures) {
        const text = svg(picture);
        const parsed = await page.evaluate(`{
          const parsed = new DOMParser().parseFromString(${JSON.stringify(text)}, "image/svg+xml");
          document.body.replaceChildren(document.adoptNode(parsed.documentElement));
          document.querySelectorAll("parsererror").length;
        }`);
        assert.is(parsed, 0);
        assert.equal(await measured(page), []);
      }
    });
  });

  test("the page with the mouse: search, select, read, zoom and close", () =>
    withGraph(pictureOfFolder(folderOf("reject", "cycle")), async (page) => {
      assert.equal(await measured(page), []);
      await page.click("[data-node='4'] .name");
      const text = await panel(page);
      assert.match(text, /^load input\nconfidence\n/);
      assert.match(text, "efemarai.yaml:16");
      assert.match(text, /error cycle\n\s*The input `confidence` of `load` refers to itself/);
      assert.match(text, "value: ${model.runtime.load.inputs.iou}");
      assert.match(text, /Needs ?1\s+load input iou/);
      assert.match(text, /Needed by ?\d+[\s\S]*predict inference:predict\s+2 hops/);
      assert.ok(Number(await page.evaluate("document.querySelectorAll('.related').length")) > 3);
      await page.click(".panel .row");
      assert.match(await panel(page), /^load input\niou\n/);
      await page.click(".panel .icon");
      assert.is(await panel(page), "");
      const before = await zoomOf(page);
      await page.mouse.move(400, 400);
      await page.mouse.wheel(0, -300);
      await drawn(page);
      assert.ok((await zoomOf(page)) > before);
      const place = () =>
        page.evaluate("document.querySelector('.picture > g').getAttribute('transform')").then(String);
      const start = await place();
      await page.mouse.down();
      await page.mouse.move(460, 430);
      await page.mouse.up();
      await drawn(page);
      assert.is.not(await place(), start);
      assert.is(await panel(page), "", "a drag is not a click");
      await page.click(".badge");
      assert.match(await panel(page), /^all\nFindings[\s\S]*Cycles/);
      await page.click(".query");
      await page.keyboard.type("predict model");
      assert.match(String(await page.evaluate("document.querySelector('.results').innerText")), /^predict input model/);
      await page.click(".results li");
      assert.match(await panel(page), /^predict input\nmodel\n/);
    }));

  test("the page with only the keyboard", () =>
    withGraph(pictureOfFolder(folderOf("accept", "several-models")), async (page) => {
      const current = () => page.evaluate("document.querySelector('.chosen title')?.textContent").then(String);
      const focused = () => page.evaluate("document.activeElement.className").then(String);
      await page.keyboard.press("Tab");
      assert.is(await focused(), "query");
      await page.keyboard.press("Tab");
      assert.is(await focused(), "area");
      await page.keyboard.press("ArrowRight");
      const first = await current();
      await page.keyboard.press("ArrowRight");
      const second = await current();
      assert.is.not(second, first);
      await page.keyboard.press("ArrowLeft");
      assert.is(await current(), "load input weights");
      await page.keyboard.press("PageDown");
      await page.keyboard.press("Enter");
      assert.match(await panel(page), "in model classifier");
      assert.is(await page.evaluate("document.activeElement.tagName"), "H2");
      await page.keyboard.press("Escape");
      assert.equal([await panel(page), await focused()], ["", "area"]);
      await page.keyboard.press("/");
      await page.keyboard.type("scores");
      await page.keyboard.press("Enter");
      assert.match(await panel(page), /^key\nscores\nin model detector/);
      await page.keyboard.press("Escape");
      const before = await zoomOf(page);
      await page.keyboard.press("+");
      await drawn(page);
      assert.ok((await zoomOf(page)) > before);
      await page.keyboard.press("0");
      await drawn(page);
      assert.is(await zoomOf(page), before, "everything fits, as at the start");
    }));

  test("axe finds nothing serious, in both color schemes and sizes, with the panel open", () =>
    withGraph(pictureOfFolder(folderOf("reject", "cycle")), async (page) => {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        for (const width of [1280, 420]) {
          await page.setViewportSize({ width, height: 800 });
          await drawn(page);
          assert.equal(await accessibilityProblems(page), [], `${colorScheme} ${width}`);
          await page.evaluate("document.querySelector('.badge').click()");
          assert.equal(await accessibilityProblems(page), [], `${colorScheme} ${width}, findings`);
          await page.click(".panel .link:not(.place)");
          assert.equal(await accessibilityProblems(page), [], `${colorScheme} ${width}, a node`);
          await page.keyboard.press("Escape");
        }
      }
    }));

  test("1,000 models: only boxes in view are drawn, and one can be found and read", () =>
    withGraph(pictureOfText(manyModels(1000, "plain").get("efemarai.yaml") ?? ""), async (page) => {
      const elements = () => page.evaluate("document.querySelectorAll('.picture *').length").then(Number);
      const boxes = () => page.evaluate("document.querySelectorAll('[data-box]').length").then(Number);
      assert.ok((await boxes()) < 20, `${await boxes()} boxes`);
      await page.focus(".area");
      await page.keyboard.press("0");
      await drawn(page);
      assert.is(await boxes(), 1000);
      assert.ok((await elements()) < 6000, `${await elements()} elements`);
      await page.keyboard.press("/");
      await page.keyboard.type("model 777");
      await page.keyboard.press("Enter");
      await drawn(page);
      assert.match(await panel(page), /^model\nmodel 777\n/);
      assert.ok((await boxes()) < 20);
      assert.ok(
        Number(
          await page.evaluate(
            "[...document.querySelectorAll('.title')].filter((each) => each.textContent === 'model 777').length",
          ),
        ) === 1,
      );
    }));

  test("first shows the width of a box as long as its shape can be recognized", async () => {
    const picture = pictureOfFolder(join(ROOT, "fixtures/docs/detector"));
    /** The zoom, and how far the box is from the left and the right edge of the picture. */
    const firstView = (page: Page) =>
      page.evaluate(`(() => {
        const box = document.querySelector("rect.box").getBoundingClientRect();
        const area = document.querySelector(".area").getBoundingClientRect();
        return JSON.stringify([box.left - area.left, area.right - box.right].map(Math.round));
      })()`);
    const at = (page: Page, width: number) => page.setViewportSize({ width, height: 720 });
    await withGraph(picture, async (page) => {
      for (const [width, right] of [
        [1100, 24],
        [590, 24],
        [420, undefined],
      ] as const) {
        await at(page, width);
        await page.focus(".area");
        await page.keyboard.press("1");
        await drawn(page);
        const [left, rest] = JSON.parse(String(await firstView(page))) as readonly number[];
        assert.is(left, 24);
        if (right === undefined) assert.is(await zoomOf(page), 50);
        else assert.is(rest, right);
      }
    });
  });

  test("has its first view when a hidden area is shown", () =>
    withFile(
      "hidden.html",
      html(pictureOfFolder(folderOf("accept", "several-models"))).replace("<body>", "<body hidden>"),
      async (page) => {
        const view = () =>
          page.evaluate(
            "JSON.stringify([...document.querySelectorAll('[data-box], .picture > g')].map((each) => each.getAttribute('transform')))",
          );
        await page.evaluate("document.body.hidden = false");
        await waitForText(page, "document.querySelectorAll('[data-box]').length > 0", /true/);
        await drawn(page);
        const shown = await view();
        await page.focus(".area");
        await page.keyboard.press("1");
        await drawn(page);
        assert.is(shown, await view());
      },
    ));

  test("prints every box", () =>
    withGraph(pictureOfText(manyModels(40, "plain").get("efemarai.yaml") ?? ""), async (page) => {
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      assert.is(await page.evaluate("document.querySelectorAll('[data-box] .node').length > 40 * 10"), true);
      assert.is(
        await page.evaluate(
          "getComputedStyle(document.querySelector('.modelwright-graph')).getPropertyValue('--page')",
        ),
        "#ffffff",
      );
      assert.equal(await measured(page), []);
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
    }));

  test("hostile names are shown as text", () => {
    const name = "</script><img src=x onerror=document.title='taken'><svg onload=alert(1)>";
    return withGraph(pictureOfText(withInputs([name, ...ODD])), async (page) => {
      assert.equal(await measured(page), []);
      await page.click(".query");
      await page.keyboard.type("onerror");
      await page.keyboard.press("Enter");
      assert.match(await panel(page), name);
      assert.is(await page.evaluate("document.title + document.querySelectorAll('img').length"), "Dependency graph0");
    });
  });

  test("another page shows the same picture, opens files, and keeps the selection after an update", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `export { show } from ${JSON.stringify(join(ROOT, "src/draw/page/show.ts"))};`,
        resolveDir: ROOT,
      },
      bundle: true,
      format: "iife",
      globalName: "graph",
      write: false,
      logLevel: "error",
    });
    const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'">`;
    const page = `<!doctype html><html lang="en"><head><title>Editor</title>${policy}</head><body><div id="here"></div>
<script>${outputFiles[0]?.text.replaceAll("</script", "<\\/script")}</script></body></html>`;
    await withFile("editor.html", page, async (editor) => {
      const data = pictureJson(pictureOfFolder(folderOf("accept", "several-models")));
      await editor.evaluate(`{
        const here = document.getElementById("here");
        Object.defineProperty(window, "opened", { value: [] });
        here.setAttribute("class", "host");
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(".host{height:600px}");
        document.adoptedStyleSheets = [sheet];
        window.shown = graph.show(here, ${data}, { onOpen: (file, line) => opened.push([file, line]) });
        undefined;
      }`);
      await drawn(editor);
      await editor.click("[data-node='1'] .name");
      await editor.click(".panel button.place");
      assert.equal(await editor.evaluate("opened"), [["efemarai.yaml", 6]]);
      const before = await panel(editor);
      await editor.evaluate(`shown.update(${data})`);
      assert.is(await panel(editor), before);
      await editor.evaluate(`shown.update(${pictureJson(pictureOfText("models: []\n"))})`);
      assert.is(await panel(editor), "");
      assert.match(await editor.evaluate("document.querySelector('.nothing').innerText").then(String), "no models");
    });
  });
});
