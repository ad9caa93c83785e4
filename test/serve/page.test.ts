// The try-it page and the client in a real browser, with the policies that the server sets.
import { build as esbuild } from "esbuild";
import * as assert from "uvu/assert";
import { CHROMIUM, type Page, saySkipped, withPage } from "../browser.ts";
import { describe } from "../describe.ts";
import { ROOT } from "../golden.ts";
import { until, withServer } from "./served.ts";

/** Waits until an expression is true in the page. */
async function becomes(page: Page, expression: string): Promise<void> {
  let isTrue = false;
  const ask = async (): Promise<void> => {
    while (!isTrue) isTrue = (await page.evaluate(expression)) === true;
  };
  await Promise.all([ask(), until(() => isTrue)]);
}

describe("serve in a browser", (test) => {
  saySkipped("the page of `serve`");
  if (CHROMIUM === undefined) return test("is skipped", () => {});

  test("the page shows the models, predicts, and connects to nothing else", () =>
    withServer({}, { tokens: ["0123456789abcdef"] }, async ({ url }) => {
      await withPage(async (page) => {
        const requests: string[] = [];
        const errors: Error[] = [];
        page.on("request", (request) => requests.push(request.url()));
        page.on("pageerror", (error) => errors.push(error));
        await page.goto(url);
        await becomes(page, 'document.getElementById("result").textContent === "Enter a token."');
        await page.focus("#token");
        await page.keyboard.type("0123456789abcdef");
        await page.keyboard.press("Tab");
        await becomes(page, 'document.getElementById("model").value === "/models/model/predict"');
        await page.evaluate(`document.getElementById("datapoint").value = '{"inputs":{"text":"<b>é"}}'`);
        await page.click("#send");
        await becomes(page, 'document.getElementById("result").textContent.startsWith("200 ")');
        const shown = String(await page.evaluate('document.getElementById("result").textContent'));
        assert.match(shown, /^200 OK \([\d.]+ s\)\n\{\n {2}"text": "<b>é"\n\}$/);
        assert.equal(errors, []);
        assert.ok(
          requests.every((each) => each.startsWith(`${url}/`)),
          requests.join("\n"),
        );
      });
    }));

  test("a page of an allowed origin uses `connect`; others are refused", () =>
    withServer({}, {}, async (own) => {
      await withServer({}, { origins: [own.url] }, async ({ url }) => {
        const { outputFiles } = await esbuild({
          stdin: {
            contents: `import { defineModel } from "./src/run/browser.ts";
              globalThis.ask = async (url) => {
                for await (const prediction of defineModel("model").connect(url).predict([{ inputs: { n: 1 } }])) return prediction;
              };`,
            resolveDir: ROOT,
          },
          ...{ bundle: true, write: false, platform: "browser", format: "iife", logLevel: "silent" },
        });
        await withPage(async (page) => {
          // A page of that origin without a policy of its own.
          await page.goto(`${own.url}/v2`);
          await page.evaluate(outputFiles[0]?.text ?? "");
          assert.equal(await page.evaluate(`ask(${JSON.stringify(url)})`), { n: 1 });
          await page.goto(`${url}/v2`);
          await page.evaluate(outputFiles[0]?.text ?? "");
          const refused = await page.evaluate(`ask(${JSON.stringify(own.url)}).catch((error) => error.name)`);
          assert.is(refused, "ModelError");
        });
      });
    }));
});
