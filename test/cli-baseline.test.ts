// `check --baseline`: accepted findings stay accepted when lines move, new ones fail, and only our own file is written.
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { inFolder, modelwright } from "./command-line.ts";
import { change, DEFINITION } from "./definitions.ts";
import { describe } from "./describe.ts";
import { FINDINGS } from "./format-names.ts";

const model = (name: string, file = "parms") =>
  change(change(DEFINITION, "detector", name), "model.files.params", `model.files.${file}`).replace("models:\n", "");
const TWO = `models:\n${model("one")}${model("two")}`;
const PYTHON = "def get_model(**options):\n    return 1\n\n\ndef predict(**options):\n    return []\n";
const FILES = { "efemarai.yaml": TWO, "inference.py": PYTHON };
const CHECK = ["check", "--baseline", "known.json"];
const UPDATE = [...CHECK, "--update-baseline"];

const read = (folder: string) => readFileSync(join(folder, "known.json"), "utf8");
const write = (folder: string, text: string, name = "efemarai.yaml") => writeFileSync(join(folder, name), text);

describe("a baseline", (test) => {
  test("accepts the findings, identifies them without line numbers, and is not rewritten", () => {
    inFolder(FILES, (folder) => {
      assert.is(modelwright(folder, CHECK).code, 2);
      const first = modelwright(folder, UPDATE);
      assert.equal([first.code, first.err], [0, "known.json: 2 entries, written.\n"]);
      assert.match(first.out, /^Checked 1 file: no problems found \(2 accepted\)$/m);
      const document = JSON.parse(read(folder));
      assert.equal([document.baselineVersion, document.generator], [1, "modelwright"]);
      assert.equal(
        document.entries.map(({ content, ...entry }: { content: string }) => {
          assert.match(content, /^[0-9a-f]{16}$/);
          return entry;
        }),
        ["one", "two"].map((name) => ({
          code: "undefined-reference",
          file: "efemarai.yaml",
          path: `models["${name}"].runtime.load.inputs["params_url"].value`,
        })),
      );
      assert.ok(read(folder).endsWith("}\n"));
      const before = statSync(join(folder, "known.json"));
      assert.is(modelwright(folder, UPDATE).err, "known.json: 2 entries, unchanged.\n");
      const after = statSync(join(folder, "known.json"));
      assert.equal([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
      assert.equal([modelwright(folder, CHECK).code, modelwright(folder, CHECK).err], [0, ""]);
    });
  });

  test("gets a folder of its own, and no report overwrites it", () => {
    inFolder({ ...FILES, file: "" }, (folder) => {
      const at = (path: string) => ["check", "--baseline", path, "--update-baseline"];
      assert.equal(modelwright(folder, at("new/known.json")).err, "new/known.json: 2 entries, written.\n");
      const refused = modelwright(folder, at("file/known.json"));
      assert.is(refused.code, 3);
      assert.match(refused.err, "Cannot write the baseline file/known.json: a part of its path is a file");
      modelwright(folder, UPDATE);
      const before = read(folder);
      const report = modelwright(folder, [...CHECK, "--format", "json", "--output-file", "./known.json"]);
      assert.is(report.code, 2);
      assert.match(report.err, "known.json is the baseline, so no report is written to it.");
      assert.is(read(folder), before);
    });
  });

  test("stays valid when lines move and models change places, from any folder", () => {
    inFolder({ ...FILES, "sub/x": "" }, (folder) => {
      modelwright(folder, UPDATE);
      write(folder, `# A comment.\n\nmodels:\n${model("two")}\n${model("one")}`);
      assert.is(modelwright(folder, CHECK).code, 0);
      const other = modelwright(join(folder, "sub"), ["check", "--baseline", "../known.json", "../efemarai.yaml"]);
      assert.is(other.code, 0, other.out + other.err);
    });
  });

  test("fails on new findings, in every format", () => {
    inFolder(FILES, (folder) => {
      modelwright(folder, UPDATE);
      write(folder, `models:\n${model("one")}${model("two", "prams")}`);
      const { code, out, err } = modelwright(folder, [...CHECK, "--format", "json"]);
      assert.is(code, 1);
      const { summary, diagnostics } = JSON.parse(out);
      assert.equal([summary.errors, summary.accepted, diagnostics.length], [1, 1, 1]);
      assert.match(diagnostics[0].message, "prams");
      assert.match(err, "known.json: 1 entry is no longer needed. Use `--update-baseline` to update the file:");
      assert.match(err, 'undefined-reference efemarai.yaml models["two"]');
      for (const format of FINDINGS.filter((each) => each !== "json")) {
        const result = modelwright(folder, [...CHECK, "--format", format]);
        assert.is(result.code, 1);
        assert.match(result.out, "prams");
        assert.not.match(result.out, "`parms`");
      }
    });
  });

  test("names entries that are no longer needed, and an update removes them", () => {
    inFolder(FILES, (folder) => {
      modelwright(folder, UPDATE);
      write(folder, `models:\n${model("one", "params")}${model("two")}`);
      const { code, err } = modelwright(folder, CHECK);
      assert.is(code, 0);
      assert.match(err, 'undefined-reference efemarai.yaml models["one"]');
      assert.is(modelwright(folder, UPDATE).err, "known.json: 1 entry, written.\n");
      assert.is(modelwright(folder, CHECK).err, "");
    });
  });

  test("counts equal findings", () => {
    const twice = (count: number) =>
      `models:\n${model("one")}`.replace(
        "value: ${model.files.parms.url}",
        `value: ${"${model.files.parms.url}".repeat(count)}`,
      );
    inFolder({ ...FILES, "efemarai.yaml": twice(2) }, (folder) => {
      assert.is(modelwright(folder, UPDATE).err, "known.json: 2 entries, written.\n");
      write(folder, twice(3));
      const { code, out } = modelwright(folder, CHECK);
      assert.is(code, 1);
      assert.match(out, "1 error (2 accepted");
    });
  });

  test("keeps entries of files that were not named, if they exist", () => {
    inFolder({ ...FILES, "b/efemarai.yaml": "project:\n  nam: x\n" }, (folder) => {
      assert.is(modelwright(folder, UPDATE).err, "known.json: 3 entries, written.\n");
      assert.is(modelwright(folder, [...CHECK, "efemarai.yaml"]).err, "");
      assert.is(modelwright(folder, [...UPDATE, "efemarai.yaml"]).err, "known.json: 3 entries, unchanged.\n");
      rmSync(join(folder, "b"), { recursive: true });
      assert.match(modelwright(folder, [...CHECK, "efemarai.yaml"]).err, "unknown-key b/efemarai.yaml project.nam");
    });
  });

  test("never contains possible secrets or their hashes", () => {
    const secrets = ["hunter2", "ghp_0123456789abcdefghij0123456789abcdef", "user:pa55w0rd"];
    const text = `project:
  name: x
models:
  - name: a
    repository:
      url: https://user:pa55w0rd@example.com/x.git
      access_token: {${secrets[1]}: x}
    files:
      - { name: w, url: "", credentials: [hunter2] }
      - { name: v, credentials ${secrets[1]}, url: https://x.example/y }
    runtime:
      load:
        entrypoint: a:b
        inputs:
          - { name: password, value: yes }
          - { name: other, value: [no, hunter2, .inf] }
        output: { name: m }
      predict:
        entrypoint: a:c
        output: { name: p }
`;
    inFolder({ "efemarai.yaml": text }, (folder) => {
      modelwright(folder, UPDATE);
      const entries: readonly { path: string; code: string; content?: string }[] = JSON.parse(read(folder)).entries;
      assert.ok(entries.length > 5, read(folder));
      for (const secret of secrets) assert.not.match(read(folder), secret);
      for (const { path, content } of entries) {
        if (/url|access_token|credentials|value/.test(path)) assert.is(content, undefined, path);
      }
      assert.is(modelwright(folder, CHECK).code, 0);
    });
  });

  test("works together with --fix and suppressions", () => {
    inFolder(
      {
        "efemarai.yaml":
          "project:\n  nam: x\n  colour: blue # modelwright-ignore unknown-key: ours\n  private: maybe\n",
      },
      (folder) => {
        assert.is(
          modelwright(folder, [...UPDATE, "--fix"]).err,
          "Fixed 1 finding in 1 file.\nknown.json: 1 entry, written.\n",
        );
        const { code, out } = modelwright(folder, CHECK);
        assert.is(code, 0);
        assert.match(out, "no problems found (1 suppressed, 1 accepted)");
      },
    );
  });

  const broken: readonly (readonly [string, string])[] = [
    ["no JSON", "{"],
    ["a foreign file", '{"entries": []}'],
    ["a list", "[]"],
    ["nothing", ""],
    ["a merge conflict", '<<<<<<< HEAD\n{"baselineVersion": 1, "generator": "modelwright"}\n'],
    ["another version", '{"baselineVersion": 2, "generator": "modelwright", "entries": []}'],
    ["no entries", '{"baselineVersion": 1, "generator": "modelwright"}'],
    ["a broken entry", '{"baselineVersion": 1, "generator": "modelwright", "entries": [{"code": 1}]}'],
    ["deep nesting", `${"[".repeat(100_000)}`],
    ["a prototype", '{"__proto__": {"generator": "modelwright"}, "baselineVersion": 1, "entries": []}'],
  ];
  for (const [title, text] of broken) {
    test(`is rejected if it is ${title}, and never overwritten`, () => {
      inFolder({ ...FILES, "known.json": text }, (folder) => {
        for (const args of [CHECK, UPDATE]) {
          const { code, err } = modelwright(folder, args);
          assert.is(code, 3, err);
          assert.match(err, "Cannot use known.json as a baseline: ");
          assert.not.match(err, "this is a bug");
          assert.is(read(folder), text);
        }
      });
    });
  }

  test("needs compatible options", () => {
    inFolder(FILES, (folder) => {
      assert.is(modelwright(folder, ["check", "--update-baseline"]).code, 2);
      assert.is(modelwright(folder, [...UPDATE, "--fix", "--dry-run"]).code, 2);
      assert.match(modelwright(folder, CHECK).err, "Add `--update-baseline` to create it.");
    });
  });
});
