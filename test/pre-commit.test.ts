// The hooks with the real pre-commit in a real repository, installed from a clean clone of this one.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { DEFINITION, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { example, readPage } from "./documentation.ts";
import { ROOT } from "./golden.ts";
import { inTemporaryFolder } from "./temporary.ts";

/** `.ci/run` sets the path. The default is the program on the PATH. */
const PRE_COMMIT = process.env["MODELWRIGHT_PRE_COMMIT"] ?? "pre-commit";

interface Hook {
  readonly id: string;
}

interface Config {
  readonly repos: readonly [{ readonly hooks: readonly Hook[] }];
}

interface Outcome {
  readonly code: number | null;
  readonly text: string;
}

/** Runs a program. Git must not find the repository of these tests. */
function run(cwd: string, env: NodeJS.ProcessEnv, program: string, ...args: readonly string[]): Outcome {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:GIT_|npm_)/i.test(name)));
  const author = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b" };
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    env: { ...own, ...author, ...env },
  });
  return { code: status, text: error === undefined ? stdout + stderr : error.message };
}

function mustRun(...args: Parameters<typeof run>): string {
  const { code, text } = run(...args);
  assert.is(code, 0, text);
  return text;
}

/** This working tree as a repository with one commit. Returns the id of the commit. */
function cloneTo(folder: string): string {
  const list = mustRun(
    ROOT,
    {},
    "git",
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--exclude-standard",
    "--deduplicate",
  );
  const missing = mustRun(ROOT, {}, "git", "ls-files", "-z", "--deleted").split("\0");
  for (const path of list.split("\0").filter((name) => name !== "" && !missing.includes(name))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path), { verbatimSymlinks: true });
  }
  mustRun(folder, {}, "git", "init", "--quiet");
  mustRun(folder, {}, "git", "add", "--all", "--force");
  mustRun(folder, {}, "git", "commit", "--quiet", "--no-verify", "--message", "All");
  return mustRun(folder, {}, "git", "rev-parse", "HEAD").trim();
}

/** The history of a team: commits that pass, commits that are rejected, and commits without models. */
function commits(folder: string, suffix: string, hooks: { readonly from: string; readonly rev: string }): void {
  const project = join(folder, `project${suffix}`);
  const tools = join(folder, `tools${suffix}`);
  const modelwright = join(tools, "modelwright");
  for (const path of [project, tools]) mkdirSync(path);
  writeFileSync(modelwright, `#!/bin/sh\nexec "${process.execPath}" -- "${MAIN}" "$@"\n`);
  chmodSync(modelwright, 0o755);
  // Only the `system` hooks use the installed modelwright.
  const path = suffix === "" ? {} : { PATH: `${tools}${delimiter}${process.env["PATH"] ?? ""}` };
  const env = { ...path, PRE_COMMIT_HOME: join(folder, "home"), COLUMNS: "80" };
  const git = (...args: readonly string[]) => run(project, env, "git", ...args);
  const commit = (name: string, text: string): Outcome => {
    writeFileSync(join(project, name), text);
    assert.is(git("add", "--all").code, 0);
    const before = git("status", "--porcelain").text;
    const outcome = git("commit", "--message", name);
    if (outcome.code !== 0) assert.is(git("status", "--porcelain").text, before, "a hook changed a file");
    return outcome;
  };
  const build = () => mustRun(project, {}, modelwright, "build");

  const definition = DEFINITION.replace("https://example.com/params.pt", "params.pt");
  const ids = `[{ id: modelwright-check${suffix} }, { id: modelwright-bindings${suffix} }]`;
  const config = `repos:\n  - repo: ${hooks.from}\n    rev: ${hooks.rev}\n    hooks: ${ids}\n`;
  mustRun(project, env, "git", "init", "--quiet");
  writeFileSync(join(project, "efemarai.yaml"), definition);
  writeFileSync(join(project, "inference.py"), PYTHON);
  writeFileSync(join(project, "params.pt"), "");
  build();
  mustRun(project, env, PRE_COMMIT, "install");

  const first = commit(".pre-commit-config.yaml", config);
  assert.is(first.code, 0, first.text);
  assert.is(first.text.match(/\.Passed/g)?.length, 2, first.text);

  const wrong = commit("efemarai.yaml", definition.replace("files.params.url", "files.parms.url"));
  assert.is(wrong.code, 1);
  assert.match(wrong.text, /error\[undefined-reference\].*`parms`/);
  assert.match(wrong.text, /exit code: 1/);

  const stale = commit("efemarai.yaml", definition.replace("width", "height"));
  assert.is(stale.code, 1);
  assert.match(stale.text, /exit code: 4/);
  assert.match(stale.text, "generated/models.ts: stale");
  assert.match(stale.text, /Run `modelwright build[^`]*` to write them\./);

  build();
  const fixed = commit("efemarai.yaml", definition.replace("width", "height"));
  assert.is(fixed.code, 0, fixed.text);

  const other = commit("notes.md", "Nothing about models.\n");
  assert.is(other.code, 0, other.text);
  assert.is(other.text.match(/Skipped/g)?.length, 2, other.text);
}

describe("pre-commit", (test) => {
  const isInstalled = run(ROOT, {}, PRE_COMMIT, "--version").code === 0;
  if (!isInstalled) console.log("skipped: pre-commit is not installed here, so its hooks are not tried");

  test("the hooks check whole projects", () => {
    const text = readFileSync(join(ROOT, ".pre-commit-hooks.yaml"), "utf8");
    assert.is(text.match(/^ {2}pass_filenames: false$/gm)?.length, text.match(/^- id: /gm)?.length);
  });

  test("the documented example is YAML and names existing hooks", () => {
    const config = parse(example("yaml .pre-commit-config.yaml")) as Config;
    const known = (parse(readFileSync(join(ROOT, ".pre-commit-hooks.yaml"), "utf8")) as readonly Hook[]).map(
      ({ id }) => id,
    );
    for (const { id } of config.repos[0].hooks) assert.ok(known.includes(id), id);
    for (const id of known) assert.match(readPage("src/docs/ci.md"), `\`${id}\``);
  });

  if (isInstalled) {
    test("the hooks pass, fail and report what is stale", () => {
      inTemporaryFolder({}, (folder) => {
        const from = join(folder, "modelwright");
        mkdirSync(from);
        const rev = cloneTo(from);
        commits(folder, "-system", { from, rev });
        commits(folder, "", { from, rev });
      });
    });
  }
});
