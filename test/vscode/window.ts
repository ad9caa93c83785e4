// Visual Studio Code in a browser: the server in the npm package `code-server`, which contains the editor without relevant
// changes, and Chromium. It makes no requests to other machines.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { CHROMIUM } from "../browser.ts";
import { until } from "./until.ts";

const FOLDER = process.env["MODELWRIGHT_VSCODE"] ?? "";
const CODE = join(FOLDER, "node_modules/code-server/lib/vscode");

/** The program of the editor; `undefined` if the editor or Chromium is not installed. */
export const VSCODE: string | undefined =
  FOLDER !== "" && existsSync(join(CODE, "out/server-main.js")) && CHROMIUM !== undefined
    ? join(CODE, "out/server-main.js")
    : undefined;

/** The part of playwright that these tests need. */
export interface EditorPage {
  goto(url: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  waitForFunction(expression: string, argument?: undefined, options?: { readonly timeout: number }): Promise<unknown>;
  exposeFunction(name: string, run: (...given: readonly unknown[]) => unknown): Promise<unknown>;
  route(pattern: string | RegExp, handler: (route: Route) => Promise<unknown>): Promise<unknown>;
  click(selector: string): Promise<unknown>;
  dblclick(selector: string): Promise<unknown>;
  screenshot(options: { readonly path: string }): Promise<unknown>;
  frames(): readonly { evaluate(expression: string): Promise<unknown> }[];
}

interface Route {
  request(): { url(): string };
  continue(): Promise<unknown>;
  abort(): Promise<unknown>;
  fetch(): Promise<{ text(): Promise<string> }>;
  fulfill(answer: { readonly response: unknown; readonly body: string }): Promise<unknown>;
}

interface Launched {
  newPage(options: { readonly viewport: { readonly width: number; readonly height: number } }): Promise<EditorPage>;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: { launch(options: { executablePath: string; args: readonly string[] }): Promise<Launched> };
}

/** How an editor is started. */
export interface EditorOptions {
  /** A folder for its data and extensions, which it may fill. */
  readonly data: string;
  /** The folder that it opens. */
  readonly folder: string;
  /** The packaged extension to install. */
  readonly vsix?: string;
  /** The folder of an extension to load, and a file with tests to run in it. */
  readonly tests?: { readonly extension: string; readonly file: string };
  readonly env?: NodeJS.ProcessEnv;
}

/** What a test sees of a running editor. */
export interface Editor {
  readonly page: EditorPage;
  /** Resolves with the exit code of the tests in the extension. */
  readonly finished: Promise<number>;
  /** What the tests and the server print. */
  readonly output: () => string;
  /** The URLs that the page requested from other machines. All these requests are blocked. */
  readonly foreign: readonly string[];
}

/** Opens a folder in an editor, and closes the editor afterwards. */
export async function withEditor(options: EditorOptions, body: (editor: Editor) => Promise<void>): Promise<void> {
  const printed: string[] = [];
  const args = [
    ...["--server-data-dir", join(options.data, "server"), "--extensions-dir", join(options.data, "extensions")],
    ...["--accept-server-license-terms", "--telemetry-level", "off"],
  ];
  mkdirSync(join(options.data, "extensions"), { recursive: true });
  // An empty gallery is never asked.
  const env = { ...process.env, EXTENSIONS_GALLERY: "{}", ...options.env };
  const start = (more: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, [VSCODE ?? "", ...args, ...more], { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => printed.push(String(chunk)));
    return child;
  };
  if (options.vsix !== undefined) {
    const code = await new Promise((resolve) => start(["--install-extension", options.vsix ?? ""]).on("exit", resolve));
    if (code !== 0) throw new Error(`The extension cannot be installed:\n${printed.join("")}`);
  }
  // Tests run in a trusted workspace.
  const trust = options.tests === undefined ? [] : ["--disable-workspace-trust"];
  const server = start(["--host", "127.0.0.1", "--port", "0", "--without-connection-token", ...trust]);
  const exited = new Promise((resolve) => server.on("exit", resolve));
  const { chromium } = createRequire(import.meta.url)("playwright-core") as Playwright;
  const browser = await chromium.launch({
    executablePath: CHROMIUM ?? "",
    // Root cannot use the sandbox; the pages are those of the editor. Chromium does not know that the page that a test
    // serves is also local.
    args: ["--no-sandbox", "--disable-background-networking", "--disable-features=LocalNetworkAccessChecks"],
  });
  try {
    const port = await portOf(server, printed);
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const foreign: string[] = [];
    const address = `http://127.0.0.1:${port}`;
    await page.route(/.*/, (route) => {
      const url = route.request().url();
      if (url === `${address}/` || url.startsWith(`${address}/?`)) return withLocalWebviews(route);
      if (url.startsWith(address) || !/^https?:/.test(url)) return route.continue();
      foreign.push(url);
      return route.abort();
    });
    const finished = new Promise<number>((resolve) => {
      void page.exposeFunction("codeAutomationExit", (code) => resolve(Number(code)));
    });
    await page.exposeFunction("codeAutomationLog", (_, given) => printed.push(`${JSON.stringify(given)}\n`));
    await page.goto(`${address}/?${parametersOf(options, `vscode-remote://127.0.0.1:${port}`)}`);
    await body({ page, finished, output: () => printed.join(""), foreign });
  } finally {
    await browser.close();
    server.kill();
    await exited;
  }
}

function parametersOf({ folder, tests }: EditorOptions, remote: string): string {
  const payload =
    tests === undefined
      ? []
      : [
          ["extensionDevelopmentPath", `${remote}${tests.extension}`],
          ["extensionTestsPath", `${remote}${tests.file}`],
        ];
  return String(new URLSearchParams({ folder, payload: JSON.stringify(payload) }));
}

/** The page of the editor, which then loads webviews from its own server and not from another machine. */
async function withLocalWebviews(route: Route): Promise<unknown> {
  const response = await route.fetch();
  const text = await response.text();
  const base = /["']([^"']*)\/out\/vs\/code\/browser\/workbench\/workbench\.js["']/.exec(text)?.[1] ?? "";
  const endpoint = `&quot;webviewEndpoint&quot;:&quot;${base}/out/vs/workbench/contrib/webview/browser/pre&quot;,`;
  const body = text.replace(/(id="vscode-workbench-web-configuration" data-settings="\{)/, `$1${endpoint}`);
  return route.fulfill({ response, body });
}

async function portOf(server: ChildProcess, printed: readonly string[]): Promise<number> {
  const port = await until("the editor to start", () => {
    if (server.exitCode !== null) throw new Error(`The editor does not start:\n${printed.join("")}`);
    return /Extension host agent listening on (\d+)/.exec(printed.join(""))?.[1];
  });
  return Number(port);
}
