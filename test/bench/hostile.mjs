// Measures processor time and memory of the built `check` for one megabyte of each hostile kind
// (`test/hostile-kinds.ts`), each in a process of its own. Fails only if a bound is clearly exceeded, because other
// programs affect the figures. Names or parts of names after `--kind` select some kinds.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { HOSTILE } from "../hostile-kinds.ts";
import { table } from "./table.mjs";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
/** The bounds for one megabyte of input. They grow with the size of the input. */
const MOST = { seconds: 2, megabytes: 400 };
/** A bound is clearly exceeded from this factor on. */
const TOLERANCE = 3;
/** The minimum time of this many runs counts, because other programs can only make a run slower. */
const RUNS = 2;

const { values } = parseArgs({ options: { json: { type: "string" }, kind: { type: "string", multiple: true } } });
const folder = mkdtempSync(join(tmpdir(), "modelwright-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Writes the resources that the process used, without its children, when it ends. */
const usage = join(folder, "usage.json");
const preload = `import { writeFileSync } from "node:fs";
process.on("exit", () => writeFileSync(${JSON.stringify(usage)}, JSON.stringify(process.resourceUsage())));`;

function measure(cwd) {
  rmSync(usage, { force: true });
  const args = [
    "--import",
    `data:text/javascript,${encodeURIComponent(preload)}`,
    MAIN,
    "check",
    "--format",
    "concise",
  ];
  const { status, signal } = spawnSync(process.execPath, args, {
    cwd,
    stdio: "ignore",
    timeout: 120_000,
    env: { ...process.env, GIT_CEILING_DIRECTORIES: folder },
  });
  if (status !== 0 && status !== 1)
    return { end: signal ?? `exit code ${status}`, seconds: Infinity, megabytes: Infinity };
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(usage, "utf8"));
  return { end: status, seconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 };
}

const row = table(44, 12);
row(["a megabyte of", "kB", "CPU s", "peak MB", "exit code"]);
const above = [];
const gross = [];
const wanted = ({ name }) => values.kind === undefined || values.kind.some((part) => name.includes(part));
for (const { name, make, megabyte } of HOSTILE.filter(wanted)) {
  const cwd = join(folder, "definitions");
  let size = 0;
  for (const [path, text] of make(megabyte)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
    size += Buffer.byteLength(text);
  }
  const runs = Array.from({ length: RUNS }, () => measure(cwd));
  rmSync(cwd, { recursive: true, force: true });
  const [{ end, seconds, megabytes }] = runs.sort((a, b) => a.seconds - b.seconds);
  row([name, (size / 1000).toFixed(0), seconds.toFixed(2), megabytes.toFixed(0), String(end)]);
  const times = Math.max(seconds / MOST.seconds, megabytes / MOST.megabytes) / Math.max(1, size / 1e6);
  if (times > 1) above.push(name);
  if (times > TOLERANCE) gross.push(name);
}
console.log(
  `\nat most ${MOST.seconds} s and ${MOST.megabytes} MB: ${above.length === 0 ? "met by all" : `not met by ${above.join(", ")}`}`,
);
if (gross.length > 0) process.exitCode = 1;
