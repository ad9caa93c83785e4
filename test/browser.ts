// A real browser: Debian's Chromium in headless mode.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

/** The part of playwright that the tests need. Its own types need those of a browser. */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  addScriptTag(script: { readonly content: string; readonly type?: string }): Promise<unknown>;
  screenshot(options: { readonly path: string }): Promise<unknown>;
  click(selector: string): Promise<unknown>;
  focus(selector: string): Promise<unknown>;
  emulateMedia(options: {
    readonly colorScheme?: "light" | "dark";
    readonly media?: "screen" | "print";
  }): Promise<unknown>;
  setViewportSize(size: { readonly width: number; readonly height: number }): Promise<unknown>;
  on(event: "request", listener: (request: { url(): string }) => void): unknown;
  on(event: "pageerror", listener: (error: Error) => void): unknown;
  readonly keyboard: { press(key: string): Promise<unknown>; type(text: string): Promise<unknown> };
  readonly mouse: {
    move(x: number, y: number): Promise<unknown>;
    down(): Promise<unknown>;
    up(): Promise<unknown>;
    wheel(x: number, y: number): Promise<unknown>;
  };
}

interface Browser {
  newPage(options: { readonly viewport: { readonly width: number; readonly height: number } }): Promise<Page>;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: { launch(options: { executablePath: string; args: readonly string[] }): Promise<Browser> };
}

/** The path of Chromium; `undefined` if it is not installed. */
export const CHROMIUM = [
  process.env["MODELWRIGHT_CHROMIUM"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
].find((path) => path !== "" && existsSync(path));

/** Reports which tests are skipped without a browser. */
export function saySkipped(what: string): void {
  if (CHROMIUM === undefined) console.log(`skipped: Chromium is not installed here, so ${what} is not tried`);
}

/** Opens an empty page, and closes the browser afterwards. */
export async function withPage(body: (page: Page) => Promise<void>): Promise<void> {
  const { chromium } = createRequire(import.meta.url)("playwright-core") as Playwright;
  const browser = await chromium.launch({
    executablePath: CHROMIUM ?? "",
    // Root cannot use the sandbox. These pages are our own.
    args: ["--no-sandbox"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 720 } });
    await body(page);
  } finally {
    await browser.close();
  }
}

/** The text of an element, polled until it is as expected. */
export async function waitForText(page: Page, expression: string, wanted: RegExp): Promise<string> {
  let text = "";
  for (const end = Date.now() + 300_000; Date.now() < end; ) {
    // A page that is reloading cannot be queried.
    text = await page.evaluate(`String(${expression})`).then(String, () => "");
    if (wanted.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${expression} is not ${wanted}, but:\n${text}`);
}
