// GitHub's runner reads everything that a step prints. Nothing from a definition, Python code, a file name or the output
// of a model may be one of its commands, in any format.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { plainJson } from "../src/base/json-text.ts";
import { printable, printableLines } from "../src/base/quote.ts";
import { escapeCommands } from "../src/base/runner-commands.ts";
import { check, memoryHost } from "../src/index.ts";
import { canonicalJsonPretty } from "../src/plan/canonical.ts";
import { combineFindings, findingsText } from "../src/plugin/findings.ts";
import { cellsOf, widthOf, wrap } from "../src/render/columns.ts";
import { renderPretty } from "../src/render/pretty.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { DIAGNOSES, EXPLANATIONS, FINDINGS, GRAPHS } from "./format-names.ts";
import { commandsIn } from "./runner-commands.ts";
import { inTemporaryFolder } from "./temporary.ts";

/** Names that are commands if they are printed unchanged. The invisible characters in them are not control characters. */
const NAMES = [
  "##[set-output name=a]b",
  "x ##[ADD-MASK]y",
  "###[stop-commands]token",
  "##[warning file=a;line=1]##[error]z",
  "#\ufe0f#\u034f[debug]x",
  "##{#%[#[group]x",
  "::add-mask::x",
  "\u00a0::stop-commands::token",
  ":\ufe0f:error file=a::x",
];

const quoted = (name: string): string => JSON.stringify(name);

/** Everything wrong: unknown keys, wrong values, unknown names. */
const BROKEN = `project:
${NAMES.map((name) => `  ${quoted(name)}: ${quoted(name)}`).join("\n")}
  problem_type: ${quoted(NAMES[0] ?? "")}
models:
${NAMES.map(
  (name, i) => `  - name: ${quoted(name)}
    files:
      - name: f${i} # ${name}
        url: ${quoted(`${name}.bin`)}
      - { name: ${quoted(name)}, url: "https://host.invalid/${i}" }
    runtime:
      image: ${quoted(name)}
      load:
        entrypoint: ${quoted(`${name}:load`)}
        output: { name: ${quoted(name)} }
      predict:
        entrypoint: "inference:pred${i}"
        inputs:
          - { name: a, value: ${quoted(`\${model.files.${name}.url}`)} }
          - { name: b, value: ${quoted(`\${model.files.g${i}.url} ${name}`)} }
        output: { name: predictions }
`,
).join("")}`;

/** A correct definition with such names everywhere that a name or a text is free. */
const RIGHT = `project:
  name: ${quoted(NAMES[0] ?? "")}
  description: ${quoted(NAMES[1] ?? "")}
models:
${NAMES.map(
  (name, i) => `  - name: ${quoted(`${i}${name}`)}
    description: ${quoted(name)}
    runtime:
      load:
        entrypoint: inference:load
        inputs:
          - { name: text, value: ${quoted(name)} }
          - { name: other, value: ${quoted(`\${UNSET_${i}:-${name.replaceAll(/[{}]/g, "")}}`)} }
          - { name: listed, value: { ${quoted(name)}: [${quoted(name)}] } }
        output: { name: model }
      predict:
        entrypoint: inference:predict
        inputs:
          - { name: model, value: "\${model.runtime.load.output.model}" }
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: predictions }
`,
)
  .join("")
  // The first one begins with its name, as some tables do.
  .replace('name: "0##', 'name: "##')
  .replace('name: "6::', 'name: "::')}`;

const PYTHON = `"""Prints and raises what a runner would obey."""
import sys

NAMES = ${JSON.stringify(NAMES)} + ["\\u202e##[error]x", "\\u009b31m##[error]x", "a\\r::error::x", "\\u2028::error::x"]


def load(text: str, other: str, listed: dict) -> object:
    """${NAMES.slice(0, 4).join("\n\n    ")}"""
    for name in NAMES:
        print(name)
        print(name, file=sys.stderr)
    return text


def predict(model: object, datapoints: list) -> list:
    for datapoint in datapoints:
        if datapoint.get("fails"):
            raise ValueError("\\n".join(NAMES))
    return [{name: name for name in NAMES} for _ in datapoints]
`;

/** The output of a command on both streams. */
function said(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { stdout, stderr } = spawnSync(process.execPath, ["--", MAIN, ...args], {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], XDG_CACHE_HOME: join(cwd, "cache"), ...env },
    maxBuffer: 1 << 28,
  });
  assert.not.match(stderr, "this is a bug");
  return { out: stdout, err: stderr };
}

/** Fails with the lines that a runner would interpret. */
function isObeyed(cwd: string, args: readonly string[], env?: NodeJS.ProcessEnv): string {
  const { out, err } = said(cwd, args, env);
  assert.equal(commandsIn(out), [], args.join(" "));
  assert.equal(commandsIn(err), [], args.join(" "));
  assert.ok(out.length + err.length > 0, `${args.join(" ")} says something`);
  return out;
}

const FILES = { "broken.yaml": BROKEN, "efemarai.yaml": RIGHT, "inference.py": PYTHON };

/** The formats that are not made of commands. */
const PLAIN = FINDINGS.filter((format) => format !== "github");

describe("commands of GitHub's runner", (test) => {
  test("are found as the runner finds them", () => {
    for (const name of NAMES) assert.is(commandsIn(`${name}\n`).length, name.includes("{#%") ? 0 : 1, name);
    assert.equal(
      commandsIn("x ##[no-command]y\n:: error::x\n::error\na::error::b\n##[error\n# #[error]").map(({ line }) => line),
      [],
    );
  });

  test("are in no output about a definition, in any format", () =>
    inTemporaryFolder(FILES, (folder) => {
      for (const file of ["broken.yaml", "efemarai.yaml"]) {
        for (const format of PLAIN) {
          isObeyed(folder, ["check", "--pedantic", "--portable", "--env", "--format", format, file]);
          const args = ["check", "--format", format, "--output-file", `${format}.txt`, file];
          said(folder, args);
          assert.equal(commandsIn(readFileSync(join(folder, `${format}.txt`), "utf8")), []);
        }
        isObeyed(folder, ["check", file], { COLUMNS: "30" });
        isObeyed(folder, ["check", "--color", file], { COLUMNS: "60" });
        // Annotations are commands, one per finding.
        const findings = JSON.parse(said(folder, ["check", "--format", "json", file]).out).diagnostics.length;
        const annotations = commandsIn(said(folder, ["check", "--format", "github", file]).out);
        assert.is(annotations.length, findings);
        for (const { name, isOlder, line } of annotations) {
          assert.ok(["error", "warning", "notice"].includes(name) && !isOlder, line);
          assert.match(line, /^::\w+ file=[\w.]+\.yaml,line=/);
          assert.not.match(line, "##[");
        }
        for (const format of GRAPHS) isObeyed(folder, ["graph", "--format", format, file]);
        for (const format of EXPLANATIONS) {
          for (let line = 2; line < 40; line += 9) {
            isObeyed(folder, ["explain", "--format", format, `${file}:${line}`]);
          }
        }
        for (const format of DIAGNOSES) isObeyed(folder, ["doctor", "--format", format, file]);
        isObeyed(folder, ["plan", file]);
        isObeyed(folder, ["build", "--out", "generated", file]);
        isObeyed(folder, ["build", "--check", "--out", "elsewhere", file]);
        isObeyed(folder, ["check", "--fix", "--dry-run", file], { GITHUB_ACTIONS: "true" });
        isObeyed(folder, ["check", "--baseline", "known.json", "--update-baseline", file]);
        isObeyed(folder, ["check", "--baseline", "known.json", file.startsWith("b") ? "efemarai.yaml" : "broken.yaml"]);
      }
    }));

  test("are not in JSON, which still contains the same texts", () =>
    inTemporaryFolder(FILES, (folder) => {
      const { models } = JSON.parse(said(folder, ["plan", "efemarai.yaml"]).out);
      for (const [i, { description }] of models.entries()) assert.is(description, NAMES[i]?.trim());
      const { nodes } = JSON.parse(said(folder, ["graph", "--format", "json", "broken.yaml"]).out);
      assert.ok(nodes.some(({ label }: { label: string }) => label.endsWith(NAMES[0] ?? "")));
    }));

  test("are in no output about files with such names, and about mistakes on the command line", () => {
    const names = NAMES.map((name) => `${name.replaceAll("/", "_")}.yaml`);
    inTemporaryFolder(Object.fromEntries(names.map((name) => [name, BROKEN])), (folder) => {
      for (const format of PLAIN) isObeyed(folder, ["check", "--format", format, ...names]);
      for (const { name, isOlder } of commandsIn(said(folder, ["check", "--format", "github", ...names]).out)) {
        assert.ok(["error", "warning", "notice"].includes(name) && !isOlder);
      }
      for (const name of [0, 4, 6].map((i) => names[i] ?? "")) {
        isObeyed(folder, ["explain", `${name}:3:5`]);
        isObeyed(folder, ["explain", `${name}:9999:1`]);
        isObeyed(folder, ["check", `${name}/missing.yaml`, `${name}.not-there`]);
        isObeyed(folder, ["check", "--format", name]);
        isObeyed(folder, ["check", "--baseline", name, name]);
        isObeyed(folder, [name]);
        isObeyed(folder, ["explain", name]);
        isObeyed(folder, ["init", "--cwd", name]);
        isObeyed(folder, ["check", "--env-file", `${name}.env`, name]);
        isObeyed(folder, ["run", "--input", name, name]);
      }
    });
  });

  test("are in nothing that a model prints, raises and predicts", () => {
    const input = [{ id: "##[error]id" }, { id: "::error::id", fails: true }, { id: "\u202e\u009b2J", fails: true }];
    const text = `${input.map((row) => JSON.stringify(row)).join("\n")}\n`;
    inTemporaryFolder({ ...FILES, "input.jsonl": text }, (folder) => {
      for (const options of [[], ["--verbose"], ["--quiet"], ["--format", "json"], ["--format", "json", "--verbose"]]) {
        const { out, err } = said(folder, ["run", "--input", "input.jsonl", ...options]);
        assert.equal(commandsIn(out), []);
        assert.equal(commandsIn(err), []);
        assert.is(out.trimEnd().split("\n").length, NAMES.length * input.length, err);
        const [first = ""] = out.split("\n");
        assert.is(JSON.parse(first).predictions[NAMES[0] ?? ""], NAMES[0]);
        // Characters that change the direction of text, and those that only some terminals interpret, are shown in every
        // format.
        assert.not.match(out + err, /[\u0080-\u009f\u202e]/);
        if (options.includes("json")) {
          const events = err
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line));
          const logs = events.filter(({ kind }) => kind === "log").map((event) => event.text);
          for (const name of NAMES) assert.ok(logs.includes(name), name);
        }
      }
      // A file is data and is not escaped.
      said(folder, ["run", "--input", "input.jsonl", "--output", "out.jsonl", "--quiet"]);
      assert.match(readFileSync(join(folder, "out.jsonl"), "utf8"), "##[set-output");
    });
  });

  test("a diff and a fixed definition stay exact for other programs and in files", () =>
    inTemporaryFolder({ "efemarai.yaml": "projekt: # ##[error]x\n  name: a\n" }, (folder) => {
      const diff = ["check", "--fix", "--dry-run", "efemarai.yaml"];
      const exact = said(folder, diff).out;
      assert.match(exact, "##[error]x");
      const actions = { GITHUB_ACTIONS: "true" };
      assert.match(said(folder, diff, actions).out, "#\\u0023[error]x");
      spawnSync("sh", ["-c", '"$0" "$@" > patch', process.execPath, MAIN, ...diff], {
        cwd: folder,
        env: { ...process.env, ...actions },
      });
      assert.is(readFileSync(join(folder, "patch"), "utf8"), exact);
    }));
});

/** The pieces of commands. */
const pieces = fc.constantFrom(
  ...[
    "#",
    "##",
    "##[",
    "[",
    "]",
    ":",
    "::",
    "error",
    "##[error]",
    "::error::",
    "#[group]",
    ":debug::",
    " ",
    "\n",
    "\r",
    "\t",
    "\u001b",
    "%",
    "\\",
    "`",
    '"',
  ],
  ...["\ufe0f", "\u200b", "\u200d", "\u034f", "\u2028", "\u0085", "\u00a0", "\ufeff", "{", "}", "é", "漢", "👩"],
);
const texts = fc.array(pieces, { maxLength: 24 }).map((parts) => parts.join(""));

describe("commands of GitHub's runner, in any text", (test) => {
  test("are in no line and in no JSON", () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        assert.equal(commandsIn(escapeCommands(`${printable(a)}${printable(b)}`)), []);
        assert.equal(commandsIn(escapeCommands(printableLines(a))), []);
        assert.is(escapeCommands(escapeCommands(a)), escapeCommands(a));
        for (const json of [JSON.stringify([a, { [b]: a }]), JSON.stringify([a, { [b]: a }], undefined, 2)]) {
          assert.equal(commandsIn(plainJson(json)), []);
          assert.equal(JSON.parse(plainJson(json)), [a, { [b]: a }]);
        }
        assert.equal(commandsIn(canonicalJsonPretty([a, { [b]: a }])), []);
        assert.equal(JSON.parse(canonicalJsonPretty([a, { [b]: a }])), [a, { [b]: a }]);
        for (const line of wrap(printable(a), 7)) assert.equal(commandsIn(escapeCommands(line)), []);
      }),
      { numRuns: 3000 },
    );
  });

  test("are in no source line, whose cells are as wide as their content", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const line = text.replace(/[\n\r]/g, "");
        const cells = cellsOf(line);
        assert.equal(commandsIn(escapeCommands(cells.map((cell) => cell.text).join(""))), []);
        assert.not.match(cells.map((cell) => cell.text).join(""), "##[");
        for (const cell of cells) assert.is(widthOf(cell.text), cell.width);
        assert.is(cells.at(-1)?.end ?? 0, line.length);
      }),
      { numRuns: 3000 },
    );
  });

  test("are in no finding, for people and for build tools, at any width", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 12, max: 60 }), (text, width) => {
        const path = `${text.replaceAll(/[/\n]/g, "_")}.yaml`;
        const definition = `project:\n  ${JSON.stringify(text)}: 1 # ${text.replaceAll(/[\n\r]/g, "")}\nmodels: []\n`;
        const { diagnostics, files } = check([path], memoryHost(new Map([[path, definition]])));
        const shown = [
          escapeCommands(renderPretty({ diagnostics, files }, { color: false, width, isResult: true })),
          findingsText(diagnostics),
          ...diagnostics.flatMap((each, i) => {
            const { message, frame } = combineFindings("/", each, diagnostics.slice(i + 1));
            return [message, frame];
          }),
        ];
        for (const each of shown) assert.equal(commandsIn(each), []);
      }),
      { numRuns: 500 },
    );
  });
});
