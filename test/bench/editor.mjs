// Measures the built language server as an editor uses it, compared with yaml-language-server and our schema on the same files: the
// CPU time of a completion, the time from the last of many fast keystrokes to the findings, the start, and the heap after
// 10,000 edits. Fails only if a budget is clearly exceeded, because other programs affect the figures.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from "vscode-languageserver/node";
import { manyModels } from "../many-models.ts";
import { ROOT } from "../tools/install.mjs";
import { keep, table } from "./table.mjs";

const SIZES = [1, 50, 1000];
/** Milliseconds by the number of models, and megabytes. */
const BUDGET = { completion: { 50: 50, 1000: 200 }, findings: { 50: 500, 1000: 2500 }, start: 300, heap: 40 };
/** A budget is clearly exceeded from this factor on. */
const TOLERANCE = 2;
const EDITS = 10_000;
const FILE = "efemarai.yaml";
/** The number of keystrokes in the storm: one every 30 ms, with a completion after each. */
const [KEYS, PAUSE_MS] = [40, 30];

const SERVERS = {
  modelwright: [join(ROOT, "dist/cli/main.js"), "lsp", "--stdio"],
  "yaml-language-server": [join(ROOT, "node_modules/yaml-language-server/bin/yaml-language-server"), "--stdio"],
};

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const percentile = (times, share) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))];

/** The processor time of a process so far, in milliseconds (Linux: /proc/PID/stat, in ticks of 10 ms). */
function processorTimeOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Starts a server on a folder with a definition of `models` models, and opens the definition. */
async function start(name, models) {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-bench-"));
  for (const [path, text] of manyModels(models, "rich")) writeFileSync(join(folder, path), text);
  const text = readFileSync(join(folder, FILE), "utf8");
  const before = performance.now();
  const child = spawn(process.execPath, SERVERS[name], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  let published = () => {};
  connection.onNotification("textDocument/publishDiagnostics", (params) => published(params));
  connection.onRequest("client/registerCapability", () => null);
  const schema = pathToFileURL(join(ROOT, "grammar/generated/definition.schema.json")).href;
  connection.onRequest("workspace/configuration", ({ items }) =>
    items.map(({ section }) => (section === "yaml" ? { schemas: { [schema]: FILE } } : {})),
  );
  connection.listen();
  const folders = [{ uri: pathToFileURL(folder).href, name: "bench" }];
  const capabilities = {
    textDocument: { completion: { completionItem: { snippetSupport: true } } },
    workspace: { configuration: true, workspaceFolders: true },
  };
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: folders,
    capabilities,
  });
  const startMs = performance.now() - before;
  await connection.sendNotification("initialized", {});
  const uri = pathToFileURL(join(folder, FILE)).href;
  let version = 1;
  const next = () => new Promise((resolve) => (published = (params) => params.uri === uri && resolve()));
  const first = next();
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "yaml", version, text },
  });
  await first;
  return {
    text,
    startMs,
    pid: child.pid,
    next,
    change: (contentChanges) =>
      connection.sendNotification("textDocument/didChange", {
        textDocument: { uri, version: ++version },
        contentChanges,
      }),
    complete: (position) => connection.sendRequest("textDocument/completion", { textDocument: { uri }, position }),
    stop: async () => {
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The place inside of an expression in the middle of a text. */
function placeIn(text) {
  const at =
    text.indexOf("${model.files.", text.lastIndexOf("- name: model", text.length / 2)) + "${model.files.".length;
  const lines = text.slice(0, at).split("\n");
  return { line: lines.length - 1, character: lines.at(-1).length };
}

/** The mean processor time of a completion after a letter: the clock of the system is too coarse for one of them. */
async function completionTime(name, models) {
  const server = await start(name, models);
  const position = placeIn(server.text);
  const range = { start: position, end: position };
  const rounds = models > 100 ? 20 : 60;
  const times = [];
  const groups = 6;
  for (let group = -1; group < groups; group++) {
    const before = processorTimeOf(server.pid);
    for (let round = 0; round < rounds / groups; round++) {
      await server.change([{ range, text: "a" }]);
      await server.complete({ ...position, character: position.character + 1 });
    }
    if (group >= 0) times.push((processorTimeOf(server.pid) - before) / (rounds / groups));
  }
  await server.stop();
  return times;
}

/** Types many keys with a completion after each. Returns the times of each completion and of the findings, in milliseconds. */
async function storm(name, models) {
  const server = await start(name, models);
  const position = placeIn(server.text);
  const times = [];
  const answers = [];
  let last = 0;
  for (let key = 0; key < KEYS; key++) {
    const at = { ...position, character: position.character + key };
    void server.change([{ range: { start: at, end: at }, text: "a" }]);
    const before = performance.now();
    last = before;
    answers.push(
      server.complete({ ...at, character: at.character + 1 }).then(() => times.push(performance.now() - before)),
    );
    await sleep(PAUSE_MS);
  }
  // Findings may be published several times. The last ones count.
  let latest = performance.now();
  const deadline = performance.now() + 90_000;
  for (let isQuiet = false; !isQuiet && performance.now() < deadline; ) {
    isQuiet = await Promise.race([server.next().then(() => false), sleep(models > 100 ? 4000 : 1500).then(() => true)]);
    if (!isQuiet) latest = performance.now();
  }
  await Promise.all(answers);
  await server.stop();
  return { median: percentile(times, 0.5), p95: percentile(times, 0.95), findings: latest - last };
}

/** Runs in a process of its own: the heap after many edits of 50 models in a server in this process, in megabytes. */
async function measureHeap() {
  const { startServerOn } = await import("../editor-client.ts");
  const { memoryPlatform } = await import("../../src/lsp/memory.ts");
  const text = manyModels(50, "rich").get(FILE);
  const idle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const editor = await startServerOn(memoryPlatform(idle), ["/bench"]);
  editor.open(FILE, text);
  const position = placeIn(text);
  const heap = () => {
    globalThis.gc();
    return process.memoryUsage().heapUsed / 1e6;
  };
  const rounds = async (count) => {
    for (let edits = 0; edits < count; edits++) {
      const end = { ...position, character: position.character + (edits % 2) };
      editor.edit(FILE, { range: { start: position, end }, text: edits % 2 === 0 ? "a" : "" });
      if (edits % 10 === 0) await editor.at("textDocument/completion", FILE, end);
      if (edits % 100 === 0) await editor.diagnostics(FILE);
    }
    await editor.diagnostics(FILE);
    editor.published.length = 0;
    return heap();
  };
  const before = await rounds(200);
  const after = await rounds(EDITS - 200);
  await editor.stop();
  return { before, after };
}

async function report() {
  const above = [];
  const note = (name, value, most, unit) => {
    if (value > most * TOLERANCE) above.push(name);
    keep({ what: name, value, budget: most, unit });
    console.log(`${name}: ${value.toFixed(1)} ${unit}, at most ${most}: ${value <= most ? "met" : "not met"}`);
  };
  const row = table(44, 16);
  row(["ms", ...SIZES.map((models) => `${models} models`)]);
  for (const name of Object.keys(SERVERS)) {
    const starts = [];
    for (let round = 0; round < 5; round++) {
      const server = await start(name, 1);
      starts.push(server.startMs);
      await server.stop();
    }
    const cells = [];
    for (const models of SIZES) cells.push(await completionTime(name, models));
    row([`${name}: completion, CPU, median`, ...cells.map((times) => percentile(times, 0.5).toFixed(1))]);
    row([`${name}: completion, CPU, p95`, ...cells.map((times) => percentile(times, 0.95).toFixed(1))]);
    const storms = [];
    for (const models of SIZES) storms.push(await storm(name, models));
    row([`${name}: storm, completion, median`, ...storms.map(({ median }) => median.toFixed(0))]);
    row([`${name}: storm, completion, p95`, ...storms.map(({ p95 }) => p95.toFixed(0))]);
    row([`${name}: storm, findings after the last key`, ...storms.map(({ findings }) => findings.toFixed(0))]);
    row([`${name}: start`, percentile(starts, 0.5).toFixed(0)]);
    if (name !== "modelwright") continue;
    console.log("");
    SIZES.forEach((models, at) => {
      const [completion, findings] = [BUDGET.completion[models], BUDGET.findings[models]];
      if (completion === undefined || findings === undefined) return;
      note(`completion, p95, ${models} models`, percentile(cells[at], 0.95), completion, "ms of processor time");
      note(`findings after a storm, ${models} models`, storms[at].findings, findings, "ms");
    });
    note("start", percentile(starts, 0.5), BUDGET.start, "ms");
    const script = [process.argv[1], "--task", "heap"];
    const output = execFileSync(process.execPath, ["--expose-gc", "--import", "tsx", ...script], { encoding: "utf8" });
    const { before, after } = JSON.parse(output);
    console.log(`heap after 200 edits of 50 models: ${before.toFixed(1)} MB`);
    note(`heap after ${EDITS} edits of 50 models`, after, BUDGET.heap, "MB");
    console.log("");
  }
  if (above.length > 0) process.exitCode = 1;
}

const { values } = parseArgs({ options: { json: { type: "string" }, task: { type: "string" } } });
if (values.task === undefined) await report();
else console.log(JSON.stringify(await measureHeap()));
