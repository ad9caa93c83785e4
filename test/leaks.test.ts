// No output of any command, in any format, contains the value of an environment variable. Unique values are planted in
// every variable that a definition names, at every place where an expression can be, and every byte of the output is
// searched.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { parse } from "../src/parse/parse.ts";
import type { YamlNode } from "../src/parse/tree.ts";
import { redactor } from "../src/run/secrets/redactor.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { casesOf, definitionOf, folderOf } from "./fixtures.ts";
import { DIAGNOSES, EXPLANATIONS, FINDINGS, GRAPHS } from "./format-names.ts";
import { fixture } from "./golden.ts";
import { filesBelow, mark, search } from "./planted.ts";
import { processorTime } from "./processor-time.ts";

function run(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--", MAIN, ...args], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    maxBuffer: 1 << 28,
  });
  return { stdout, stderr, status };
}

/** All formats at once, each in a file, and the first on standard output. */
const inEveryFormat = FINDINGS.flatMap((name) => ["--format", name, "--output-file", `out.${name}`]);

function inFolder(body: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-leaks-"));
  try {
    body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The ways to pass the values: in the environment and in a file. */
function waysToGive(folder: string, values: Readonly<Record<string, string>>) {
  writeFileSync(
    join(folder, "planted.env"),
    Object.entries(values)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join(""),
  );
  return [
    { args: ["--env"], env: values },
    { args: ["--env-file", "planted.env"], env: {} },
    { args: [], env: { ...values, MODELWRIGHT_DEBUG: "1", FORCE_COLOR: "1" } },
  ];
}

/** Everything that all commands print and write for these files. */
function everyCommand(
  folder: string,
  files: readonly string[],
  values: Readonly<Record<string, string>>,
  ways = 3,
): void {
  const count = Object.keys(values).length;
  for (const { args, env } of waysToGive(folder, values).slice(0, ways)) {
    const commands = [
      ["check", ...args, "--color", ...files],
      ["check", ...args, ...inEveryFormat, "--portable", "--pedantic", ...files],
      ["plan", ...args, ...files],
      ["build", ...args, "--out", "generated", ...files],
      ["build", ...args, "--out", "generated", "--check", ...files],
      ...DIAGNOSES.map((format) => ["doctor", ...args, "--format", format, ...files]),
      ...GRAPHS.map((format) => ["graph", ...args, "--format", format, ...files]),
    ];
    for (const command of commands) {
      const { stdout, stderr, status } = run(folder, command, env);
      assert.ok(status !== null && status !== 3, `${command.slice(0, 4).join(" ")}: ${status} ${stderr}`);
      search({ [`stdout of ${command[0]}`]: stdout, [`stderr of ${command[0]}`]: stderr }, count);
    }
  }
  search(filesBelow(folder), count);
}

describe("no value of an environment variable is shown", (test) => {
  test("of any variable in a fixture", () => {
    inFolder((folder) => {
      const names = new Set<string>();
      const files: Record<"accept" | "reject", string[]> = { accept: [], reject: [] };
      for (const kind of ["accept", "reject"] as const) {
        for (const name of casesOf(kind)) {
          const from = folderOf(kind, name);
          const definition = definitionOf(from);
          const text = readFileSync(join(from, definition), "utf8");
          const found = [...text.matchAll(/\$[{<]?\s*([A-Za-z_]\w*)/g)].map(([, variable = ""]) => variable);
          if (found.length === 0 || text.length > 20_000) continue;
          for (const variable of found) names.add(variable);
          cpSync(from, join(folder, kind, name), { recursive: true });
          files[kind].push(`${kind}/${name}/${definition}`);
        }
      }
      assert.ok(names.size > 30, `${names.size} variables`);
      const values = Object.fromEntries([...names].map((name, i) => [name, `x ${mark(i)} y`]));
      everyCommand(folder, files.accept, values);
      everyCommand(folder, files.reject, values, 1);
      for (const file of files.accept) {
        const lines = readFileSync(join(folder, file), "utf8").split("\n");
        const line = lines.findIndex((text) => /\$\{[A-Z]/.test(text)) + 1;
        for (const format of EXPLANATIONS) {
          if (line === 0) continue;
          const { stdout, stderr } = run(folder, ["explain", "--env", "--format", format, `${file}:${line}`], values);
          assert.match(stdout.toString(), "environment variable");
          search({ [`explain ${file}`]: stdout, stderr }, names.size);
        }
      }
    });
  });

  test("at any place of a definition", () => {
    inFolder((folder) => {
      const text = readFileSync(fixture("accept", "whole-project", "efemarai.yaml"), "utf8");
      const places = scalarsOf(parse({ path: "efemarai.yaml", text }).root?.node);
      const values: Record<string, string> = {};
      const plant = (i: number) => `"\${PLANTED_${i}}"`;
      places.forEach((_, i) => {
        values[`PLANTED_${i}`] = `${mark(i)}/../x`;
      });
      assert.ok(places.length > 90, `${places.length} places`);
      // Each one alone, and all at once.
      places.forEach(({ start, end }, i) => {
        mkdirSync(join(folder, `${i}`));
        writeFileSync(join(folder, `${i}`, "efemarai.yaml"), text.slice(0, start) + plant(i) + text.slice(end));
      });
      let all = "";
      let at = 0;
      places.forEach(({ start, end }, i) => {
        all += text.slice(at, start) + plant(i);
        at = end;
      });
      mkdirSync(join(folder, "all"));
      writeFileSync(join(folder, "all", "efemarai.yaml"), all + text.slice(at));
      everyCommand(folder, ["all/efemarai.yaml"], values, 1);
      const alone = places.map((_, i) => `${i}/efemarai.yaml`);
      for (const command of [
        ["check", "--env", ...inEveryFormat, ...alone],
        ["graph", "--format", "json", ...alone],
      ]) {
        const { stdout, stderr } = run(folder, command, values);
        search({ stdout, stderr }, places.length);
      }
      search(filesBelow(folder), places.length);
    });
  });

  test("by commands that read no definition", () => {
    inFolder((folder) => {
      const values = { TOKEN: mark(0), HOME: `/${mark(1)}`, USER: mark(2), MODELWRIGHT_DEBUG: "1" };
      for (const args of [
        ["schema"],
        ["schema", "plan"],
        ["init"],
        ["explain"],
        ["explain", "cycle"],
        ["--help"],
        ["--version"],
        ["nope"],
      ]) {
        const { stdout, stderr } = run(folder, args, values);
        search({ stdout, stderr }, 3);
      }
      search(filesBelow(folder), 3);
    });
  });
});

/** The places of the values of a definition. Keys are never expressions. */
function scalarsOf(node: YamlNode | undefined): readonly { readonly start: number; readonly end: number }[] {
  if (node === undefined || node.kind === "hole") return [];
  if (node.kind === "scalar")
    return node.end > node.start && !/[|>]/.test(node.source.text[node.start] ?? "") ? [node] : [];
  return node.kind === "list" ? node.items.flatMap(scalarsOf) : node.entries.flatMap(({ value }) => scalarsOf(value));
}

/** Prints and raises its arguments and its environment in every way that we know. */
const TALKATIVE = `import base64, json, os, sys, urllib.parse


def tell(text):
    print(text)
    print(repr(text), ascii(text), json.dumps(text), json.dumps({text: [text]}))
    print(urllib.parse.quote(text), urllib.parse.quote_plus(text), text.encode().hex())
    print(base64.b64encode(text.encode()).decode(), base64.urlsafe_b64encode(text.encode()).decode())
    print(text + text, "x" + text + "y", text * 3)
    print("x" * (8192 - len(text) // 2) + text + "y" * 5000)
    print("x" * 8180 + text)
    sys.stderr.write(text + "\\r" + text + "\\n")


def get_model(secret, how="", **others):
    print(dict(os.environ))
    print(others)
    tell(secret)
    if how == "load":
        raise ValueError(secret, repr(secret), os.environ)
    if how == "exit":
        sys.exit(secret)
    if how == "class":
        raise type("E" + secret, (Exception,), {})("x")
    return secret


def predict(model, datapoints, how="", **others):
    tell(model)
    local = {"secret": model}
    if how == "predict":
        raise KeyError(model)
    if how == "wrong":
        return {model: model}
    if how == "length":
        return [model, model, model]
    if how == "assert":
        assert local["secret"] == "x", local
    if how == "log":
        import logging
        logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
        logging.exception("%s", model)
    return [{} for _ in datapoints]
`;

const WAYS = ["", "load", "class", "predict", "wrong", "assert", "log"];

/** Values whose usual printed forms a simple search does not find. */
const SHAPES: readonly ((mark: string) => string)[] = [
  (text) => text,
  (text) => `"${text}' \\ $(x) [.*+?^] {${text}}`,
  (text) => `-----BEGIN KEY-----\n${text}\n${text}é😀\n-----END KEY-----\n`,
  (text) => `\u001b[31m${text}\u001b[0m\t%s %d`,
  (text) => `é😀${text}ß`,
];

describe("the output and exceptions of a model are shown without secrets", (test) => {
  SHAPES.forEach((shape, s) => {
    const value = shape(mark(0));
    test(JSON.stringify(value), () => {
      inFolder((folder) => {
        const env = { API_TOKEN: value, SOME_SECRET: shape(mark(1)), HOW: "" };
        writeFileSync(join(folder, "inference.py"), TALKATIVE);
        mkdirSync(join(folder, "data"));
        writeFileSync(join(folder, "data", "a.txt"), "a");
        for (const how of s === 0 ? WAYS : ["predict"]) {
          const input = (name: string, text: string) => `          - { name: ${name}, value: "${text}" }\n`;
          const inputs = input("secret", "${API_TOKEN}") + input("how", how) + input("text", "a ${API_TOKEN} b");
          writeFileSync(
            join(folder, "efemarai.yaml"),
            `models:
  - name: talkative
    runtime:
      load:
        entrypoint: inference:get_model
        inputs:
${inputs}        output: { name: network }
      predict:
        entrypoint: inference:predict
        inputs:
          - { name: model, value: "\${model.runtime.load.output.network}" }
          - { name: datapoints, value: "\${datapoints}" }
${input("how", how)}        output: { name: predictions }
`,
          );
          for (const options of s === 0 && how === "predict"
            ? [[], ["--format", "json"], ["--quiet"], ["--fail-fast"]]
            : [["--format", "json"]]) {
            const { stdout, stderr, status } = run(
              folder,
              ["run", "--input", "data", "--output", "out.jsonl", ...options],
              env,
            );
            assert.ok([0, 6].includes(status ?? -1), `${how}: ${status} ${stderr}`);
            search({ [`stdout, ${how}`]: stdout, [`stderr, ${how}`]: stderr }, 2);
            search(filesBelow(folder), 2);
          }
        }
      });
    });
  });

  test("also before Python is started", () => {
    inFolder((folder) => {
      const url = (text: string) => `models:
  - name: a
    files: [{ name: p, url: "${text}", upload: "\${FLAG}" }]
    runtime:
      device: \${DEVICE}
      batch: { max_size: "\${SIZE}" }
      load: { entrypoint: "inference:load", inputs: [{ name: p, value: "\${model.files.p.url}" }], output: { name: m } }
      predict: { entrypoint: "inference:predict", output: { name: p } }
`;
      writeFileSync(join(folder, "inference.py"), "def load(p):\n    pass\n\n\ndef predict(**inputs):\n    pass\n");
      mkdirSync(join(folder, "data"));
      for (const [text, value] of [
        ["${A}", mark(0)],
        ["x/${A}.pt", mark(0)],
        ["${A}", `${mark(0)}://x/y`],
        ["${A}", `../${mark(0)}`],
        ["${A}", `/${mark(0)}`],
        ["${A}://b", mark(0)],
      ] as const) {
        writeFileSync(join(folder, "efemarai.yaml"), url(text));
        const env = { A: value, DEVICE: mark(1), SIZE: mark(2), FLAG: mark(3) };
        const { stdout, stderr, status } = run(folder, ["run", "--input", "data", "--env"], env);
        assert.is(status, 6, stderr.toString());
        search({ stdout, stderr }, 4);
      }
    });
  });
});

describe("redaction", (test) => {
  test("keeps short and blank values, and values that are not secret", () => {
    const redact = redactor(["A", "B", "C", "D"], {
      A: "cpu",
      B: "1",
      C: "",
      D: "      \n",
      E: "ordinary",
      toString: "x",
    });
    const text = "the cpu is 1 ordinary      machine";
    assert.is(redact(text), text);
    assert.is(redact("x", true), "x");
  });

  test("recognizes credentials by their names", () => {
    const redact = redactor([], { HF_TOKEN: "abcdefgh", KEYBOARD: "qwertyuiop", DB_PASSWORD: "hunter2!" });
    assert.is(redact("abcdefgh qwertyuiop hunter2!"), "*** qwertyuiop ***");
  });

  test("removes overlapping secrets and truncated ones completely", () => {
    const redact = redactor(["A", "B"], { A: "abcdefgh", B: "efghijkl" });
    assert.is(redact("xabcdefghijklx"), "x***x");
    assert.is(redact("abcdefghabcdefgh"), "******");
    assert.is(redact("log abcde", true), "log ***");
    assert.is(redact("log abcde"), "log abcde");
    assert.is(redact("log ab", true), "log ab");
  });

  test("takes linear time for a long text", () => {
    const redact = redactor(["A"], { A: "aaaaaaaaab" });
    const milliseconds = processorTime(() => redact("a".repeat(1_000_000)));
    assert.ok(milliseconds < 2000, `${milliseconds} ms`);
  });
});
