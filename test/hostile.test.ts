// Hostile definitions on the real command line: their content is shown and never interpreted, in every format, and input
// that is not a file causes a message. `fixtures/hostile/` contains the definitions and the output of every command.
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { EXPLANATIONS, FINDINGS, GRAPHS } from "./format-names.ts";
import { fixture, golden } from "./golden.ts";
import { inTemporaryFolder } from "./temporary.ts";

/** No command takes longer than this, unless it hangs. */
const LIMIT_MS = 300_000;

function modelwright(cwd: string, args: readonly string[], input: number | "ignore" = "ignore") {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ["--", MAIN, ...args], {
    cwd,
    encoding: "utf8",
    timeout: LIMIT_MS,
    maxBuffer: 1 << 28,
    stdio: [input, "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
  });
  assert.is(signal, null, `${args.join(" ")} hangs`);
  assert.not.match(stderr, /this is a bug|\n\s+at /);
  return { code: status, out: stdout, err: stderr };
}

/** Characters that a terminal would interpret, or that change the direction of text. */
const OBEYED = /[^\P{Cc}\n]|[\p{Cs}\u2028\u2029\p{Bidi_Control}]/u;

/** The lines that a program would interpret. */
function obeyedIn(text: string): readonly string[] {
  return text.split("\n").filter((line) => OBEYED.test(line));
}

/** A command with all its output. */
function said(cwd: string, args: readonly string[], input: number | "ignore" = "ignore"): string {
  const { code, out, err } = modelwright(cwd, args, input);
  const shown = args
    .map((each) =>
      JSON.stringify(each)
        .slice(1, -1)
        .replace(/[^ -~]/g, "?"),
    )
    .join(" ");
  const short = out.length > 30_000 ? `(${out.length} characters)\n` : out;
  return `$ modelwright ${shown}\n${short}${err}[exit code ${code}]\n`;
}

/** The formats whose texts are in the golden files. */
const SHOWN = ["pretty", "github"] as const;
const SHOWN_GRAPHS = ["mermaid", "dot"] as const;

const COMMANDS: readonly (readonly string[])[] = [
  ...SHOWN.map((format) => ["check", "--format", format]),
  ["plan"],
  ...SHOWN_GRAPHS.map((format) => ["graph", "--format", format]),
  ["build", "--check"],
  ["explain"],
];

/** Long output for programs is only searched. */
const LONG: readonly (readonly string[])[] = [
  ...others(FINDINGS, SHOWN).map((format) => ["check", "--format", format]),
  ...others(GRAPHS, SHOWN_GRAPHS).map((format) => ["graph", "--format", format]),
  ...EXPLANATIONS.map((format) => ["explain", "--format", format]),
];

function others(all: readonly string[], some: readonly string[]): readonly string[] {
  return all.filter((each) => !some.includes(each));
}

describe("hostile definitions", (test) => {
  const names = readdirSync(fixture("hostile")).flatMap((file) => (/\.yaml$/.test(file) ? [file.slice(0, -5)] : []));
  for (const name of names.sort()) {
    test(`${name}: every command shows it escaped`, () => {
      inTemporaryFolder({}, (folder) => {
        copyFileSync(fixture("hostile", `${name}.yaml`), join(folder, "efemarai.yaml"));
        const withFile = (args: readonly string[]) => [
          ...args,
          args[0] === "explain" ? "efemarai.yaml:4:12" : "efemarai.yaml",
        ];
        const texts = COMMANDS.map((args) => said(folder, withFile(args)));
        for (const args of LONG) assert.equal(obeyedIn(said(folder, withFile(args))), []);
        const { out } = modelwright(folder, ["check", "--format", "sarif", "efemarai.yaml"]);
        const messages = JSON.parse(out).runs[0].results.map(
          (result: { message: { text: string } }) => result.message.text,
        );
        texts.push(`$ the messages of modelwright check --format sarif\n${messages.join("\n")}\n`);
        assert.equal(obeyedIn(out), []);
        for (const text of texts.filter((each) => !each.startsWith("$ modelwright plan")))
          assert.equal(obeyedIn(text), []);
        golden(fixture("hostile", `${name}.txt`), texts.join("\n"));
      });
    });
  }

  test("files with such names are shown escaped", () => {
    const names = [
      "a\nb.yaml",
      "\u001b[31mred.yaml",
      "\u202egnp.yaml",
      "a,b:c%0A.yaml",
      "::error::x.yaml",
      "[a](b).yaml",
    ];
    const files = Object.fromEntries(names.map((name) => [name, "project:\n  nam: x\n"]));
    inTemporaryFolder(files, (folder) => {
      const texts = [
        ...["pretty", "concise", "github"].map((format) => said(folder, ["check", "--format", format, ...names])),
        said(folder, ["plan", ...names.slice(0, 2)]),
        said(folder, ["graph", "missing\n\u001b[2J.yaml"]),
        said(folder, ["explain", "a\nb.yaml:9:1"]),
        said(folder, ["explain", "\u001b[2J"]),
        said(folder, ["check", "--format", "\u001b[2J"]),
        said(folder, ["\u001b[2J"]),
        said(folder, ["check", "--format", "json", "--output-file", "\u001b[31mred.yaml", "\u001b[31mred.yaml"]),
        said(folder, ["check", "--cwd", "no\u001b[2J"]),
        said(folder, ["check", "--env-file", "no\u001b[2J", "a\nb.yaml"]),
        said(folder, ["schema", "no\u001b[2J"]),
        said(folder, ["build", "--out", "\u001b[2J/x\n", "--check", "a\nb.yaml"]),
        said(folder, ["run", "--input", "no\u001b[2J", "--batch-timeout", "\u001b[2J"]),
      ];
      for (const text of texts) assert.equal(obeyedIn(text), []);
      golden(fixture("hostile", "names-of-files.txt"), texts.join("\n").replaceAll(folder, "<folder>"));
    });
  });
});

describe("input that is not a file", (test) => {
  test("causes a message in every command, without waiting", () => {
    if (!existsSync("/dev/zero")) return;
    inTemporaryFolder({ "folder/other.txt": "", "bytes.yaml": "", "utf-16.yaml": "" }, (folder) => {
      const at = (name: string) => join(folder, name);
      spawnSync("mkfifo", [at("pipe.yaml")]);
      const socket = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])";
      spawnSync("python3", ["-c", socket, "socket.yaml"], { cwd: folder });
      for (const [link, target] of [
        ["zero.yaml", "/dev/zero"],
        ["full.yaml", "/dev/full"],
        ["null.yaml", "/dev/null"],
        ["circle.yaml", "circle-2.yaml"],
        ["circle-2.yaml", "circle.yaml"],
        ["nowhere.yaml", "not-there.yaml"],
        ["to-pipe.yaml", "pipe.yaml"],
        ["to-folder.yaml", "folder"],
      ] as const)
        symlinkSync(target, at(link));
      writeFileSync(at("large.yaml"), "project:\n  name: x\n# ");
      truncateSync(at("large.yaml"), 65 * 1024 * 1024);
      writeFileSync(at("bytes.yaml"), Buffer.from([0x61, 0xff, 0xfe, 0x0a]));
      writeFileSync(at("utf-16.yaml"), Buffer.from("\ufeffproject:\n  name: x\n", "utf16le"));
      mkdirSync(at("efemarai.yaml"));
      const wrong = [
        ...["pipe", "to-pipe", "socket", "zero", "full", "null", "circle", "nowhere", "large", "bytes", "utf-16"].map(
          (name) => `${name}.yaml`,
        ),
        ...["folder", "to-folder.yaml", "efemarai.yaml", `${"n".repeat(300)}.yaml`, "a/b.yaml", "bytes.yaml/x", "."],
      ];
      const texts = [
        said(folder, ["check", ...wrong]),
        ...["plan", "build", "graph"].map((command) => said(folder, [command, "pipe.yaml", "zero.yaml", "folder"])),
        ...["pipe", "zero", "socket", "circle"].map((name) => said(folder, ["explain", `${name}.yaml:1:1`])),
        said(folder, ["check"]),
      ];
      for (const device of ["/dev/zero", "/dev/null"]) {
        const input = openSync(device, "r");
        texts.push(`< ${device}\n${said(folder, ["check", "-"], input)}`);
        closeSync(input);
      }
      golden(fixture("hostile", "no-files.txt"), texts.join("\n"));
    });
  });

  test("a file that grows while it is read is read up to its end, or not at all", () => {
    inTemporaryFolder({ "grows.yaml": "project:\n  name: x\n" }, (folder) => {
      const grow = `while :; do printf '# %01000d\\n' 1 1 1 1 1 1 1 1 >> grows.yaml; done`;
      const child = spawn("sh", ["-c", grow], { cwd: folder, stdio: "ignore" });
      try {
        const { code, out } = modelwright(folder, ["check", "grows.yaml"]);
        assert.ok(code === 0 || code === 3, out);
      } finally {
        child.kill("SIGKILL");
      }
    });
  });

  test("standard input from a pipe is read up to its end", () => {
    inTemporaryFolder({}, (folder) => {
      const script = `(sleep 1; printf 'project:\\n  nam: x\\n') | "$0" "$1" check --format concise -`;
      const { stdout, status } = spawnSync("sh", ["-c", script, process.execPath, MAIN], {
        cwd: folder,
        encoding: "utf8",
      });
      assert.match(stdout, "efemarai.yaml:2:3: error unknown-key");
      assert.is(status, 1);
    });
  });
});
