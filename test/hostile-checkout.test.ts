// Attacks by the author of a checkout, on the real command line with real Git: configuration that names programs, and
// links that lead outside when files are read or written.
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { modelwright, type Outcome } from "./command-line.ts";
import { change, DEFINITION, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { FINDINGS } from "./format-names.ts";
import { inTemporaryFolder } from "./temporary.ts";

const COMMANDS = [["check"], ["plan"], ["graph"], ["build"], ["explain", "efemarai.yaml:3"], ["doctor"]] as const;

function git(cwd: string, ...args: readonly string[]): string {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...identity, ...args], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Every key that can name a program. Each program would leave a file. */
function hostileConfig(marks: string): string {
  const run = (name: string) => `touch ${marks}/${name} #`;
  return `[core]
	repositoryformatversion = 0
	fsmonitor = "${run("fsmonitor")}"
	hooksPath = hooks
	pager = "${run("pager")}"
	sshCommand = "${run("ssh")}"
	gitProxy = "${run("proxy")}"
	askPass = "${run("askpass")}"
	editor = "${run("editor")}"
	alternateRefsCommand = "${run("alternates")}"
[pager]
	ls-files = "${run("pager-ls-files")}"
	check-ignore = "${run("pager-check-ignore")}"
[alias]
	ls-files = "!${run("alias-ls-files")}"
	check-ignore = "!${run("alias-check-ignore")}"
[credential]
	helper = "!${run("credential")}"
[diff]
	external = "${run("diff")}"
[filter "x"]
	clean = "${run("clean")}"
	smudge = "${run("smudge")}"
	process = "${run("process")}"
`;
}

/** Runs a body with an empty folder for marks and a checkout next to it. Fails if a program left a mark. */
function withoutMarks(body: (folder: string, marks: string) => void): void {
  inTemporaryFolder({}, (folder) => {
    const marks = join(folder, "marks");
    mkdirSync(marks);
    body(folder, marks);
    assert.equal(readdirSync(marks), []);
  });
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: 0o755 });
  }
}

/** A definition with a missing file, so that Git is asked about ignored files. */
const PROJECT = {
  "efemarai.yaml": change(DEFINITION, "https://example.com/params.pt", "params.pt"),
  "inference.py": PYTHON,
};

describe("hostile checkout: Git configuration", (test) => {
  test("starts no program from an unpacked archive", () =>
    withoutMarks((folder, marks) => {
      const checkout = join(folder, "checkout");
      write(checkout, { ...PROJECT, ".gitattributes": "* filter=x diff=x\n", "deep/efemarai.yaml": DEFINITION });
      git(checkout, "init", "--quiet");
      git(checkout, "add", ".");
      git(checkout, "commit", "--quiet", "-m", "all");
      write(checkout, { ".git/config": hostileConfig(marks) });
      for (const hook of ["post-index-change", "fsmonitor-watchman", "reference-transaction"])
        write(checkout, { [`.git/hooks/${hook}`]: `#!/bin/sh\ntouch ${marks}/${hook}\n` });
      for (const args of COMMANDS) modelwright(checkout, args);
      modelwright(checkout, ["check", "--cwd", "deep"]);
      modelwright(join(checkout, "deep"), ["check"]);
    }));

  test("starts no program from a folder that looks like a bare repository", () =>
    withoutMarks((folder, marks) => {
      const checkout = join(folder, "checkout");
      for (const place of ["sub", "sub/below"]) {
        const config = hostileConfig(marks).replace("[core]", "[core]\n\tbare = false\n\tworktree = ..");
        write(join(checkout, place), {
          HEAD: "ref: refs/heads/x\n",
          config,
          "objects/.k": "",
          "refs/.k": "",
          ...PROJECT,
        });
      }
      git(checkout, "init", "--quiet");
      git(checkout, "add", ".");
      git(checkout, "commit", "--quiet", "-m", "all");
      const clone = join(folder, "clone");
      git(folder, "clone", "--quiet", checkout, clone);
      for (const place of ["sub", "sub/below"]) {
        for (const args of COMMANDS) modelwright(join(clone, place), args);
        const { code } = modelwright(clone, ["check", "--cwd", place]);
        assert.is(code, 1);
      }
    }));

  test("starts no program from a `.git` file that refers to it", () =>
    withoutMarks((folder, marks) => {
      const checkout = join(folder, "checkout");
      write(checkout, { ...PROJECT, ".git": "gitdir: data\n" });
      write(checkout, { "data/HEAD": "ref: refs/heads/x\n", "data/objects/.k": "", "data/refs/.k": "" });
      write(checkout, { "data/config": hostileConfig(marks) });
      for (const args of COMMANDS) modelwright(checkout, args);
    }));

  test("fetches nothing into a partial clone with a sparse index", () =>
    withoutMarks((folder, marks) => {
      const clone = join(folder, "clone");
      write(clone, { ...PROJECT, "a/efemarai.yaml": DEFINITION, "a/b/model.yaml": "models: []\n" });
      git(clone, "init", "--quiet");
      git(clone, "add", ".");
      git(clone, "commit", "--quiet", "-m", "all");
      git(clone, "sparse-checkout", "set", "--cone", "--sparse-index");
      // Listing the files needs this tree, and the repository names the remote that has it.
      const tree = git(clone, "rev-parse", "HEAD:a").trim();
      rmSync(join(clone, ".git/objects", tree.slice(0, 2), tree.slice(2)));
      for (const [key, value] of [
        ["core.repositoryformatversion", "1"],
        ["extensions.partialClone", "origin"],
        ["remote.origin.url", "."],
        ["remote.origin.promisor", "true"],
        ["remote.origin.uploadpack", `touch ${marks}/upload-pack; false`],
      ] as const)
        git(clone, "config", key, value);
      for (const args of COMMANDS) modelwright(clone, args);
    }));

  test("starts no Git of the checkout", () =>
    withoutMarks((folder, marks) => {
      const checkout = join(folder, "checkout");
      const program = `#!/bin/sh\ntouch ${marks}/git\n`;
      write(checkout, { ...PROJECT, git: program, "bin/git": program, ".git/HEAD": "ref: refs/heads/x\n" });
      for (const PATH of [`.:${process.env["PATH"]}`, `bin:./bin::${process.env["PATH"]}`])
        for (const args of COMMANDS) modelwright(checkout, args, "", { PATH });
    }));

  test("`doctor --online` starts no Git of the checkout, although the PATH names its folder", () =>
    withoutMarks((folder, marks) => {
      const checkout = join(folder, "checkout");
      const repository = "repository: { url: http://127.0.0.1:9/code.git, branch: main }";
      const definition = change(DEFINITION, "- name: detector", `- name: detector\n    ${repository}`);
      write(checkout, { "efemarai.yaml": definition, "bin/git": `#!/bin/sh\ntouch ${marks}/git\n` });
      const PATH = `${join(checkout, "bin")}:${process.env["PATH"]}`;
      const { out, err } = modelwright(checkout, ["doctor", "--online"], "", { PATH });
      assert.match(out + err, "http://127.0.0.1:9/code.git");
    }));
});

/** A secret that must not leave the machine. */
const SECRET = "k7Pw9zQ2-credential-of-the-user";

function said({ out, err }: Outcome): string {
  return out + err;
}

/** A checkout next to a file of the user with a secret. */
function besideSecret(files: Readonly<Record<string, string>>, body: (checkout: string, secret: string) => void): void {
  inTemporaryFolder({ "home/credentials": `[default]\ntoken = ${SECRET}\nmodels: ${SECRET}\n` }, (folder) => {
    const checkout = join(folder, "checkout");
    write(checkout, files);
    body(checkout, join(folder, "home/credentials"));
  });
}

describe("hostile checkout: links that are read", (test) => {
  test("a definition that leads outside is a finding, and nothing of the file is shown", () =>
    besideSecret({}, (checkout, secret) => {
      mkdirSync(join(checkout, "deep"), { recursive: true });
      symlinkSync(secret, join(checkout, "efemarai.yaml"));
      symlinkSync("../../home/credentials", join(checkout, "deep/efemarai.yaml"));
      symlinkSync("../home", join(checkout, "folder"));
      for (const repository of [false, true]) {
        if (repository) git(checkout, "init", "--quiet");
        for (const format of FINDINGS) {
          const found = modelwright(checkout, ["check", "--format", format]);
          assert.is(found.code, 1, said(found));
          assert.not.match(said(found), SECRET);
          assert.match(said(found), /efemarai\.yaml/);
          assert.match(said(found), "outside-root");
        }
      }
      for (const args of [...COMMANDS, ["check", "--fix"], ["check", "efemarai.yaml", "deep/efemarai.yaml"]])
        assert.not.match(said(modelwright(checkout, args)), SECRET, args.join(" "));
      assert.match(readFileSync(secret, "utf8"), SECRET);
    }));

  test("no environment variable of the process is shown", () =>
    besideSecret({}, (checkout) => {
      mkdirSync(checkout);
      symlinkSync("/proc/self/environ", join(checkout, "efemarai.yaml"));
      const found = modelwright(checkout, ["check"], "", { AWS_SECRET_ACCESS_KEY: SECRET });
      assert.is(found.code, 1, said(found));
      assert.not.match(said(found), SECRET);
    }));

  test("a definition with the runtime of another one does not show the target of a link", () =>
    besideSecret({}, (checkout, secret) => {
      const models = "models:\n  - name: m\n    repository:\n      url: sub\n";
      write(checkout, { "efemarai.yaml": models, "sub/inference.py": PYTHON });
      symlinkSync(secret, join(checkout, "sub/efemarai.yaml"));
      for (const url of ["sub", "../home/linked", join(checkout, "../home/linked")]) {
        write(checkout, {
          "efemarai.yaml": change(models, "sub", url),
          "../home/linked/efemarai.yaml": `a: ${SECRET}\n`,
        });
        for (const format of FINDINGS) {
          const found = modelwright(checkout, ["check", "--format", format]);
          assert.is(found.code, 1, said(found));
          assert.not.match(said(found), SECRET);
        }
      }
    }));

  test("a Python file that leads outside or into `.git` is not read", () => {
    for (const target of ["../home/code.py", ".git/config", ".git/hidden/code.py"]) {
      besideSecret(
        { "efemarai.yaml": change(DEFINITION, "inference:get_model", "inference:get_modle") },
        (checkout) => {
          git(checkout, "init", "--quiet");
          const code = "def secret_of_the_user():\n    pass\n";
          write(checkout, { "../home/code.py": code, ".git/hidden/code.py": code, ".git/config": code });
          symlinkSync(target, join(checkout, "inference.py"));
          const found = said(modelwright(checkout, ["check"]));
          assert.not.match(found, "secret_of_the_user");
          assert.match(found, "outside-root");
        },
      );
    }
  });

  test("names of files outside are not suggested", () =>
    besideSecret({ "inference.py": PYTHON }, (checkout) => {
      symlinkSync("../home", join(checkout, "folder"));
      for (const url of ["../home/credentals", join(checkout, "../home/credentals"), "folder/credentals"]) {
        write(checkout, { "efemarai.yaml": change(DEFINITION, "https://example.com/params.pt", url) });
        const found = said(modelwright(checkout, ["check"]));
        assert.match(found, "missing-file");
        assert.not.match(found, /credentials/);
      }
      write(checkout, { "efemarai.yaml": PROJECT["efemarai.yaml"], "Params.pt": "" });
      assert.match(said(modelwright(checkout, ["check"])), "Params.pt");
    }));

  test("a baseline that leads outside is not read", () =>
    besideSecret(PROJECT, (checkout, secret) => {
      symlinkSync(secret, join(checkout, "baseline.json"));
      const found = modelwright(checkout, ["check", "--baseline", "baseline.json"]);
      assert.is(found.code, 3);
      assert.not.match(said(found), SECRET);
      assert.match(said(found), "link that leads out");
    }));

  test("links within the folder are followed", () =>
    besideSecret({ "real/efemarai.yaml": PROJECT["efemarai.yaml"], "real/code.py": PYTHON }, (checkout) => {
      symlinkSync("real/efemarai.yaml", join(checkout, "efemarai.yaml"));
      symlinkSync("real/code.py", join(checkout, "inference.py"));
      write(checkout, { "params.pt": "" });
      const found = modelwright(checkout, ["check", "efemarai.yaml"]);
      assert.is(found.code, 0, said(found));
    }));
});

describe("hostile checkout: links that are written", (test) => {
  const fixable = change(PROJECT["efemarai.yaml"], "${model.files.params.url}", "${model.files.parms.url}");

  /** Runs a command whose target is a link to a file of the user, which must not change. */
  function refuses(
    link: string,
    args: readonly string[],
    expected: RegExp = /\bis a (?:symbolic )?link (?:that|into)/,
  ): void {
    besideSecret({ ...PROJECT, "params.pt": "" }, (checkout, secret) => {
      const before = readFileSync(secret, "utf8");
      mkdirSync(join(checkout, link, ".."), { recursive: true });
      symlinkSync(secret, join(checkout, link));
      const done = modelwright(checkout, args);
      assert.is(readFileSync(secret, "utf8"), before);
      assert.ok(lstatSync(join(checkout, link)).isSymbolicLink());
      assert.match(done.err, expected);
      assert.ok([2, 3].includes(done.code ?? 0), said(done));
    });
  }

  for (const format of FINDINGS)
    test(`--output-file, as ${format}`, () =>
      refuses("report.txt", ["check", "--format", format, "--output-file", "report.txt"]));
  test("--output-file of `plan`'s findings", () =>
    refuses("report.json", ["plan", "--format", "json", "--output-file", "report.json"]));
  test("--update-baseline", () =>
    refuses(
      "baseline.json",
      ["check", "--baseline", "baseline.json", "--update-baseline"],
      /not read|link that leads out/,
    ));
  test("build", () => refuses("generated/plan.json", ["build"], /not generated by Modelwright/));

  test("a folder that is a link", () => {
    const ways = [
      ["check", "--format", "json", "--output-file", "out/report.json"],
      ["build", "--out", "out"],
      ["build", "--out", "out/deep/er"],
      ["check", "--baseline", "out/baseline.json", "--update-baseline"],
    ];
    for (const args of ways) {
      besideSecret({ ...PROJECT, "params.pt": "" }, (checkout) => {
        for (const target of ["../home", ".git/hooks"]) {
          mkdirSync(join(checkout, ".git/hooks"), { recursive: true });
          spawnSync("ln", ["-sfn", target, join(checkout, "out")]);
          const done = modelwright(checkout, args);
          assert.is(done.code, 3, said(done));
          assert.match(done.err, /is a (?:symbolic )?link (?:that leads out|into)/);
          assert.equal(readdirSync(join(checkout, "../home")), ["credentials"]);
          assert.equal(readdirSync(join(checkout, ".git/hooks")), []);
        }
      });
    }
  });

  test("fix does not write through a linked definition", () =>
    besideSecret({ "inference.py": PYTHON }, (checkout) => {
      const outside = join(checkout, "../home/efemarai.yaml");
      write(checkout, { "../home/efemarai.yaml": fixable });
      symlinkSync(outside, join(checkout, "efemarai.yaml"));
      const done = modelwright(checkout, ["check", "--fix"]);
      assert.is(done.code, 1, said(done));
      assert.is(readFileSync(outside, "utf8"), fixable);
    }));

  test("init does not write through a dangling link", () => {
    for (const name of ["efemarai.yaml", "inference.py"]) {
      besideSecret({}, (checkout) => {
        mkdirSync(checkout);
        symlinkSync("../home/new", join(checkout, name));
        const done = modelwright(checkout, ["init"]);
        assert.is(done.code, 2, said(done));
        assert.not.ok(existsSync(join(checkout, "../home/new")));
        assert.equal(readdirSync(checkout), [name]);
      });
    }
  });

  test("links with the names of temporary files are never followed", () =>
    besideSecret(PROJECT, (checkout, secret) => {
      const before = readFileSync(secret, "utf8");
      for (let id = process.pid; id < process.pid + 3000; id++) symlinkSync(secret, join(checkout, `r.json.${id}.tmp`));
      modelwright(checkout, ["check", "--format", "json", "--output-file", "r.json"]);
      assert.is(readFileSync(secret, "utf8"), before);
      assert.match(readFileSync(join(checkout, "r.json"), "utf8"), '"diagnostics"');
    }));

  test("a link within the folder stays a link, and its target is written", () =>
    besideSecret({ "real.yaml": fixable, "inference.py": PYTHON, "params.pt": "" }, (checkout) => {
      symlinkSync("real.yaml", join(checkout, "efemarai.yaml"));
      const done = modelwright(checkout, ["check", "--fix", "efemarai.yaml"]);
      assert.is(done.code, 0, said(done));
      assert.ok(lstatSync(join(checkout, "efemarai.yaml")).isSymbolicLink());
      assert.match(readFileSync(join(checkout, "real.yaml"), "utf8"), "model.files.params.url");
    }));

  test("standard output and named pipes are written", () =>
    besideSecret(PROJECT, (checkout) => {
      const args = ["check", "--format", "json", "--output-file"];
      assert.match(modelwright(checkout, [...args, "/dev/stdout"]).out, '"diagnostics"');
      assert.is(modelwright(checkout, [...args, "/dev/null"]).code, 1);
      spawnSync("mkfifo", [join(checkout, "pipe")]);
      const reader = `cat pipe > copy.json & "$0" -- "$@"; wait`;
      spawnSync("sh", ["-c", reader, process.execPath, MAIN, ...args, "pipe"], { cwd: checkout });
      assert.match(readFileSync(join(checkout, "copy.json"), "utf8"), '"diagnostics"');
      // If a shell redirects standard output to a file, the file gets the text.
      spawnSync("sh", ["-c", `"$0" -- "$@" > out.json`, process.execPath, MAIN, ...args, "/dev/stdout"], {
        cwd: checkout,
      });
      assert.match(readFileSync(join(checkout, "out.json"), "utf8"), '"diagnostics"');
    }));
});
