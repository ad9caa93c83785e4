// Where results are written: streams, files, terminals and closed pipes.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { FINDINGS } from "./format-names.ts";
import { inTemporaryFolder } from "./temporary.ts";

const WRONG = "project:\n  nam: x\n";
const SUMMARY = "Checked 1 file: 1 error (1 fixable with `--fix`)\n";

const environment = (env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ PATH: process.env["PATH"], ...env });

function modelwright(cwd: string, args: readonly string[], env?: NodeJS.ProcessEnv) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd,
    encoding: "utf8",
    env: environment(env),
  });
  return { code: status, out: stdout, err: stderr };
}

/** `--format` and `--output-file` for each pair. */
function formats(...pairs: readonly (readonly [string, string?])[]): readonly string[] {
  return pairs.flatMap(([name, file]) => ["--format", name, ...(file === undefined ? [] : ["--output-file", file])]);
}

/** The output of a program on a terminal with this number of columns. */
const ON_TERMINAL = `
import fcntl, os, pty, struct, sys, termios
columns, *program = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(columns), 0, 0))
    os.execv(program[0], program)
shown = b""
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:
        break
    if not piece:
        break
    shown += piece
os.waitpid(pid, 0)
sys.stdout.buffer.write(shown.replace(b"\\r\\n", b"\\n"))
`;

function onTerminal(cwd: string, columns: number, args: readonly string[], env: NodeJS.ProcessEnv): string {
  const program = ["-c", ON_TERMINAL, String(columns), process.execPath, MAIN, ...args];
  return spawnSync("python3", program, { cwd, encoding: "utf8", env: environment(env) }).stdout;
}

const COLORED = `${String.fromCharCode(27)}[`;

describe("output", (test) => {
  test("all formats at once, each to its own file, with the exit code of the findings", () => {
    inTemporaryFolder({ "efemarai.yaml": WRONG }, (folder) => {
      const args = formats(["pretty"], ...FINDINGS.map((name): [string, string] => [name, `new/folder/${name}.txt`]));
      const { code, out, err } = modelwright(folder, ["check", ...args, "--color"]);
      assert.is(code, 1);
      assert.is(err, "");
      assert.ok(out.includes(COLORED));
      assert.equal(readdirSync(join(folder, "new/folder")).sort(), FINDINGS.map((name) => `${name}.txt`).sort());
      for (const name of FINDINGS) {
        const text = readFileSync(join(folder, `new/folder/${name}.txt`), "utf8");
        assert.match(text, "unknown-key");
        assert.not.ok(text.includes(COLORED));
      }
    });
  });

  test("the summary is shown once, on standard error if standard output is for programs", () => {
    inTemporaryFolder({ "efemarai.yaml": WRONG }, (folder) => {
      for (const args of [formats(["json"]), formats(["sarif"]), formats(["concise"]), formats(["pretty", "p.txt"])]) {
        const { code, out, err } = modelwright(folder, ["check", ...args]);
        assert.is(code, 1);
        assert.is(err, SUMMARY);
        assert.not.ok(out.includes(SUMMARY));
      }
      for (const args of [formats(["pretty"]), formats(["github"]), formats(["json", "j.json"], ["github"])]) {
        const { out, err } = modelwright(folder, ["check", ...args]);
        assert.ok(out.endsWith(SUMMARY));
        assert.is(err, "");
      }
      assert.is(modelwright(folder, ["check", ...formats(["json", "-"])]).err, SUMMARY);
    });
  });

  test("conflicting outputs are rejected before anything is written", () => {
    inTemporaryFolder({ "efemarai.yaml": WRONG }, (folder) => {
      const refused = (args: readonly string[], message: RegExp) => {
        const { code, out, err } = modelwright(folder, ["check", ...args]);
        assert.is(code, 2, err);
        assert.match(err, message);
        assert.is(out, "");
        assert.equal(readdirSync(folder), ["efemarai.yaml"]);
        assert.is(readFileSync(join(folder, "efemarai.yaml"), "utf8"), WRONG);
      };
      refused(formats(["json", "a"], ["sarif", "./a"]), /Cannot write two formats to one file, a\./);
      refused(formats(["pretty"], ["json"]), /`json` cannot share standard output/);
      refused([...formats(["json", "a"]), "--output-file", "b"], /can be used only once for each `--format`/);
      refused(formats(["pretty", "a"], ["json", "efemarai.yaml"]), /efemarai\.yaml is a definition/);
      const both = modelwright(folder, ["check", ...formats(["pretty"], ["github"])]);
      assert.is(both.code, 1);
    });
  });

  test("a file that cannot be written is reported, and the others are written", () => {
    inTemporaryFolder({ "efemarai.yaml": WRONG, file: "" }, (folder) => {
      const args = formats(["sarif", "file/x.sarif"], ["json", "j.json"], ["github", "."], ["pretty"]);
      const { code, out, err } = modelwright(folder, ["check", ...args]);
      assert.is(code, 3);
      assert.match(err, "Cannot write file/x.sarif: a part of its path is a file, not a folder.");
      assert.match(err, "Cannot write .: it is a folder.");
      assert.ok(out.endsWith(SUMMARY));
      assert.equal(readdirSync(folder).sort(), ["efemarai.yaml", "file", "j.json"]);
    });
  });

  test("pipes are written directly, links stay links, and a link to a definition counts as the definition", () => {
    inTemporaryFolder({ "efemarai.yaml": WRONG, "old.json": "" }, (folder) => {
      const script = `mkfifo pipe && (cat pipe > piped & "$0" "$1" check --format concise --output-file pipe; wait)`;
      spawnSync("sh", ["-c", script, process.execPath, MAIN], { cwd: folder, timeout: 300_000 });
      assert.match(readFileSync(join(folder, "piped"), "utf8"), /unknown-key/);
      assert.ok(statSync(join(folder, "pipe")).isFIFO());
      for (const [link, target] of [
        ["new", "new.json"],
        ["old", "old.json"],
      ] as const) {
        symlinkSync(target, join(folder, link));
        assert.is(modelwright(folder, ["check", ...formats(["json", link])]).code, 1);
        assert.is(readlinkSync(join(folder, link)), target);
        assert.match(readFileSync(join(folder, target), "utf8"), /"version": 1/);
      }
      symlinkSync("efemarai.yaml", join(folder, "link.yaml"));
      const { code, err } = modelwright(folder, ["check", ...formats(["json", "link.yaml"])]);
      assert.is(code, 2);
      assert.match(err, "link.yaml is a definition");
      assert.is(readFileSync(join(folder, "efemarai.yaml"), "utf8"), WRONG);
    });
  });

  test("nothing to check, if allowed, is a report without findings", () => {
    inTemporaryFolder({}, (folder) => {
      const { code, out, err } = modelwright(folder, [
        "check",
        "--allow-empty",
        ...formats(["json"], ["sarif", "x.sarif"]),
      ]);
      assert.equal([code, err], [0, "Checked 0 files: no problems found\n"]);
      assert.equal(JSON.parse(out).diagnostics, []);
      assert.equal(JSON.parse(readFileSync(join(folder, "x.sarif"), "utf8")).runs[0].results, []);
      const fixed = modelwright(folder, ["check", "--allow-empty", "--fix", ...formats(["json"])]);
      assert.is(fixed.code, 0);
      assert.is(JSON.parse(fixed.out).summary.files, 0);
      for (const command of ["plan", "build"])
        assert.equal(modelwright(folder, [command, "--allow-empty"]), { code: 0, out: "", err: "" });
    });
  });

  test("a folder that cannot be created is reported, without endless attempts", () => {
    if (!existsSync("/proc/self")) return;
    inTemporaryFolder({ "efemarai.yaml": WRONG }, (folder) => {
      const args = ["check", ...formats(["json", "/proc/none/x.json"])];
      const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
        cwd: folder,
        encoding: "utf8",
        timeout: 300_000,
      });
      assert.is(status, 3);
      assert.match(stderr, "its folder does not exist and cannot be created.");
    });
  });

  test("an unwritable standard output fails", () => {
    if (!existsSync("/dev/full")) return;
    inTemporaryFolder({ "efemarai.yaml": "project:\n  name: x\n" }, (folder) => {
      const command = `exec "$0" "$@" > /dev/full`;
      const { status, stderr } = spawnSync("sh", ["-c", command, process.execPath, MAIN, "check"], {
        cwd: folder,
        encoding: "utf8",
      });
      assert.is(status, 3);
      assert.is(stderr, "modelwright: Cannot write to standard output: the disk is full.\n");
    });
  });

  test("a reader that closes the pipe is not an error and does not hide errors", () => {
    const files = { "efemarai.yaml": `project:\n${"  nam: x\n".repeat(3_000)}` };
    const outcome = inTemporaryFolder(files, (folder) => {
      const { status, stderr } = spawnSync(
        "bash",
        ["-c", `"$0" "$1" check | head -n 1; exit \${PIPESTATUS[0]}`, process.execPath, MAIN],
        {
          cwd: folder,
          encoding: "utf8",
        },
      );
      return { status, stderr };
    });
    assert.equal(outcome, { status: 1, stderr: "" });
  });

  test("lines are as wide as the terminal, or as COLUMNS says; a pipe has no width", () => {
    inTemporaryFolder({ "efemarai.yaml": "project:\n  name: 2024\n" }, (folder) => {
      const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));
      const piped = modelwright(folder, ["check"]).out;
      assert.ok(widest(piped) > 80);
      assert.ok(widest(modelwright(folder, ["check"], { COLUMNS: "40" }).out) <= 40);
      assert.is(modelwright(folder, ["check"], { COLUMNS: "wide" }).out, piped);
      const term = { TERM: "xterm-256color", NO_COLOR: "1" };
      assert.ok(widest(onTerminal(folder, 60, ["check"], term)) <= 60);
      assert.ok(widest(onTerminal(folder, 60, ["check"], term)) > 40);
      assert.ok(widest(onTerminal(folder, 60, ["check"], { ...term, COLUMNS: "40" })) <= 40);
      assert.is(onTerminal(folder, 0, ["check"], term), piped);
    });
  });

  test("a terminal shows colors, unless they are unsupported or turned off", () => {
    inTemporaryFolder({ "efemarai.yaml": WRONG }, (folder) => {
      const isColored = (env: NodeJS.ProcessEnv, ...args: readonly string[]) =>
        onTerminal(folder, 80, ["check", ...args], env).includes(COLORED);
      assert.is(isColored({ TERM: "xterm" }), true);
      assert.is(isColored({ TERM: "xterm" }, "--no-color"), false);
      assert.is(isColored({ TERM: "xterm", NO_COLOR: "1" }), false);
      assert.is(isColored({ TERM: "xterm", NO_COLOR: "1" }, "--color"), true);
      assert.is(isColored({ TERM: "xterm", FORCE_COLOR: "0" }), false);
      assert.is(isColored({ TERM: "dumb" }), false);
      assert.is(isColored({ TERM: "dumb" }, "--color"), true);
    });
  });
});
