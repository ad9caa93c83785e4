// `modelwright build` as users run it: targets, and a watch that continues after any event.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { nodeHost } from "../src/disk/host.ts";
import { watchAndRun, watchedHost } from "../src/disk/watch.ts";
import { inFolder, modelwright } from "./command-line.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { example } from "./documentation.ts";
import { ROOT } from "./golden.ts";

const definition = (name: string, file = "efemarai.yaml") => ({
  [file]: `models:
  - name: ${name}
    description: finds things
    repository: { url: . }
    runtime:
      image: python:3.11-slim
      load: { entrypoint: "calls:load", output: { name: model } }
      predict:
        entrypoint: calls:predict
        inputs: [{ name: items, value: "\${datapoints}" }]
        output: { name: predictions, keys: [scores] }
`,
  [file.replace("efemarai.yaml", "calls.py")]: "def load(): ...\ndef predict(items): ...\n",
});

describe("build --target", (test) => {
  test("switches, reports the files that it removes, and is stale until then", () => {
    inFolder(definition("one"), (folder) => {
      assert.is(modelwright(folder, ["build"]).code, 0);
      const stale = modelwright(folder, ["build", "--target", "js", "--check"]);
      assert.is(stale.code, 4);
      assert.match(stale.out, "generated/models.ts: not used by this `--target`");
      const { out, code } = modelwright(folder, ["build", "--target", "js"]);
      assert.is(code, 0);
      assert.match(out, "generated/models.ts: removed, because `--target js` does not use it");
      assert.equal(readdirSync(join(folder, "generated")).sort(), [
        "models.d.ts",
        "models.d.ts.map",
        "models.js",
        "plan.json",
      ]);
      assert.is(modelwright(folder, ["build", "--target", "js", "--check"]).code, 0);
      assert.is(modelwright(folder, ["build", "--target", "coffee"]).code, 2);
    });
  });

  test("writes no absolute path, and the same bytes everywhere", () => {
    inFolder(definition("one", "deep/er/efemarai.yaml"), (folder) => {
      const build = (...args: string[]) => {
        assert.is(modelwright(join(folder, "deep"), ["build", "--target", "js", ...args]).code, 0);
        return readdirSync(join(folder, "out"))
          .sort()
          .map((name) => readFileSync(join(folder, "out", name), "utf8"));
      };
      const texts = build("--out", "../out");
      assert.not.ok(texts.some((text) => text.includes(folder) || text.includes("\\")));
      assert.match(texts[1] ?? "", '"../deep/er/efemarai.yaml"');
      assert.equal(build("--out", join(folder, "out")), texts);
    });
  });

  for (const target of ["ts", "js"]) {
    test(`loads ts-morph only to write a module: ${target}`, () => {
      const spy = join(ROOT, "test/tools/loaded.mjs");
      inFolder(definition("one"), (folder) => {
        const build = (...args: string[]) => {
          const { status, stderr } = spawnSync(
            process.execPath,
            ["--import", spy, MAIN, "build", "--target", target, ...args],
            { cwd: folder, encoding: "utf8" },
          );
          return `${status}${stderr.includes("loaded: ts-morph") ? ", with ts-morph" : ""}`;
        };
        const [yaml, plan] = [join(folder, "efemarai.yaml"), join(folder, "generated/plan.json")];
        assert.is(build("--check"), "4", "everything is missing");
        assert.equal([build(), build(), build("--check")], ["0, with ts-morph", "0", "0"]);
        utimesSync(yaml, 1, 1);
        assert.equal([build("--check"), build()], ["0", "0"], "only the time is another one");
        writeFileSync(plan, readFileSync(plan, "utf8").replace("one", "two"));
        assert.equal([build("--check"), build(), build("--check")], ["4", "0", "0"], "a plan needs no printer");
        writeFileSync(yaml, `# a comment\n${readFileSync(yaml, "utf8")}`);
        assert.equal([build("--check"), build(), build()], ["4", "0", "0"], "only positions are others");
        writeFileSync(yaml, readFileSync(yaml, "utf8").replace("python:3.11-slim", "python:3.12-slim"));
        assert.equal([build("--check"), build(), build()], ["4", "0, with ts-morph", "0"]);
      });
    });
  }
});

describe("build --declarations", (test) => {
  const files = { ...definition("one"), ...definition("two", "other/efemarai.yaml") };
  const names = ["efemarai.d.yaml.ts", "other/efemarai.d.yaml.ts"];

  test("writes the declarations of each definition, which TypeScript reads", () => {
    const user = 'import { one } from "./efemarai.yaml";\nexport const id: string = one.id;\n';
    const options = { module: "nodenext", strict: true, noEmit: true, allowArbitraryExtensions: true, types: [] };
    const paths = { "modelwright/run": [join(ROOT, "dist/src/run/index.d.ts")] };
    const project = { compilerOptions: { ...options, paths }, files: ["user.ts"] };
    inFolder(
      { ...files, "user.ts": user, "package.json": '{"type":"module"}', "tsconfig.json": JSON.stringify(project) },
      (folder) => {
        const tsc = () =>
          spawnSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc")], {
            cwd: folder,
            encoding: "utf8",
          });
        assert.match(tsc().stdout, "efemarai.yaml");
        const missing = modelwright(folder, ["build", "--declarations", "--check"]);
        assert.is(missing.code, 4);
        for (const name of names) assert.match(missing.out, `${name}: missing`);
        const written = modelwright(folder, ["build", "--declarations"]);
        assert.is(written.code, 0);
        assert.not.match(written.err, "ES module");
        for (const name of names) assert.match(written.out, `${name}: written`);
        assert.is(tsc().stdout, "");
        assert.is(modelwright(folder, ["build", "--declarations", "--check"]).code, 0);
        assert.match(modelwright(folder, ["build", "--declarations"]).out, "efemarai.d.yaml.ts: unchanged");
      },
    );
  });

  test("overwrites no foreign file", () => {
    inFolder({ ...files, "other/efemarai.d.yaml.ts": "export {};\n" }, (folder) => {
      const refused = modelwright(folder, ["build", "--declarations"]);
      assert.is(refused.code, 3);
      assert.match(refused.err, "  other/efemarai.d.yaml.ts\nRemove them, or build without `--declarations`.");
      assert.equal(readdirSync(folder).sort(), ["calls.py", "efemarai.yaml", "other"]);
    });
  });
});

describe("build, in a CommonJS project", (test) => {
  const note = (files: Readonly<Record<string, string>>): string => {
    let text = "";
    inFolder({ ...definition("one"), ...files }, (folder) => {
      text = modelwright(folder, ["build"]).err;
      assert.not.match(modelwright(folder, ["build"]).err, "ES modules");
    });
    return text;
  };

  test("says what to do when it writes modules", () => {
    for (const content of ["{}", '{"type":"commonjs"}']) {
      const text = note({ "package.json": content });
      assert.match(text, 'The generated modules are ES modules, but package.json does not contain `"type": "module"`.');
      assert.match(text, 'add it there, or write {"type": "module"} to generated/package.json');
    }
  });

  test("says nothing if the nearest `package.json` is that of a module", () => {
    assert.not.match(note({ "package.json": '{"type":"module"}' }), "ES modules");
    assert.not.match(note({ "package.json": "{}", "generated/package.json": '{"type":"module"}' }), "ES modules");
    assert.not.match(note({ "package.json": "not JSON" }), "ES modules");
  });
});

describe("build: several definitions", (test) => {
  test("gives each model a name of its own, and reports names that would be the same", () => {
    const files = { ...definition("Big Ship", "a/efemarai.yaml"), ...definition("big-ship", "b/efemarai.yaml") };
    inFolder({ ...files, ...definition("bigShip", "c/efemarai.yaml") }, (folder) => {
      const { code, err } = modelwright(folder, ["build"]);
      assert.is(code, 0);
      const constants = readFileSync(join(folder, "generated/models.ts"), "utf8").match(/(?<=^export const )\w+/gm);
      assert.equal(constants, ["bigShip_2", "bigShip_3", "bigShip"]);
      const note = (name: string, file: string, given: string) =>
        `\`${name}\` (${file}:2) cannot be named \`bigShip\` in the bindings, because \`bigShip\` (c/efemarai.yaml:2) uses ` +
        `that name. It is named \`${given}\`. Rename one of the models to change this.\n`;
      assert.match(err, note("Big Ship", "a/efemarai.yaml", "bigShip_2"));
      assert.is(example("text renamed"), note("Big Ship", "a/efemarai.yaml", "bigShip_2"));
      assert.match(err, note("big-ship", "b/efemarai.yaml", "bigShip_3"));
      const check = modelwright(folder, ["build", "--check"]);
      assert.is(check.code, 0);
      assert.is(check.err.match(/cannot be named/g)?.length, 2, "`--check` reports them, too");
      assert.not.match(
        modelwright(folder, ["build", "c/efemarai.yaml", "--out", "c/generated"]).err,
        "cannot be named",
      );
    });
  });

  test("reports a name that collides with the universal model, another kind of name, or the bindings themselves", () => {
    const universal = definition("${model.name}", "all/efemarai.yaml");
    const files = { ...universal, ...definition("universal", "a/efemarai.yaml") };
    const others = {
      ...definition("from_plan model", "b/efemarai.yaml"),
      ...definition("fromPlan", "c/efemarai.yaml"),
    };
    inFolder({ ...files, ...others }, (folder) => {
      for (const args of [["build"], ["build", "--check"], ["build", "--target", "js"]]) {
        const { err } = modelwright(folder, args);
        assert.match(
          err,
          "`${model.name}` (all/efemarai.yaml:2) cannot be named `universal` in the bindings, because `universal` (a/efemarai.yaml:2) uses that name. It is named `universal_2`.",
        );
        assert.match(
          err,
          "`from_plan model` (b/efemarai.yaml:2) cannot be named `fromPlanModel` in the bindings, because `fromPlan` (c/efemarai.yaml:2) uses that name. It is named `fromPlanModel_2`.",
        );
      }
    });
  });
});

describe("build, after a change without an effect", (test) => {
  for (const target of ["ts", "js"]) {
    test(`does not touch the modules of \`--target ${target}\` as they are; only the plan and the map have positions`, () => {
      const { "efemarai.yaml": text = "", ...code } = definition("one");
      inFolder({ "efemarai.yaml": text, ...code }, (folder) => {
        const args = ["build", "--target", target];
        assert.is(modelwright(folder, args).code, 0);
        writeFileSync(
          join(folder, "efemarai.yaml"),
          `# A comment\n\n${text.replace("  - name: one", "  # Another\n\n  - name: one")}`,
        );
        assert.is(modelwright(folder, [...args, "--check"]).code, 4);
        const { out } = modelwright(folder, args);
        const states = Object.fromEntries(
          out
            .trimEnd()
            .split("\n")
            .map((line) => line.replace("generated/", "").split(": ")),
        );
        const map =
          target === "js"
            ? { "models.js": "unchanged", "models.d.ts": "unchanged", "models.d.ts.map": "written" }
            : { "models.ts": "unchanged" };
        assert.equal(states, { "plan.json": "written", ...map });
        assert.is(modelwright(folder, [...args, "--check"]).code, 0);
        // The behavior of a model is part of the modules.
        writeFileSync(join(folder, "efemarai.yaml"), text.replace("python:3.11", "python:3.12"));
        assert.match(modelwright(folder, args).out, /models\.(?:ts|js): written/);
      });
    });
  }
});

describe("build --check", (test) => {
  test("prints the command that writes the files, with its options", () => {
    inFolder(definition("one", "my models/efemarai.yaml"), (folder) => {
      const args = ["build", "--out", "it's/new", "--target", "js", "--check", "my models"];
      const { err, code } = modelwright(folder, args);
      assert.is(code, 4);
      const command = "modelwright build --out 'it'\\''s/new' --target js 'my models'";
      assert.match(err, `Run \`${command}\` to write them.`);
      const words = execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" });
      assert.equal(words.trimEnd().split("\n"), ["modelwright", ...args.filter((word) => word !== "--check")]);
    });
  });
});

describe("build --watch", (test) => {
  /** A running `build --watch`, and its output since the last call. */
  function start(folder: string, ...args: string[]) {
    const child = spawn(process.execPath, ["--", MAIN, "build", "--watch", ...args], { cwd: folder });
    let said = "";
    let rounds = 0;
    child.stdout.on("data", (chunk) => (said += chunk));
    child.stderr.on("data", (chunk) => {
      said += chunk;
      rounds += String(chunk).split("Waiting for changes").length - 1;
    });
    const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
    return {
      exit,
      rounds: () => rounds,
      signal: (name: NodeJS.Signals) => child.kill(name),
      /** Waits for output and for the end of a round. The two streams arrive in any order. */
      async says(wanted: string): Promise<void> {
        for (let tries = 0; !(said.includes(wanted) && said.includes("Waiting for changes")); tries += 1) {
          assert.ok(tries < 6000 && child.exitCode === null, `"${wanted}" was not said, but: ${said}`);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
        said = "";
      },
    };
  }

  const inNewFolder = async (body: (folder: string) => Promise<void>) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "modelwright-watch-")));
    try {
      await body(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  const put = (folder: string, files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  };

  test("builds after each change, survives mistakes, ignores its own output, and ends with 130", () =>
    inNewFolder(async (folder) => {
      put(folder, definition("one"));
      const models = () => readFileSync(join(folder, "generated/models.ts"), "utf8");
      const watching = start(folder);
      try {
        await watching.says("generated/models.ts: written");
        await new Promise((resolve) => setTimeout(resolve, 600));
        assert.is(watching.rounds(), 1, "its own output is not a change");

        put(folder, definition("two"));
        await watching.says("generated/models.ts: written");
        assert.match(models(), "export const two");

        put(folder, { "efemarai.yaml": "models:\n  - nam: three\n" });
        await watching.says("error[");
        assert.match(models(), "export const two");

        // Editors save by replacing the file. Python files count too.
        put(folder, { "new.tmp": definition("four")["efemarai.yaml"] ?? "" });
        renameSync(join(folder, "new.tmp"), join(folder, "efemarai.yaml"));
        await watching.says("generated/models.ts: written");
        put(folder, { "calls.py": "def load(): ...\ndef predict(other): ...\n" });
        await watching.says("error[");
        rmSync(join(folder, "efemarai.yaml"));
        await watching.says("No definition was found");
        put(folder, definition("five", "sub/efemarai.yaml"));
        await watching.says("generated/models.ts: written");
        put(folder, { "generated/models.ts": "export const mine = 1;\n", ...definition("six", "sub/efemarai.yaml") });
        await watching.says("were not generated by Modelwright");
      } finally {
        watching.signal("SIGINT");
      }
      assert.is(await watching.exit, 130);
      assert.not.ok(readdirSync(join(folder, "generated")).some((name) => name.endsWith(".tmp")));
    }));

  test("combines many changes into one round, and can write next to the definition", () =>
    inNewFolder(async (folder) => {
      put(folder, definition("one"));
      const watching = start(folder, "--out", ".", "--target", "js", "efemarai.yaml");
      try {
        await watching.says("models.js: written");
        const before = watching.rounds();
        // Stopped, it finds all of them at once, however slow this machine is.
        watching.signal("SIGSTOP");
        for (let number = 0; number < 20; number += 1) put(folder, definition(`number ${number}`));
        watching.signal("SIGCONT");
        await watching.says("models.js: written");
        await new Promise((resolve) => setTimeout(resolve, 600));
        assert.ok(watching.rounds() - before <= 2, `${watching.rounds() - before} rounds`);
        assert.match(readFileSync(join(folder, "models.js"), "utf8"), "number19");
      } finally {
        watching.signal("SIGTERM");
      }
      assert.is(await watching.exit, 143);
    }));

  test("survives changes of folders: renamed, replaced by a file, replaced by another folder, and missing for a while", () =>
    inNewFolder(async (folder) => {
      const text = (definition("one")["efemarai.yaml"] ?? "").replaceAll("url: .", "url: code");
      const code = "def load(): ...\ndef predict(items): ...\n";
      put(folder, { "efemarai.yaml": text, "code/calls.py": code });
      const at = (name: string) => join(folder, name);
      const watching = start(folder);
      try {
        await watching.says("generated/models.ts: written");
        renameSync(at("code"), at("elsewhere"));
        await watching.says("error[missing-file]");
        put(folder, { code: "not a folder\n" });
        await watching.says("error[");
        rmSync(at("code"));
        put(folder, { "code/calls.py": "def load(): ...\n" });
        await watching.says("error[missing-function]");
        // Another folder gets the name immediately and is watched from now on.
        renameSync(at("code"), at("code-before"));
        renameSync(at("elsewhere"), at("code"));
        await watching.says("unchanged");
        put(folder, { "code/calls.py": "def load(): ...\n" });
        await watching.says("error[missing-function]");
        rmSync(at("code"), { recursive: true });
        put(folder, { "code/calls.py": code });
        await watching.says("unchanged");
        // A module becomes a package, and the reverse.
        rmSync(at("code/calls.py"));
        put(folder, { "code/calls.py/__init__.py": code });
        await watching.says("error[missing-module]");
        rmSync(at("code/calls.py"), { recursive: true });
        put(folder, { "code/calls/__init__.py": code });
        await watching.says("unchanged");
        rmSync(at("efemarai.yaml"));
        await watching.says("No definition was found");
        put(folder, { "efemarai.yaml": text });
        await watching.says("unchanged");
        renameSync(folder, `${folder}-moved`);
        await watching.says("modelwright: ");
        renameSync(`${folder}-moved`, folder);
        await watching.says("unchanged");
      } finally {
        watching.signal("SIGINT");
      }
      assert.is(await watching.exit, 130);
    }));

  test("builds the definition of the branch that is checked out", () =>
    inNewFolder(async (folder) => {
      const git = (...args: string[]) =>
        execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
          cwd: folder,
          stdio: "pipe",
        });
      git("init", "-q", "-b", "main");
      put(folder, { ...definition("one"), ".gitignore": "generated/\n" });
      git("add", ".");
      git("commit", "-qm", "one");
      git("checkout", "-qb", "other");
      put(folder, definition("two", "sub/efemarai.yaml"));
      rmSync(join(folder, "efemarai.yaml"));
      git("add", ".");
      git("commit", "-qm", "two");
      const models = () => readFileSync(join(folder, "generated/models.ts"), "utf8");
      const watching = start(folder);
      try {
        await watching.says("generated/models.ts: written");
        assert.match(models(), "export const two");
        for (const [branch, name] of [
          ["main", "one"],
          ["other", "two"],
          ["main", "one"],
        ] as const) {
          git("checkout", "-q", branch);
          await watching.says("generated/models.ts: written");
          assert.match(models(), `export const ${name}`);
        }
      } finally {
        watching.signal("SIGTERM");
      }
      assert.is(await watching.exit, 143);
    }));

  test("ends if a round throws, in the first round and later, and closes all watchers", () =>
    inNewFolder(async (folder) => {
      for (const last of [1, 2]) {
        let round = 0;
        const watching = watchAndRun([], new AbortController().signal, (watched) => {
          watchedHost(nodeHost(folder), folder, watched).kindOf("a");
          round += 1;
          if (round === last) throw new Error("a bug");
          setTimeout(() => put(folder, { a: "1" }), 50);
        });
        assert.is(await watching.then(String, ({ message }) => message), "a bug");
        await new Promise((resolve) => setTimeout(resolve, 50));
        assert.not.ok(process.getActiveResourcesInfo().includes("FSEventWrap"));
        rmSync(join(folder, "a"), { force: true });
      }
    }));

  test("needs a file and an output", () => {
    inFolder(definition("one"), (folder) => {
      assert.is(modelwright(folder, ["build", "--watch", "--check"]).code, 2);
      assert.is(modelwright(folder, ["build", "--watch", "-"], "models: []").code, 2);
      assert.not.ok(existsSync(join(folder, "generated")));
    });
  });
});
