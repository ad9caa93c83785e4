// Commands that only read definitions start Git to list files, and no other program; Git starts no program either.
// `doctor` starts programs of the PATH by their names. A sample of the fixtures is tested; `EXEC_AUDIT=all` tests all of
// them.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { DIST } from "./dist.ts";
import { filesBelow, foldersOf, KINDS } from "./fixtures.ts";
import { fixture, ROOT } from "./golden.ts";
import { temporaryFolder } from "./temporary.ts";

const FOLDERS = ["traps", "hostile", "explain", "pretty", "run"];
const EVERY = process.env["EXEC_AUDIT"] === "all" ? 1 : 30;
const DOCTOR_EVERY = 8 * EVERY;

/** The number of definitions per process. */
const GROUP = 16;

const definitions = [...KINDS.flatMap((kind) => foldersOf(kind)), ...FOLDERS.map((folder) => fixture(folder))]
  .flatMap((folder) => filesBelow(folder, [".yaml", ".yml"]))
  .filter((path) => !path.includes("node_modules"));

/** The path of a program; empty if it is not installed. */
const placeOf = (name: string): string =>
  spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();

/** `undefined` if programs cannot be traced. */
const STRACE =
  spawnSync("strace", ["-f", "--seccomp-bpf", "-e", "trace=execve", "true"]).status === 0 ? placeOf("strace") : "";
if (STRACE === "")
  console.log("skipped: strace is not installed, or traces nothing here; only what Node starts is seen");

const folder = temporaryFolder();
/** The only folder on the `PATH`, because a `python3` of the machine may be a script that starts other programs. */
const bin = join(folder, "bin");
// Next to the packages that it imports.
const program = join(DIST, "exec-audit.mjs");
process.on("exit", () => rmSync(program, { force: true }));
let count = 0;

/** All programs that the commands start except Node itself, as lists of the program and its arguments. */
function startedBy(paths: readonly string[], which: string): readonly (readonly string[])[] {
  const log = join(folder, `started-${count++}`);
  const list = join(folder, "list.json");
  writeFileSync(log, "");
  writeFileSync(list, JSON.stringify(paths));
  const node = [program, list, join(folder, "built"), which];
  const trace = [
    "-f",
    "--seccomp-bpf",
    "-qq",
    "-s",
    "4096",
    "-e",
    "trace=execve,execveat",
    "-e",
    "signal=none",
    "-o",
    log,
  ];
  const [command, args] =
    STRACE === ""
      ? [process.execPath, ["--require", join(ROOT, "test/tools/started.cjs"), ...node]]
      : [STRACE, [...trace, process.execPath, ...node]];
  const { status, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: bin, HOME: folder, STARTED_LOG: log },
    maxBuffer: 1 << 28,
    timeout: 900_000,
  });
  assert.is(status, 0, stderr.slice(-2000));
  assert.match(stderr, /commands: [1-9]\d*\n$/);
  const lines = readFileSync(log, "utf8")
    .split("\n")
    // The end of a call that another process interrupted. Its beginning has its own line.
    .filter((line) => line !== "" && !/^\d+ +<\.\.\. execve resumed>/.test(line));
  if (STRACE !== "") return lines.slice(1).map(parseTrace); // the first one is Node
  return lines.map((line) => {
    const [file = "", ...rest]: readonly string[] = JSON.parse(line);
    return [file.includes("/") ? file : join(bin, file), ...rest];
  });
}

/** `1234 execve("/usr/bin/git", ["git", "ls-files"], 0x7ffe /* 9 vars *\/) = 0` */
function parseTrace(line: string): readonly string[] {
  const call = /^\d+ +execve\(("(?:[^"\\]|\\.)*"), \[(.*?)\](?:,|\.\.\.)/.exec(line) ?? [];
  const [, file = "", args = ""] = call;
  assert.ok(file !== "", line);
  const texts = Array.from(args.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, text = ""]) => text);
  return [file.slice(1, -1), ...texts.slice(1)];
}

/** The definitions in groups, one per test. */
function groupsOf(every: number): readonly (readonly string[])[] {
  const sample = definitions.filter((_, i) => i % every === 0);
  return sample.flatMap((_, i) => (i % GROUP === 0 ? [sample.slice(i, i + GROUP)] : []));
}

describe("programs that are started", (test) => {
  mkdirSync(bin);
  for (const name of ["git", "python3"]) {
    const real =
      name === "git" ? placeOf(name) : execFileSync(name, ["-c", "import sys; print(sys.executable, end='')"]);
    symlinkSync(real.toString(), join(bin, name));
  }
  const [git, python] = [join(bin, "git"), join(bin, "python3")];

  test("are recorded", async () => {
    const entryPoints = [join(ROOT, "test/exec-audit.ts")];
    const options = { bundle: true, platform: "node", format: "esm", packages: "external", logLevel: "error" } as const;
    await build({ ...options, entryPoints, outfile: program });
    assert.ok(startedBy(definitions.slice(0, 1), "all").length > 0);
  });

  for (const [i, group] of groupsOf(EVERY).entries()) {
    test(`are only Git, for commands that read definitions (${i + 1})`, () => {
      for (const [file = "", ...args] of startedBy(group, "all")) {
        assert.is(file, git, [file, ...args].join(" "));
        assert.ok(args.includes("--no-pager") && args.includes("core.fsmonitor=false"), args.join(" "));
        assert.ok(args.includes("ls-files") || args.includes("check-ignore"), args.join(" "));
      }
    });
  }

  for (const [i, group] of groupsOf(DOCTOR_EVERY).entries()) {
    test(`are programs of the PATH, for \`doctor\` (${i + 1})`, () => {
      const started = startedBy(group, "doctor");
      assert.equal([...new Set(started.map(([file]) => file))].sort(), [git, python]);
      for (const [file, ...args] of started) {
        if (file !== git || args.includes("core.fsmonitor=false")) continue;
        assert.equal(args, ["--version"]);
      }
    });
  }
});
