// The built command line as users run it: real processes, real files, real exit codes.
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { inFolder, modelwright } from "./command-line.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { fixture, golden, ROOT } from "./golden.ts";

/** The processes with this working directory, if the system reports them (Linux does). */
function processesIn(folder: string): readonly string[] {
  if (!existsSync("/proc/self/cwd")) return [];
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });
}

const WRONG = "project:\n  nam: x\n";
const RIGHT = "project:\n  name: x\n";
const CYCLE = `models:
  - name: a
    runtime:
      load:
        entrypoint: a:b
        inputs:
          - { name: x, value: "\${model.runtime.load.inputs.y}" }
          - { name: y, value: "\${model.runtime.load.inputs.z}" }
          - { name: z, value: "\${model.runtime.load.inputs.x}" }
        output: { name: m }
      predict:
        entrypoint: a:c
        output: { name: p }
`;
const SECRET = "project:\n  name: x\n  description: ${TOKEN}\n";

describe("exit codes", (test) => {
  const table: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[], number])[] = [
    ["clean", { "efemarai.yaml": RIGHT }, ["check"], 0],
    ["findings", { "efemarai.yaml": WRONG }, ["check"], 1],
    ["unknown command", {}, ["chek"], 2],
    ["unknown option", { "efemarai.yaml": RIGHT }, ["check", "--frmat", "json"], 2],
    ["unknown format", { "efemarai.yaml": RIGHT }, ["check", "--format", "xml"], 2],
    ["a format's file without a format", { "efemarai.yaml": RIGHT }, ["check", "--output-file", "x"], 2],
    ["no command", {}, [], 2],
    ["unknown code", {}, ["explain", "undefined-referenc"], 2],
    ["unknown schema", {}, ["schema", "plans"], 2],
    ["a missing folder", {}, ["check", "--cwd", "nowhere"], 2],
    ["a missing file", {}, ["check", "nowhere.yaml"], 3],
    ["a missing environment file", { "efemarai.yaml": RIGHT }, ["check", "--env-file", "nowhere"], 3],
    ["nothing to check", {}, ["check"], 5],
    ["nothing to check, and allowed", {}, ["check", "--allow-empty"], 0],
    ["an unset variable, not asked for", { "efemarai.yaml": SECRET }, ["check"], 0],
    ["an unset variable", { "efemarai.yaml": SECRET }, ["check", "--env"], 1],
    ["a variable of a file, in short", { "efemarai.yaml": SECRET, ".env": "TOKEN=x\n" }, ["check", "-e", ".env"], 0],
    ["a file of variables that is not there", { "efemarai.yaml": RIGHT }, ["check", "--env-from", "nowhere"], 3],
    ["two files of variables", { "efemarai.yaml": RIGHT }, ["check", "-e", "a", "--env-file", "b"], 2],
    ["a rule that does not exist", { "efemarai.yaml": RIGHT }, ["check", "--rule", "unknown-kee=off"], 2],
    ["a severity that does not exist", { "efemarai.yaml": RIGHT }, ["check", "--rule", "unknown-key=of"], 2],
    ["a rule without a severity", { "efemarai.yaml": RIGHT }, ["check", "--rule", "unknown-key"], 2],
    ["a rule that is off", { "efemarai.yaml": WRONG }, ["check", "--rule", "unknown-key=off"], 0],
    ["a rule that is off, and a plan", { "efemarai.yaml": WRONG }, ["plan", "--rule", "unknown-key=off"], 1],
    ["an unknown shell", {}, ["completion", "tcsh"], 2],
    ["no shell", {}, ["completion"], 2],
    ["completion", {}, ["completion", "bash"], 0],
    ["a variable of a file", { "efemarai.yaml": SECRET, ".env": "TOKEN=x\n" }, ["check", "--env-file", ".env"], 0],
    ["a warning", { "efemarai.yaml": "project:\n  name: 1\n" }, ["check"], 0],
    ["a warning that fails", { "efemarai.yaml": "project:\n  name: 1\n" }, ["check", "--error-on-warnings"], 1],
    ["a plan of a wrong definition", { "efemarai.yaml": CYCLE }, ["plan"], 1],
    ["a graph of a wrong definition", { "efemarai.yaml": CYCLE }, ["graph"], 1],
    ["a graph in an unknown format", { "efemarai.yaml": RIGHT }, ["graph", "--format", "png"], 2],
    ["a page in another format", { "efemarai.yaml": RIGHT }, ["graph", "--open", "--format", "svg"], 2],
    ["build --check without a build", { "efemarai.yaml": "models: []\n" }, ["build", "--check"], 4],
    ["help", {}, ["--help"], 0],
    ["help, in short", {}, ["-h"], 0],
    ["help as a command", {}, ["help"], 0],
    ["help of a command, as a command", {}, ["help", "check"], 0],
    ["version, in short", {}, ["-V"], 0],
    ["short options", { "efemarai.yaml": RIGHT }, ["check", "-f", "json", "-o", "findings.json"], 0],
    ["init in a folder", {}, ["init", "models"], 0],
    ["doctor without a definition, and allowed", {}, ["doctor", "--allow-empty"], 0],
    ["help of a command", {}, ["run", "--help"], 0],
    ["version", {}, ["--version"], 0],
    ["schema", {}, ["schema", "plan"], 0],
    ["explain", {}, ["explain"], 0],
    ["explain a place", { "efemarai.yaml": RIGHT }, ["explain", "efemarai.yaml:2:3"], 0],
    [
      "explain a line of a broken file, as data",
      { "efemarai.yaml": WRONG },
      ["explain", "efemarai.yaml:2", "--format", "json"],
      0,
    ],
    ["explain a place without a meaning", { "efemarai.yaml": RIGHT }, ["explain", "efemarai.yaml:9:1"], 5],
    ["explain a place of a missing file", {}, ["explain", "nowhere.yaml:1:1"], 3],
    [
      "explain a place in an unknown format",
      { "efemarai.yaml": RIGHT },
      ["explain", "efemarai.yaml:2", "--format", "sarif"],
      2,
    ],
  ];
  for (const [title, files, args, code] of table) {
    test(title, () => {
      inFolder(files, (folder) => {
        const outcome = modelwright(folder, args);
        assert.is(outcome.code, code, outcome.out + outcome.err);
        assert.not.match(outcome.err, /this is a bug|\n\s+at /);
      });
    });
  }
});

describe("check", (test) => {
  test("prints json with the documented fields", () => {
    inFolder({ "sub/efemarai.yaml": WRONG }, (folder) => {
      const { out } = modelwright(folder, ["check", "--format", "json"]);
      const document = JSON.parse(out);
      assert.equal(document.summary, {
        files: 1,
        errors: 1,
        warnings: 0,
        hints: 0,
        unverified: 0,
        suppressed: 0,
        accepted: 0,
        rulesOff: 0,
      });
      const [found] = document.diagnostics;
      assert.is(found.code, "unknown-key");
      assert.is(found.file, "sub/efemarai.yaml");
      assert.is(found.path, "project.nam");
      assert.equal(found.range, {
        start: { line: 2, column: 3, offset: 11 },
        end: { line: 2, column: 6, offset: 14 },
      });
      assert.is(found.fixes[0].edits[0].newText, "name");
    });
  });

  test("writes several formats at once, each to its own file", () => {
    inFolder({ "efemarai.yaml": WRONG }, (folder) => {
      const { out } = modelwright(folder, [
        "check",
        "--format",
        "pretty",
        "--format",
        "json",
        "--output-file",
        "found.json",
      ]);
      assert.match(out, /error\[unknown-key\]/);
      assert.is(JSON.parse(readFileSync(join(folder, "found.json"), "utf8")).version, 1);
      assert.equal(readdirSync(folder).sort(), ["efemarai.yaml", "found.json"]);
    });
  });

  test("reads standard input under the given name", () => {
    inFolder({}, (folder) => {
      const { out, code } = modelwright(folder, ["check", "-", "--stdin-filename", "there.yaml"], WRONG);
      assert.is(code, 1);
      assert.match(out, /there\.yaml:2:3/);
    });
  });

  test("finds definitions, except those that Git ignores and files of other tools", () => {
    const other = "version: 2\nmodel:\n  - name: dbt\n";
    const files = {
      "a/efemarai.yaml": RIGHT,
      "b/model.yaml": "models: []\n",
      "c/models.yaml": other,
      "d/efemarai.yaml": WRONG,
    };
    inFolder({ ...files, ".gitignore": "d/\n" }, (folder) => {
      spawnSync("git", ["init", "-q"], { cwd: folder });
      const { out, code } = modelwright(folder, ["check"]);
      assert.match(out, /^Checked 2 files: no problems found$/m);
      assert.is(code, 0);
    });
    inFolder({ ...files, "node_modules/x/efemarai.yaml": WRONG }, (folder) => {
      assert.match(modelwright(folder, ["check"]).out, /^Checked 3 files: 1 error\b/m);
    });
  });

  test("uses colors only where they are wanted", () => {
    inFolder({ "efemarai.yaml": WRONG }, (folder) => {
      const mark = String.fromCharCode(27);
      assert.not.ok(modelwright(folder, ["check"]).out.includes(mark));
      assert.ok(modelwright(folder, ["check", "--color"]).out.includes(mark));
      assert.ok(modelwright(folder, ["check"], "", { FORCE_COLOR: "1" }).out.includes(mark));
      assert.not.ok(modelwright(folder, ["check", "--no-color"], "", { FORCE_COLOR: "1" }).out.includes(mark));
      assert.not.ok(modelwright(folder, ["check"], "", { FORCE_COLOR: "1", NO_COLOR: "1" }).out.includes(mark));
    });
  });

  test("never loads ts-morph, except for a build that writes", () => {
    const spy = join(ROOT, "test/tools/loaded.mjs");
    inFolder({ "efemarai.yaml": "models: []\n" }, (folder) => {
      const loads = (...args: string[]) => {
        const { stderr } = spawnSync(process.execPath, ["--import", spy, MAIN, ...args], {
          cwd: folder,
          encoding: "utf8",
        });
        return /loaded: ts-morph/.test(stderr);
      };
      assert.is(loads("check"), false);
      assert.is(loads("plan"), false);
      assert.is(loads("graph"), false);
      assert.is(loads("--help"), false);
      assert.is(loads("build"), true);
      assert.is(loads("build"), false);
    });
  });
});

describe("graph", (test) => {
  test("names the whole cycle in every format", () => {
    inFolder({ "efemarai.yaml": CYCLE }, (folder) => {
      const ids = ["a/input/load/x", "a/input/load/y", "a/input/load/z"];
      for (const format of ["mermaid", "dot"]) {
        const { out } = modelwright(folder, ["graph", "--format", format]);
        assert.match(out, `cycle: ${[...ids, ids[0]].join(" needs ")}`);
      }
      const { out, err } = modelwright(folder, ["graph", "--format", "json"]);
      assert.equal(JSON.parse(out).cycles, [ids]);
      assert.match(err, "`x` → `y` → `z` → `x`");
      assert.match(
        modelwright(folder, ["graph", "--format", "svg"]).out,
        `Cycle: ${[...ids, ids[0]].join(" needs ")}.`,
      );
    });
  });

  test("also draws domains", () => {
    const { out } = modelwright(fixture("accept/whole-project"), ["graph", "--format", "json"]);
    const { domains, nodes } = JSON.parse(out);
    assert.equal(domains, [{ id: "weather", name: "weather" }]);
    assert.ok(nodes.some(({ id }: { id: string }) => id === "weather/transformation/fog"));
    assert.match(modelwright(fixture("accept/whole-project"), ["graph"]).out, 'subgraph m1["weather"]');
  });

  test("warns if viewers refuse a Mermaid flowchart", () => {
    const inputs = (count: number) =>
      Array.from({ length: count }, (_, i) => `          - { name: a${i}, value: 1 }\n`).join("");
    const withInputs = (count: number) =>
      CYCLE.replace(/ +- \{ name: [xyz][^\n]*\n/g, "").replace("inputs:\n", `inputs:\n${inputs(count)}`);
    inFolder({ "few.yaml": withInputs(400), "many.yaml": withInputs(700) }, (folder) => {
      assert.not.match(modelwright(folder, ["graph", "few.yaml"]).err, "Mermaid");
      const { err, out } = modelwright(folder, ["graph", "many.yaml"]);
      assert.match(
        err,
        /^Mermaid viewers refuse flowcharts with more than 500 edges or 50,000 characters\. This one has 70\d edges and [\d,]+ characters\. Use `--format svg` or `--format html`\.$/m,
      );
      assert.not.match(out, "Mermaid");
      assert.not.match(modelwright(folder, ["graph", "many.yaml", "--format", "dot"]).err, "Mermaid");
    });
  });

  test("opens the page with the program of the platform, or says where it is", () => {
    const name = process.platform === "darwin" ? "open" : "xdg-open";
    inFolder({ "efemarai.yaml": RIGHT, [`bin/${name}`]: "" }, (folder) => {
      chmodSync(join(folder, "bin", name), 0o755);
      // A program inside the checkout is never started.
      const none = modelwright(folder, ["graph", "--open"], "", { PATH: join(folder, "bin"), TMPDIR: folder });
      assert.equal([none.code, none.out], [3, ""]);
      const said =
        /^modelwright: Cannot open the page: the program [\w-]+ is not installed\. Open (\S+) in a browser\.$/m;
      const path = said.exec(none.err)?.[1] ?? "";
      assert.match(readFileSync(path, "utf8"), /^<!doctype html>/);
      assert.equal([statSync(path).mode & 0o777, statSync(join(path, "..")).mode & 0o777], [0o600, 0o700]);
      inFolder({ [name]: `#!/bin/sh\necho "$1" > '${folder}/opened'\n` }, (programs) => {
        chmodSync(join(programs, name), 0o755);
        const opened = modelwright(folder, ["graph", "--open"], "", { PATH: `${programs}:/bin`, TMPDIR: folder });
        assert.is(opened.code, 0, opened.err);
        assert.match(opened.err, `Opened ${readFileSync(join(folder, "opened"), "utf8").trim()}`);
        writeFileSync(join(programs, name), "#!/bin/sh\nexit 3\n");
        const failed = modelwright(folder, ["graph", "--open"], "", { PATH: `${programs}:/bin`, TMPDIR: folder });
        assert.match(failed.err, `Cannot open the page: ${name} failed. Open `);
      });
    });
  });
});

describe("build", (test) => {
  test("writes the same bytes in another folder, locale and time zone", () => {
    const built = (folder: string, cwd: string, args: readonly string[], env: NodeJS.ProcessEnv) => {
      cpSync(fixture("run/digits"), folder, { recursive: true });
      const outcome = modelwright(cwd, ["build", ...args], "", env);
      assert.is(outcome.code, 0, outcome.err);
      return ["plan.json", "models.ts"].map((name) => readFileSync(join(folder, "generated", name), "utf8"));
    };
    inFolder({}, (one) => {
      inFolder({}, (two) => {
        const first = built(one, one, [], { LANG: "C", TZ: "UTC" });
        const folder = join(two, "a b", "ü");
        const second = built(folder, two, ["a b/ü", "--out", "a b/ü/generated"], {
          LANG: "tr_TR.UTF-8",
          TZ: "Asia/Kolkata",
        });
        assert.equal(second, first);
      });
    });
  });

  test("is stale after a change, current after a build, and overwrites no foreign file", () => {
    inFolder({ "efemarai.yaml": "models: []\n" }, (folder) => {
      assert.is(modelwright(folder, ["build"]).code, 0);
      assert.is(modelwright(folder, ["build", "--check"]).code, 0);
      writeFileSync(join(folder, "efemarai.yaml"), "models: [] # changed\n");
      const stale = modelwright(folder, ["build", "--check"]);
      assert.is(stale.code, 4);
      assert.match(stale.out, "generated/plan.json: stale");
      writeFileSync(join(folder, "generated/models.ts"), "export const mine = 1;\n");
      const refused = modelwright(folder, ["build"]);
      assert.is(refused.code, 3);
      assert.match(refused.err, "generated/models.ts");
      assert.is(readFileSync(join(folder, "generated/models.ts"), "utf8"), "export const mine = 1;\n");
    });
  });
});

describe("run", (test) => {
  const files = {
    "efemarai.yaml": CYCLE.replace(/ +inputs:[\s\S]*?output: \{ name: m \}/, "        output: { name: m }")
      .replaceAll("a:b", "slow:load")
      .replace("a:c", 'slow:predict\n        inputs: [{ name: datapoints, value: "${datapoints}" }]'),
    "slow.py": `import time
def load():
    print("loaded")
def predict(datapoints):
    time.sleep(0.02)
    return [{"n": datapoint["n"]} for datapoint in datapoints]
`,
    "data.jsonl": Array.from({ length: 20_000 }, (_, n) => `{"n": ${n}}\n`).join(""),
  };

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`${signal} ends with ${code}, complete lines and no remaining process`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "modelwright-cli-"));
      try {
        for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
        const args = ["--", MAIN, "run", "--input", "data.jsonl", "--output", "out.jsonl"];
        const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
        const ended = new Promise((resolve) => child.on("exit", resolve));
        let log = "";
        let wasSeen = false;
        child.stderr.on("data", (chunk) => {
          log += chunk;
          if (!log.includes("predicting") || wasSeen) return;
          wasSeen = processesIn(folder).length > 1 || !existsSync("/proc/self/cwd");
          const looking = setInterval(() => {
            const names = readdirSync(folder).filter((name) => name.includes("out.jsonl"));
            const isWritten = names.some((name) => readFileSync(join(folder, name), "utf8").split("\n").length > 5);
            if (isWritten) child.kill(signal);
            if (isWritten || child.exitCode !== null) clearInterval(looking);
          }, 20);
        });
        assert.is(await ended, code, log);
        assert.ok(wasSeen, "the worker was never seen");
        assert.match(log, "[a] loaded");
        assert.match(log, /a +interrupted +\d+ /);
        const text = readFileSync(join(folder, "out.jsonl"), "utf8");
        assert.ok(text.endsWith("\n"));
        const rows = text
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line));
        assert.ok(rows.length > 3 && rows.length < 20_000, `${rows.length} rows`);
        assert.equal(
          rows.map(({ predictions }) => predictions.n),
          [...rows.keys()],
        );
        assert.equal(
          readdirSync(folder).filter((name) => !(name in files) && name !== "__pycache__"),
          ["out.jsonl"],
        );
        assert.equal(processesIn(folder), []);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }

  test("predicts the digits with the same results", () => {
    const { code, out, err } = modelwright(fixture("run/digits"), ["run", "--input", "images"]);
    assert.is(code, 0, err);
    golden(fixture("run/digits/predictions.jsonl"), out);
  });

  test("a failing step is reported in one line, with exit code 6", () => {
    const broken = `${files["slow.py"]}\n\ndef load():\n    raise ValueError("no weights")\n`;
    inFolder({ ...files, "slow.py": broken }, (folder) => {
      const { code, err } = modelwright(folder, ["run", "--input", "data.jsonl"]);
      assert.is(code, 6);
      assert.match(err, /a\/load failed: .*no weights/);
    });
    inFolder({ ...files, "empty.jsonl": "" }, (folder) => {
      const empty = ["run", "-i", "empty.jsonl", "-q"];
      assert.is(modelwright(folder, empty).code, 5);
      assert.match(modelwright(folder, empty).err, "The input empty.jsonl has no datapoints.");
      assert.is(modelwright(folder, [...empty, "--allow-empty"]).code, 0);
      const nowhere = modelwright(folder, ["run", "--input", "nowhere", "--model", "b"]);
      assert.is(nowhere.code, 2);
      assert.match(nowhere.err, /^modelwright: unknown model `b`\..*\n`.*nowhere` does not exist\n/m);
      assert.is(modelwright(folder, ["run", "--input", "data.jsonl", "--head", "x"]).code, 2);
      assert.is(modelwright(folder, ["run"]).code, 2);
    });
  });

  test("prints events as JSON lines, and predictions on standard output", () => {
    inFolder(files, (folder) => {
      const { code, out, err } = modelwright(folder, [
        "run",
        "--input",
        "data.jsonl",
        "--head",
        "2",
        "--format",
        "json",
      ]);
      assert.is(code, 0);
      assert.is(out.trim().split("\n").length, 2);
      const events = err
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      assert.is(events.at(-1).kind, "end");
      assert.is(events.at(-1).models[0].rows, 2);
    });
  });
});

describe("init", (test) => {
  test("writes a definition that checks and runs, and never overwrites", () => {
    inFolder({}, (folder) => {
      assert.is(modelwright(folder, ["init"]).code, 0);
      assert.is(modelwright(folder, ["check"]).out, "Checked 1 file: no problems found\n");
      writeFileSync(join(folder, "data.jsonl"), '{"text": "a"}\n{"text": "b"}\n');
      const run = modelwright(folder, ["run", "--input", "data.jsonl"]);
      assert.is(run.code, 0, run.err);
      const rows = run.out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      assert.equal(
        rows.map(({ predictions }) => predictions),
        Array(2).fill({ classes: [0], scores: [1] }),
      );
      assert.is(modelwright(folder, ["init"]).code, 2);
    });
  });
});

describe("what the command line prints about itself", (test) => {
  test("`schema` prints the JSON Schemas of grammar/generated", () => {
    for (const name of ["definition", "plan", "diagnostics", "config"]) {
      const path = join(ROOT, `grammar/generated/${name}.schema.json`);
      assert.is(modelwright(ROOT, ["schema", name]).out, readFileSync(path, "utf8"), name);
    }
  });

  test("the version is that of package.json", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    assert.is(modelwright(ROOT, ["--version"]).out, `${version}\n`);
  });
});
