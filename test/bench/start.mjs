// Measures the cold start of whole commands, next to a Node process that does nothing: the packed package, installed as
// users install it, with a definition of two models. The commands alternate, and the result is the median of the pairs.
// Fails only if a budget is clearly exceeded, because other programs affect the figures.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keep, table } from "./table.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ROUNDS = 21;
/** As a multiple of `node -e 0`. */
const BUDGET = { "modelwright check FILE": 1.5, "modelwright --help": 1.25, "modelwright --version": 1.25 };
/** A budget is clearly exceeded from this factor on. */
const TOLERANCE = 3;
/** Other programs that check YAML, if pip can install them. */
const TOOLS = ["yamllint==1.37.1", "check-jsonschema==0.37.0"];

const folder = mkdtempSync(join(tmpdir(), "modelwright-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const project = join(folder, "project");
const venv = join(folder, "venv");
mkdirSync(project);
mkdirSync(join(folder, "cache"));

/** The commands use no existing caches, and Node spends no time on extra certificates. */
const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache") };
delete env.NODE_EXTRA_CA_CERTS;
delete env.NODE_OPTIONS;

function run(program, args, cwd = project) {
  return spawnSync(program, args, { cwd, encoding: "utf8", env: { ...process.env, npm_config_loglevel: "error" } });
}

/** The package as users install it. If the registry cannot be reached, its dependencies come from this checkout. */
function installPackage() {
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const tarball = join(folder, execFileSync("npm", pack, { cwd: ROOT, encoding: "utf8" }).trim());
  writeFileSync(join(project, "package.json"), '{ "private": true }');
  const install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", tarball];
  if (run("npm", install).status === 0) return;
  console.log("skipped: npm install (the registry cannot be reached); the package is only unpacked");
  const place = join(project, "node_modules/modelwright");
  mkdirSync(place, { recursive: true });
  execFileSync("tar", ["-xf", tarball, "-C", place, "--strip-components=1"]);
}

function installTools() {
  if (run("python3", ["-m", "venv", venv]).status !== 0) return "venv is missing";
  const { status, stderr } = run(join(venv, "bin/pip"), [
    "install",
    "--quiet",
    "--disable-pip-version-check",
    ...TOOLS,
  ]);
  return status === 0 ? undefined : (stderr.trim().split("\n").at(-1) ?? "");
}

installPackage();
copyFileSync(join(ROOT, "fixtures/accept/remote/efemarai.yaml"), join(project, "efemarai.yaml"));
copyFileSync(join(ROOT, "grammar/generated/definition.schema.json"), join(project, "schema.json"));
spawnSync("git", ["init", "--quiet"], { cwd: project });
const problem = installTools();
if (problem !== undefined) console.log(`skipped: ${TOOLS.join(", ")} (${problem})`);

const node = process.execPath;
const main = join(project, "node_modules/modelwright/dist/cli/main.js");
const load = `const { parseDocument } = require("yaml"); parseDocument(require("fs").readFileSync("efemarai.yaml", "utf8"))`;
const commands = new Map([
  ["node -e 0", [node, "-e", "0"]],
  ["modelwright --version", [node, main, "--version"]],
  ["modelwright --help", [node, main, "--help"]],
  ["modelwright check FILE", [node, main, "check", "efemarai.yaml"]],
  [
    "  without the code of earlier starts",
    ["env", "NODE_DISABLE_COMPILE_CACHE=1", node, main, "check", "efemarai.yaml"],
  ],
  ["modelwright check (asks git for files)", [node, main, "check"]],
  ["modelwright plan FILE", [node, main, "plan", "efemarai.yaml"]],
  ["modelwright build FILE, nothing to write", [node, main, "build", "efemarai.yaml"]],
]);
if (existsSync(join(project, "node_modules/yaml"))) {
  commands.set("node: yaml's parseDocument alone", [node, "-e", load]);
}
if (problem === undefined) {
  const read = 'import yaml; yaml.safe_load(open("efemarai.yaml"))';
  commands.set("python3 -c pass", [join(venv, "bin/python"), "-c", "pass"]);
  commands.set("python3: PyYAML's safe_load alone", [join(venv, "bin/python"), "-c", read]);
  commands.set("yamllint FILE", [join(venv, "bin/yamllint"), "-d", "relaxed", "efemarai.yaml"]);
  const schema = ["--schemafile", "schema.json", "efemarai.yaml"];
  commands.set("check-jsonschema FILE", [join(venv, "bin/check-jsonschema"), ...schema]);
}

const asked = { rounds: ROUNDS, folder: project, output: join(folder, "output"), commands: [...commands.values()] };
const pairs = fileURLToPath(new URL("start/pairs.py", import.meta.url));
const measured = spawnSync("python3", [pairs], { input: JSON.stringify(asked), encoding: "utf8", env });
if (measured.status !== 0) throw new Error(measured.stderr);
const times = JSON.parse(measured.stdout);

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const show = table(44, 14);
show(["whole commands, cold; × node -e 0", "CPU", "CPU ×", "clock", "clock ×", "budget"]);
const missed = [];
[...commands.keys()].forEach((name, at) => {
  const of = (kind) => median(times[at].map((time) => time[kind]));
  const ratio = (kind) => median(times[at].map((time, round) => time[kind] / times[0][round][kind]));
  const [cpu, wall] = [ratio("cpu"), ratio("wall")];
  const cells = [`${of("cpu").toFixed(0)} ms`, cpu.toFixed(2), `${of("wall").toFixed(0)} ms`, wall.toFixed(2)];
  const limit = BUDGET[name];
  const verdict = limit === undefined ? [] : [`${limit} ${Math.min(cpu, wall) <= limit ? "held" : "missed"}`];
  show([name, ...cells, ...verdict]);
  if (limit !== undefined && Math.min(cpu, wall) > limit * TOLERANCE) missed.push(name);
});
keep({ what: "Node", version: process.version });
if (missed.length > 0) {
  console.error(`More than ${TOLERANCE} times the budget: ${missed.join("; ")}.`);
  process.exitCode = 1;
}
