// The playground in a real browser, opened from a file as a user does. All its requests are recorded.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CHROMIUM } from "./browser.ts";
import { temporaryFolder } from "./temporary.ts";
import { playground } from "./tools/playground.mjs";

/** The part of playwright that these tests need. Its own types require the types of a browser. */
export interface BrowserPage {
  goto(url: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  addInitScript(script: { readonly content: string }): Promise<unknown>;
  addScriptTag(script: { readonly content: string }): Promise<unknown>;
  screenshot(options: { readonly path: string }): Promise<unknown>;
  click(selector: string): Promise<void>;
  fill(selector: string, value: string): Promise<void>;
  hover(selector: string): Promise<void>;
  selectOption(selector: string, value: { readonly label: string }): Promise<unknown>;
  setInputFiles(
    selector: string,
    files: readonly { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }[],
  ): Promise<void>;
  workers(): readonly { evaluate(expression: string): Promise<unknown> }[];
  close(): Promise<void>;
  on(event: "request", listener: (request: { url(): string }) => void): void;
  on(event: "console", listener: (message: { type(): string; text(): string }) => void): void;
  on(event: "pageerror", listener: (error: Error) => void): void;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
}

interface Browser {
  newPage(options: object): Promise<BrowserPage>;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: { launch(options: object): Promise<Browser> };
}

/** How a page is opened. */
export interface Opened {
  readonly fragment?: string;
  readonly width?: number;
  readonly scheme?: "light" | "dark";
}

let address: string | undefined;
let browser: Browser | undefined;

/** The URL of the built page. */
async function pageAddress(): Promise<string> {
  if (address !== undefined) return address;
  const path = join(temporaryFolder(), "playground.html");
  writeFileSync(path, (await playground()).html);
  address = pathToFileURL(path).href;
  return address;
}

const RECORD = `globalThis.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective + " " + event.blockedURI));`;

/**
 * Opens the playground, waits until everything is checked, and closes it after `body`. Fails if the page made a network
 * request, violated its policy, or reported an error.
 */
export async function withPlayground(
  { fragment = "", width = 1280, scheme = "light" }: Opened,
  body: (page: BrowserPage) => Promise<void>,
): Promise<void> {
  const own = await pageAddress();
  const { chromium } = createRequire(import.meta.url)("playwright-core") as Playwright;
  // Root cannot use the sandbox. This page is our own.
  browser ??= await chromium.launch({ executablePath: CHROMIUM ?? "", args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: scheme });
  const wrong: string[] = [];
  page.on("request", (request) => {
    const url = request.url().replace(/#.*$/s, "");
    if (url !== own && !url.startsWith("blob:") && !url.startsWith("data:")) wrong.push(`request ${url}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") wrong.push(`console ${message.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`error ${error.stack}`));
  try {
    await page.addInitScript({ content: RECORD });
    await page.goto(own + fragment);
    await settled(page);
    await body(page);
    const violations = String(await page.evaluate("violations.join()"));
    if (violations !== "") wrong.push(`policy ${violations}`);
  } finally {
    await page.close();
  }
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

/** Closes the browser that all pages share. */
export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

/** The time limit for a change on the page, in milliseconds. It is long enough for a busy machine. */
const PATIENCE_MS = 60_000;

/** Waits until an expression in the page gives the expected text. */
export async function waitForText(page: BrowserPage, expression: string, wanted: RegExp): Promise<string> {
  let text = "";
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    text = String(await page.evaluate(`String(${expression})`));
    if (wanted.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${expression} is not ${wanted}, but:\n${text}`);
}

/** The text in the shown editor. */
export async function documentText(page: BrowserPage): Promise<string> {
  return String(await page.evaluate(DOCUMENT));
}

/** The text in the shown editor, as an expression in the page. */
export const DOCUMENT = `document.querySelector(".editor:not([hidden]) .cm-content").cmTile.view.state.doc.toString()`;

/** Waits until the current texts are checked and everything is shown. */
export async function settled(page: BrowserPage): Promise<void> {
  await waitForText(
    page,
    `document.body.getAttribute("aria-busy") + document.getElementById("status").textContent`,
    /^null./,
  );
}

/** The text of an element; empty if there is none. */
export async function textAt(page: BrowserPage, selector: string): Promise<string> {
  return String(await page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ""`));
}

/** The texts of all elements. */
export async function textsAt(page: BrowserPage, selector: string): Promise<readonly string[]> {
  const list = `[...document.querySelectorAll(${JSON.stringify(selector)})].map((each) => each.textContent)`;
  return JSON.parse(String(await page.evaluate(`JSON.stringify(${list})`)));
}

/** Waits for the text of an element. */
export function waitFor(page: BrowserPage, selector: string, wanted: RegExp): Promise<string> {
  return waitForText(page, `document.querySelector(${JSON.stringify(selector)})?.textContent ?? ""`, wanted);
}

/** One line per finding of the list: its place, code and message. */
export async function findingsShown(page: BrowserPage): Promise<readonly string[]> {
  const list = `[...document.querySelectorAll(".finding")].map((each) =>
    [".finding-where", ".finding-code", ".severity", ".finding-message"].map((part) => each.querySelector(part).textContent).join(" "))`;
  return JSON.parse(String(await page.evaluate(`JSON.stringify(${list})`)));
}

/** Puts the cursor of the shown editor before a text, which is in view. */
export async function cursorBefore(page: BrowserPage, text: string): Promise<void> {
  await page.click(".editor:not([hidden]) .cm-content");
  await page.keyboard.press("Control+f");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowLeft");
}
