// `modelwright check --watch` in real processes: the next findings include each change. No test waits for a fixed time: it continues
// when the findings appear.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { placesBelow } from "../src/disk/places.ts";
import { inFolder, modelwright } from "./command-line.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { example } from "./documentation.ts";
import { fixture, ROOT } from "./golden.ts";
import { temporaryFolder } from "./temporary.ts";

const STARTED = "modelwright: check started";
const FINISHED = "modelwright: check finished";
const CLEAR = "\x1b[2J\x1b[H";

/** A test that waits longer fails. The limit is long enough for a busy machine. */
const LIMIT_MS = 120_000;

/** A process and what it has written. */
function start(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  const child = spawn(command, args, { cwd, env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env } });
  const said = { out: "", err: "" };
  let wake = () => {};
  child.stdout.on("data", (chunk) => {
    said.out += chunk;
    wake();
  });
  child.stderr.on("data", (chunk) => {
    said.err += chunk;
    wake();
  });
  let isOver = false;
  const exit = new Promise<number | null>((resolve) =>
    child.on("close", (code) => {
      isOver = true;
      wake();
      resolve(code);
    }),
  );
  /** Waits until the output gives a value. */
  const until = async <T>(what: string, find: () => T | undefined): Promise<T> => {
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      wake();
    }, LIMIT_MS);
    for (;;) {
      const found = find();
      if (found !== undefined || isOver || isLate) clearTimeout(limit);
      if (found !== undefined) return found;
      if (isOver || isLate) throw new Error(`there was no ${what}, but:\n${said.out}\n${said.err}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { child, said, exit, until };
}

/** A running `check --watch --format concise`. */
function watch(folder: string, ...args: string[]) {
  const all = ["--", MAIN, "check", "--watch", "--format", "concise", ...args];
  const { child, said, exit, until } = start(process.execPath, all, folder);
  /** The codes of each finished round, with their files. */
  const rounds = (): readonly (readonly string[])[] =>
    said.out
      .split(`${STARTED}\n`)
      .slice(1)
      .filter((round) => round.includes(`${FINISHED}\n`))
      .map((round) =>
        [...round.matchAll(/^([^:\n]+):\d+:\d+: \w+ ([a-z-]+): /gm)].map(([, file, code]) => `${file} ${code}`),
      );
  let seen = 0;
  /** Waits for a new round with exactly these findings. */
  const finds = (...wanted: string[]) =>
    until(`a round with ${JSON.stringify(wanted)}`, () => {
      const found = rounds();
      const index = found.findIndex((round, at) => at >= seen && JSON.stringify(round) === JSON.stringify(wanted));
      if (index === -1) return undefined;
      seen = index + 1;
      return true;
    });
  const says = (text: string) => until(text, () => said.err.includes(text) || undefined);
  const stop = async (signal: NodeJS.Signals = "SIGINT") => {
    child.kill(signal);
    return exit;
  };
  return { child, said, exit, rounds, finds, says, stop };
}

/** A folder with the fixture of the documentation. */
function project(name = "detector"): string {
  const folder = temporaryFolder();
  cpSync(fixture("docs", name), folder, { recursive: true });
  return folder;
}

function put(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Replaces a file as editors do: its new text appears at once, and the other file was never in the folder. */
function replaceFile(folder: string, path: string, text: string): void {
  const other = join(temporaryFolder(), "new");
  writeFileSync(other, text);
  renameSync(other, join(folder, path));
}

const read = (folder: string, path: string): string => readFileSync(join(folder, path), "utf8");
const BROKEN = "project:\n  nam: other\n";

describe("check --watch", (test) => {
  test("checks again after every change of a file that it read, and ends with 130", async () => {
    const folder = project();
    const [definition, code] = [read(folder, "efemarai.yaml"), read(folder, "inference.py")];
    const watching = watch(folder);
    try {
      await watching.finds();
      put(folder, "efemarai.yaml", definition.replace("entrypoint: inference:load_model", "entrypoint: inference:lod"));
      await watching.finds("efemarai.yaml missing-function");
      put(folder, "efemarai.yaml", definition);
      await watching.finds();

      put(folder, "inference.py", code.replace("weights_path", "path"));
      await watching.finds("efemarai.yaml unknown-argument");
      put(folder, "inference.py", `${code}\ndef (:\n`);
      await watching.finds("inference.py python-syntax");
      replaceFile(folder, "inference.py", code);
      await watching.finds();

      renameSync(join(folder, "weights/detector.bin"), join(folder, "elsewhere"));
      await watching.finds("efemarai.yaml missing-file");
      renameSync(join(folder, "elsewhere"), join(folder, "weights/detector.bin"));
      await watching.finds();

      put(folder, "efemarai.yaml", `${definition}domains: [`);
      await watching.finds("efemarai.yaml yaml-syntax");
      replaceFile(folder, "efemarai.yaml", definition);
      await watching.finds();

      rmSync(join(folder, "efemarai.yaml"));
      await watching.says("No definition was found");
      put(folder, "efemarai.yaml", definition);
      await watching.finds();
    } finally {
      assert.is(await watching.stop("SIGINT"), 130);
    }
  });

  test("notices new definitions in folders that exist and in new ones", async () => {
    const folder = project();
    mkdirSync(join(folder, "deep/er"), { recursive: true });
    const watching = watch(folder);
    try {
      await watching.finds();
      put(folder, "deep/er/efemarai.yaml", BROKEN);
      await watching.finds("deep/er/efemarai.yaml unknown-key");
      put(folder, "new/folder/efemarai.yaml", BROKEN);
      await watching.finds("deep/er/efemarai.yaml unknown-key", "new/folder/efemarai.yaml unknown-key");
      rmSync(join(folder, "deep"), { recursive: true });
      await watching.finds("new/folder/efemarai.yaml unknown-key");
      await watching.says("folders for new definitions. Press Ctrl+C to stop.");
    } finally {
      assert.is(await watching.stop("SIGTERM"), 143);
    }
  });

  test("notices new permissions, and a definition that was a folder", async () => {
    const folder = project();
    const definition = read(folder, "efemarai.yaml");
    put(folder, "efemarai.yaml", BROKEN);
    const watching = watch(folder);
    try {
      await watching.finds("efemarai.yaml unknown-key");
      // Root can read it anyway, so the round finds the same.
      chmodSync(join(folder, "efemarai.yaml"), 0);
      await watching.finds(...(process.getuid?.() === 0 ? ["efemarai.yaml unknown-key"] : []));
      chmodSync(join(folder, "efemarai.yaml"), 0o644);
      await watching.finds("efemarai.yaml unknown-key");
      rmSync(join(folder, "efemarai.yaml"));
      mkdirSync(join(folder, "efemarai.yaml"));
      await watching.says("No definition was found");
      // At once: the folder has the same names before and after.
      rmdirSync(join(folder, "efemarai.yaml"));
      put(folder, "efemarai.yaml", definition);
      await watching.finds();
    } finally {
      await watching.stop();
    }
  });

  test("ignores the folders that Git ignores, until Git no longer ignores them", async () => {
    const folder = project();
    execFileSync("git", ["init", "-q"], { cwd: folder });
    put(folder, ".gitignore", "ignored/\n");
    put(folder, "ignored/deep/efemarai.yaml", BROKEN);
    const places = () => placesBelow(folder).folders.map((path) => path.slice(folder.length));
    assert.equal(places(), ["", "/images", "/weights"]);
    assert.equal(placesBelow(folder, 2), { folders: [folder, join(folder, "images")], isPart: true });
    const watching = watch(folder);
    try {
      await watching.finds();
      put(folder, ".gitignore", "");
      await watching.finds("ignored/deep/efemarai.yaml unknown-key");
      assert.equal(places(), ["", "/ignored", "/images", "/weights", "/ignored/deep"]);
    } finally {
      await watching.stop();
    }
  });

  test("reads the configuration, the baseline and the file of variables again", async () => {
    const folder = project();
    const definition = read(folder, "efemarai.yaml");
    put(folder, "some.env", "A=1\n");
    put(folder, "efemarai.yaml", definition.replace("weights/detector.bin", "${A}/${B}/none.bin"));
    const watching = watch(folder, "--env-from", "some.env", "--baseline", "known.json");
    try {
      await watching.says("known.json");
      modelwright(folder, ["check", "--baseline", "known.json", "--update-baseline"]);
      await watching.finds("efemarai.yaml missing-environment");
      put(folder, "some.env", "A=1\nB=2\n");
      await watching.finds("efemarai.yaml missing-file");
      put(folder, "modelwright.config.json", '{ "rules": { "missing-file": "off" } }\n');
      await watching.finds();
      put(folder, "modelwright.config.json", '{ "rules": { "missing-fil": "off" } }\n');
      await watching.says("modelwright.config.json:1");
      rmSync(join(folder, "modelwright.config.json"));
      await watching.finds("efemarai.yaml missing-file");
    } finally {
      await watching.stop();
    }
  });

  test("its own output causes no round, and many changes cause few rounds", async () => {
    const folder = project();
    const definition = read(folder, "efemarai.yaml");
    const watching = watch(folder, "--format", "json", "--output-file", "report.json");
    try {
      await watching.finds();
      replaceFile(folder, "efemarai.yaml", BROKEN);
      await watching.finds("efemarai.yaml unknown-key");
      assert.match(read(folder, "report.json"), '"unknown-key"');
      replaceFile(folder, "efemarai.yaml", definition);
      await watching.finds();
      assert.is(watching.rounds().length, 3);
      // The process is stopped, so it finds all of them at once, however slow this machine is.
      watching.child.kill("SIGSTOP");
      for (let number = 0; number < 20; number += 1) replaceFile(folder, "efemarai.yaml", `${definition}# ${number}\n`);
      replaceFile(folder, "efemarai.yaml", BROKEN);
      watching.child.kill("SIGCONT");
      await watching.finds("efemarai.yaml unknown-key");
      assert.ok(watching.rounds().length <= 5);
    } finally {
      await watching.stop();
    }
  });

  test("checks while another program writes without a pause", async () => {
    const folder = project();
    const watching = watch(folder);
    const log = spawn("sh", ["-c", "while :; do echo line > log.txt; done"], { cwd: folder });
    try {
      await watching.finds();
      put(folder, "efemarai.yaml", BROKEN);
      await watching.finds("efemarai.yaml unknown-key");
    } finally {
      log.kill("SIGKILL");
      await watching.stop();
    }
  });

  test("ends when the reader of its output has exited", async () => {
    const folder = project();
    const watching = watch(folder);
    await watching.finds();
    watching.child.stdout.destroy();
    put(folder, "efemarai.yaml", BROKEN);
    assert.is(await watching.exit, 0);
  });

  test("clears a terminal before the findings, except with `concise`, and writes no codes to a pipe", async () => {
    const folder = project();
    const args = ["--", MAIN, "check", "--watch"];
    const clears = (text: string) => text.split(CLEAR).length - 1;
    const inTerminal = async (...more: string[]) => {
      put(folder, "efemarai.yaml", BROKEN);
      const terminal = [join(ROOT, "test/tools/terminal.py"), "80", "24", process.execPath, ...args, ...more];
      const running = start("python3", ["-u", ...terminal], folder, { TERM: "xterm" });
      const rounds = () => running.said.out.split("Press Ctrl+C to stop.").length - 1;
      await running.until("the first round", () => rounds() === 1 || undefined);
      replaceFile(folder, "efemarai.yaml", "project:\n  name: other\n  extra: 1\n");
      const text = await running.until("the second round", () => (rounds() === 2 ? running.said.out : undefined));
      // The program in the terminal ends with it.
      running.child.kill("SIGKILL");
      await running.exit;
      return text;
    };
    const shown = await inTerminal();
    assert.is(clears(shown), 2);
    const [nothing, first = "", second = ""] = shown.split(CLEAR);
    assert.is(nothing, "");
    assert.match(first, /`nam`(?:.|\s)*Checked 1 file: 1 error/);
    assert.match(second, "`extra`");
    assert.match(shown, /Checked at \d\d:\d\d:\d\d\. Watching 1 file, and 3 folders for new definitions\./);
    const lines = await inTerminal("--format", "concise");
    assert.is(clears(lines), 0);
    assert.is(lines.split(`${STARTED}\r\n`).length - 1, 2);
    assert.is(lines.split(`${FINISHED}\r\n`).length - 1, 2);

    put(folder, "efemarai.yaml", BROKEN);
    const piped = start(process.execPath, args, folder);
    await piped.until("a round", () => piped.said.err.includes("Press Ctrl+C to stop.") || undefined);
    piped.child.kill("SIGINT");
    assert.is(await piped.exit, 130);
    assert.match(piped.said.out, "Checked 1 file: 1 error");
    assert.not.ok(["\x1b", "modelwright: check"].some((each) => piped.said.out.includes(each)));
  });

  test("refuses options that write, standard input, and documents on standard output", () => {
    inFolder({ "efemarai.yaml": BROKEN }, (folder) => {
      const refused = (...args: string[]) => {
        const { code, out, err } = modelwright(folder, ["check", "--watch", ...args]);
        assert.equal([code, out], [2, ""], args.join(" "));
        return err;
      };
      assert.match(refused("--fix"), "Run `modelwright check --fix` separately.");
      assert.match(refused("--fix", "--dry-run"), "`--watch` and `--fix`");
      assert.match(refused("--baseline", "a.json", "--update-baseline"), "`--watch` and `--update-baseline`");
      assert.match(refused("-"), "Standard input cannot be watched.");
      assert.match(refused("--format", "json"), "Add an `--output-file`, or use `--format concise`.");
      assert.match(refused("--cwd", "nowhere"), "does not exist");
    });
  });
});

interface Matcher {
  readonly severity: string;
  readonly pattern: Readonly<Record<"file" | "line" | "column" | "severity" | "code" | "message", number>> & {
    readonly regexp: string;
  };
  readonly background: { readonly beginsPattern: string; readonly endsPattern: string };
}

describe("the task of the documentation for VS Code", (test) => {
  test("finds the beginning and the end of each check, and every finding", async () => {
    const { tasks } = JSON.parse(example("json .vscode/tasks.json")) as {
      readonly tasks: readonly { readonly args: readonly string[]; readonly problemMatcher: Matcher }[];
    };
    const [task] = tasks;
    assert.ok(task);
    const { pattern, background } = task.problemMatcher;
    const [program, ...args] = task.args;
    assert.is(program, "modelwright");
    const folder = project("findings");
    put(folder, "sub folder/efemarai.yaml", `${BROKEN}models: [`);
    const running = start(process.execPath, ["--", MAIN, ...args], folder);
    const text = await running.until("a round", () =>
      running.said.out.includes(FINISHED) && running.said.err.includes("Ctrl+C") ? running.said.out : undefined,
    );
    running.child.kill("SIGINT");
    await running.exit;
    const lines = text.trimEnd().split("\n");
    const matching = (regexp: string) => lines.flatMap((line, index) => (new RegExp(regexp).test(line) ? [index] : []));
    assert.equal(matching(background.beginsPattern), [0]);
    assert.equal(matching(background.endsPattern), [lines.length - 1]);
    const problems = lines.flatMap((line) => {
      const match = new RegExp(pattern.regexp).exec(line);
      return match === null
        ? []
        : [[pattern.file, pattern.line, pattern.column, pattern.code].map((group) => match[group])];
    });
    assert.ok(problems.length > 2);
    const { out } = modelwright(folder, ["check", "--format", "json"]);
    const { diagnostics } = JSON.parse(out) as {
      readonly diagnostics: readonly {
        readonly file: string;
        readonly code: string;
        readonly range: { readonly start: { readonly line: number; readonly column: number } };
      }[];
    };
    assert.equal(
      problems,
      diagnostics.map(
        ({
          file,
          code,
          range: {
            start: { line, column },
          },
        }) => [file, String(line), String(column), code],
      ),
    );
    assert.is(lines.length, problems.length + 2);
    // A folder can have any name, but a line about it is never a start or end mark.
    put(folder, `${FINISHED}/efemarai.yaml`, BROKEN);
    const again = modelwright(folder, ["check", "--format", "concise"]).out.split("\n");
    assert.ok(again.some((line) => line.startsWith(FINISHED)));
    assert.not.ok(again.some((line) => new RegExp(background.endsPattern).test(line)));
  });
});
