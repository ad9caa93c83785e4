// Findings about this machine: files, folders, files that Git ignores, the environment. The definition itself stays
// correct.
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { compile } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import { change, compileText, DEFINITION, findings, mistakes, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { printed } from "./fixtures.ts";
import { inTemporaryFolder } from "./temporary.ts";

const LOCAL = change(DEFINITION, "https://example.com/params.pt", "results/params.pt");
const BORROWING = `models:
  - name: detector
    repository:
      url: code
`;

function inRepository<T>(files: Readonly<Record<string, string>>, body: (folder: string) => T): T {
  return inTemporaryFolder(files, (folder) => {
    const { status, stderr } = spawnSync("git", ["init", "--quiet"], { cwd: folder, encoding: "utf8" });
    assert.is(status, 0, stderr);
    return body(folder);
  });
}

describe("missing files", (test) => {
  test("are errors, and the plan is still made", () => {
    inRepository({ "efemarai.yaml": LOCAL, "inference.py": PYTHON }, (folder) => {
      const { diagnostics, plan } = compile(["efemarai.yaml"], nodeHost(folder));
      assert.equal(mistakes({ diagnostics }), ["missing-file results/params.pt"]);
      assert.is(diagnostics[0]?.severity, "error");
      assert.ok(plan);
    });
  });

  for (const pattern of ["*.pt", "results/", "/results"]) {
    test(`are unverified if Git ignores ${pattern}`, () => {
      inRepository({ "efemarai.yaml": LOCAL, "inference.py": PYTHON, ".gitignore": `${pattern}\n` }, (folder) => {
        const compilation = compile(["efemarai.yaml"], nodeHost(folder));
        assert.is(
          printed(compilation),
          `unverified[missing-file]: The file \`results/params.pt\` is not on this machine, and git ignores it.
 ┌─ efemarai.yaml:5:14
  │
5 │         url: results/params.pt
  │              ^^^^^^^^^^^^^^^^^

1 file: 1 unverified
`,
        );
        assert.ok(compilation.plan);
      });
    });
  }

  test("are unverified if Git ignores them, even if other files are outside of the repository", () => {
    const text = change(
      LOCAL,
      "    runtime:",
      "      - { name: labels, url: ../labels.txt }\n      - { name: config, url: /no/such/file }\n    runtime:",
    );
    const files = { "efemarai.yaml": text, "inference.py": PYTHON, ".gitignore": "*.pt\n" };
    inRepository(files, (folder) => {
      const { diagnostics } = compile(["efemarai.yaml"], nodeHost(folder));
      assert.equal(
        diagnostics.filter(({ code }) => code === "missing-file").map(({ severity }) => severity),
        ["unverified", "error", "error"],
      );
    });
  });

  test("are looked up in the folder of the definition, not in the working directory", () => {
    inRepository({ "a/efemarai.yaml": LOCAL, "a/inference.py": PYTHON, "results/params.pt": "" }, (folder) => {
      const compilation = compile(["a/efemarai.yaml"], nodeHost(folder));
      assert.equal(mistakes(compilation), ["missing-file results/params.pt"]);
      assert.equal(compile(["efemarai.yaml"], nodeHost(join(folder, "a"))).diagnostics.length, 1);
    });
    inRepository({ "a/efemarai.yaml": LOCAL, "a/inference.py": PYTHON, "a/results/params.pt": "" }, (folder) => {
      assert.equal(compile(["a/efemarai.yaml"], nodeHost(folder)).diagnostics, []);
    });
  });
});

describe("missing code", (test) => {
  test("is one finding, even if it would contain the runtime", () => {
    for (const url of ["code", "./code/", "missing/code", "inference.py"]) {
      const model = change(BORROWING, "code", url);
      const { diagnostics, plan } = compileText({ "model.yaml": model });
      assert.equal(mistakes({ diagnostics }), [`missing-file ${url}`]);
      assert.equal(plan?.models, []);
    }
  });

  test("is unverified if Git ignores it, and so is its runtime", () => {
    for (const pattern of ["code", "code/", "/code/", "c*"]) {
      inRepository({ "model.yaml": BORROWING, ".gitignore": `${pattern}\n` }, (folder) => {
        const { diagnostics } = compile(["model.yaml"], nodeHost(folder));
        const found = diagnostics.map(({ code, severity }) => `${severity} ${code}`);
        assert.equal(found, ["unverified missing-file"], pattern);
      });
    }
  });

  test("is an error if only its efemarai.yaml is missing", () => {
    inTemporaryFolder({ "model.yaml": BORROWING, "code/inference.py": PYTHON }, (folder) => {
      assert.equal(findings(compile(["model.yaml"], nodeHost(folder))), ["2:11 missing-runtime detector"]);
    });
  });

  test("at a URL needs a branch or a commit", () => {
    const repository = (more: string) =>
      change(DEFINITION, "    files:", `    repository:\n      url: https://example.com/a.git\n${more}    files:`);
    assert.equal(findings(compileText(repository(""))), [
      "3:5 missing-key repository",
      "4:12 remote-code https://example.com/a.git",
    ]);
    for (const more of ["      branch: main\n", "      hash: 1a2b3c4\n", "      branch: ${BRANCH}\n"]) {
      assert.equal(mistakes(compileText(repository(more))), ["remote-code https://example.com/a.git"]);
    }
  });

  test("that depends on the environment is unverified, once per model", () => {
    for (const url of [
      "https://example.com/a.git",
      "git@example.com:a.git",
      "ssh://git@example.com/a",
      "${REPOSITORY}",
    ]) {
      const text = change(
        DEFINITION,
        "    files:",
        `    repository:\n      url: ${url}\n      branch: main\n    files:`,
      );
      const { diagnostics } = compileText(text);
      assert.equal(
        diagnostics.filter(({ severity }) => severity === "unverified").map(({ code }) => code),
        ["remote-code"],
        url,
      );
    }
  });
});

describe("the environment", (test) => {
  const text = change(
    change(DEFINITION, "value: 640", "value: ${WIDTH}x${HEIGHT:-480} ${WIDTH}"),
    "models:",
    "project:\n  name: ${PROJECT:?the project's name}\nmodels:",
  );

  test("is checked only if it is given", () => {
    assert.equal(compileText(text).diagnostics, []);
  });

  test("is reported once per variable with all places, and the plan is still made", () => {
    const compilation = compileText(text, { environment: {} });
    assert.equal(findings(compilation), ["2:11 missing-environment PROJECT", "19:22 missing-environment WIDTH"]);
    assert.equal(
      compilation.diagnostics.map(({ hint, related }) => `${hint} ${related?.length}`),
      ["the project's name 0", "Set it, or give a default: `${WIDTH:-text}`. 1"],
    );
    assert.ok(compilation.plan);
  });

  test("can have empty values where there is a default, and inside other text", () => {
    const environment = { WIDTH: "", HEIGHT: "", PROJECT: "x" };
    assert.equal(compileText(text, { environment }).diagnostics, []);
    const alone = change(DEFINITION, "value: 640", "value: ${WIDTH}");
    assert.equal(findings(compileText(alone, { environment })), ["17:22 missing-environment WIDTH"]);
    const asked = change(DEFINITION, "value: 640", "value: ${WIDTH:?how wide}px");
    assert.equal(findings(compileText(asked, { environment })), ["17:22 missing-environment WIDTH"]);
  });

  test("does not include names that JavaScript objects inherit", () => {
    const names = ["constructor", "__proto__", "toString", "hasOwnProperty"];
    const value = names.map((name) => `\${${name}}`).join(" ");
    const compilation = compileText(change(DEFINITION, "640", value), { environment: {} });
    assert.equal(
      mistakes(compilation)
        .map((line) => line.split(" ")[1])
        .sort(),
      [...names].sort(),
    );
  });
});

describe("paths that leave the folder", (test) => {
  const CODE = change(DEFINITION, "    files:", "    repository:\n      url: code\n    files:");
  const FILES = { "work/efemarai.yaml": LOCAL, "work/inference.py": PYTHON, "outside/params.pt": "" };

  function linked(files: Readonly<Record<string, string>>, target: string, link: string, cwd = "work") {
    return inTemporaryFolder(files, (folder) => {
      mkdirSync(join(folder, link, ".."), { recursive: true });
      symlinkSync(target, join(folder, link));
      return compile(["efemarai.yaml"], nodeHost(join(folder, cwd)));
    });
  }

  test("through a symbolic link: an error for code", () => {
    const files = { "work/efemarai.yaml": CODE, "outside/inference.py": PYTHON };
    const { diagnostics, plan } = linked(files, "../outside", "work/code");
    assert.equal(mistakes({ diagnostics }), ["outside-root code"]);
    assert.match(diagnostics[0]?.message ?? "", /symbolic link/);
    assert.is(plan, undefined);
  });

  test("through a symbolic link: an error for the module of an entry point, which is not read", () => {
    const files = { "work/efemarai.yaml": DEFINITION, "outside/inference.py": "password = 'open sesame'\n(((" };
    const compilation = linked(files, "../outside/inference.py", "work/inference.py");
    assert.equal(mistakes(compilation), ["outside-root inference", "outside-root inference"]);
    assert.not.match(printed(compilation), /sesame/);
  });

  test("through a symbolic link: a warning for a file, whose folder may be the link", () => {
    for (const [target, link] of [
      ["../outside", "work/results"],
      ["../../outside/params.pt", "work/results/params.pt"],
    ] as const) {
      const { diagnostics, plan } = linked(FILES, target, link);
      assert.equal(mistakes({ diagnostics }), ["outside-root results/params.pt"]);
      assert.is(diagnostics[0]?.severity, "warning");
      assert.ok(plan);
    }
  });

  test("are not reported for links that stay inside, or for a working directory that is a link", () => {
    const inside = { ...FILES, "work/other/params.pt": "" };
    assert.equal(linked(inside, "other", "work/results").diagnostics, []);
    const whole = { ...FILES, "work/results/params.pt": "" };
    assert.equal(linked(whole, "work", "elsewhere", "elsewhere").diagnostics, []);
  });

  test("are relative to the working directory, not to the definition", () => {
    const up = change(CODE, "url: code", "url: ../code");
    const files = { "models/efemarai.yaml": up, "code/inference.py": PYTHON };
    inTemporaryFolder(files, (folder) => {
      assert.equal(compile(["models/efemarai.yaml"], nodeHost(folder)).diagnostics, []);
      const below = compile(["efemarai.yaml"], nodeHost(join(folder, "models")));
      assert.equal(mistakes(below), ["outside-root ../code"]);
    });
  });
});

describe("code at an absolute path", (test) => {
  const at = (code: string) => change(DEFINITION, "    files:", `    repository:\n      url: ${code}\n    files:`);

  test("is read if it is below the working directory", () => {
    inTemporaryFolder({ "code/inference.py": "def predict(**options):\n    return []\n" }, (folder) => {
      writeFileSync(join(folder, "efemarai.yaml"), at(join(folder, "code")));
      const { diagnostics } = compile(["efemarai.yaml"], nodeHost(folder));
      assert.equal(mistakes({ diagnostics }), [`absolute-path ${join(folder, "code")}`, "missing-function get_model"]);
      assert.match(diagnostics[1]?.message ?? "", "`code/inference.py`");
    });
  });

  test("is not read elsewhere", () => {
    inTemporaryFolder({ "code/inference.py": "", "work/efemarai.yaml": "" }, (folder) => {
      writeFileSync(join(folder, "work/efemarai.yaml"), at(join(folder, "code")));
      const { diagnostics } = compile(["efemarai.yaml"], nodeHost(join(folder, "work")));
      assert.equal(mistakes({ diagnostics }), [`absolute-path ${join(folder, "code")}`]);
    });
  });
});
