// Code from Git repositories: real Git and a real HTTP server that requires a token.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { checkout } from "../../src/run/acquire/checkout.ts";
import { readRemote } from "../../src/run/acquire/git.ts";
import { describe } from "../describe.ts";
import { fixture } from "../golden.ts";
import { temporaryFolder } from "../temporary.ts";
import { gitIn, repository, TOKEN, withServer } from "./git-server.ts";
import { named, outcomes, planOf, runPlan } from "./harness.ts";

const signal = new AbortController().signal;
const context = (cache: string) => ({ cache, environment: process.env, signal, stallMs: 10_000 });

/** The `helper` in a checkout of a local repository, or the error. */
async function codeOf(cache: string, folder: string, wanted: { branch?: string; commit?: string }): Promise<string> {
  const remote = { url: `file://${folder}`, token: undefined };
  const result = await checkout({ remote, ...wanted }, context(cache));
  return result.kind === "problem"
    ? result.message
    : readFileSync(join(result.value.folder, "helper.py"), "utf8").slice(8, -2);
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe("run: code from the environment", (test) => {
  const plan = planOf({ folder: "", load: "load", checkout: { url: { env: "CODE" } }, environment: ["CODE"] });
  const runWith = (code: string) => runPlan(plan, named("a"), { environment: { CODE: code } });

  test("can be a folder, relative to the plan or absolute", async () => {
    for (const code of ["rules", fixture("run", "rules")]) {
      const { rows, report } = await runWith(code);
      assert.equal(report.failures, [], code);
      assert.is(rows.length, 1);
    }
  });

  test("is not shown if the folder does not exist", async () => {
    const { report } = await runWith("secret-folder");
    assert.match(report.failures[0]?.message ?? "", "the folder `${CODE}` does not exist");
    assert.not.match(JSON.stringify(report), "secret-folder");
  });
});

describe("run: code from a server with a token", (test) => {
  test("is checked out and run, and the token is not shown anywhere", () =>
    withServer(async ({ root, cache, origin }) => {
      repository(join(root, "ships"), ["old ships", "ships"]);
      const sketch = {
        folder: "calls",
        checkout: {
          url: { literal: `${origin}/ships/.git` },
          branch: { literal: "main" },
          accessToken: { env: "SHIPS_TOKEN" },
        },
        environment: ["SHIPS_TOKEN"],
      };
      const plan = planOf(sketch);
      // The arguments of all processes of the machine, repeatedly during the run.
      const seen = new Set<string>();
      const watch = setInterval(() => {
        for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
          try {
            seen.add(readFileSync(`/proc/${id}/cmdline`, "utf8"));
          } catch {
            // The process has ended.
          }
        }
      }, 2);
      const environment = { XDG_CACHE_HOME: cache, SHIPS_TOKEN: TOKEN };
      const result = await runPlan(plan, named("a"), { environment });
      const wrong = await runPlan(plan, named("a"), {
        environment: { ...environment, SHIPS_TOKEN: `${TOKEN}x`, XDG_CACHE_HOME: `${cache}2` },
      });
      clearInterval(watch);
      assert.equal(result.rows[0]?.predictions, { code: "ships" });
      assert.equal(outcomes(wrong.rows), []);
      assert.match(wrong.report.failures[0]?.message ?? "", /^Authentication failed for /);
      const args = [...seen].join("\n");
      assert.match(args, "ls-remote");
      const files = filesBelow(cache).map((path) => readFileSync(path, "latin1"));
      assert.ok(files.length >= 3);
      for (const text of [args, ...files, JSON.stringify([plan, result, wrong])]) assert.not.match(text, TOKEN);
    }));

  test("is not requested again if the commit is known", () =>
    withServer(async ({ root, cache, origin, requests }) => {
      const { commits } = repository(join(root, "ships"), ["old ships", "ships"]);
      const remote = { url: `${origin}/ships/.git`, token: TOKEN };
      const first = await checkout({ remote, commit: commits[0] }, context(cache));
      assert.is(first.kind, "value", JSON.stringify(first));
      const before = requests.length;
      assert.equal(await checkout({ remote, commit: commits[0] }, context(cache)), first);
      assert.is(requests.length, before);
    }));
});

describe("run: code from a repository", (test) => {
  const folder = temporaryFolder();
  const { commits } = repository(join(folder, "ships"), ["one", "two", "three"]);
  gitIn(join(folder, "ships"), "tag", "-a", "v2", "-m", "two", commits[1] ?? "");
  gitIn(join(folder, "ships"), "branch", "side", commits[0] ?? "");
  const cases: readonly (readonly [string, { branch?: string; commit?: string }, string])[] = [
    ["the usual branch", {}, "three"],
    ["a branch", { branch: "side" }, "one"],
    ["a tag", { branch: "v2" }, "two"],
    ["a commit that is not a tip", { commit: commits[1] ?? "" }, "two"],
    ["the beginning of a hash", { commit: commits[0]?.slice(0, 8) ?? "" }, "one"],
    ["a commit before its branch", { branch: "main", commit: commits[0] ?? "" }, "one"],
    ["a branch that is not there", { branch: "gone" }, "the repository has no branch `gone`"],
    ["a commit that is not there", { commit: "0123abc" }, "the repository has no commit `0123abc`"],
    [
      "an option for a branch",
      { branch: "--upload-pack=touch x" },
      "`--upload-pack=touch x` is not a valid name of a branch or commit",
    ],
    ["a revision for a commit", { commit: "HEAD~1" }, "`HEAD~1` is not a valid name of a branch or commit"],
  ];
  for (const [title, wanted, expected] of cases) {
    test(title, async () => assert.is(await codeOf(join(folder, "cache"), join(folder, "ships"), wanted), expected));
  }

  test("that does not exist", async () => {
    assert.match(
      await codeOf(join(folder, "cache"), join(folder, "gone"), {}),
      /does not appear to be a git repository|does not exist/,
    );
  });

  test("is one folder for any number of users, and a partial one is never used", async () => {
    const cache = join(folder, "shared");
    await codeOf(cache, join(folder, "ships"), { branch: "side" });
    const [place = ""] = readdirSync(join(cache, "code"));
    mkdirSync(join(cache, "code", place, "half.tmp"));
    const all = await Promise.all([1, 2, 3, 4].map(() => codeOf(cache, join(folder, "ships"), {})));
    assert.equal(all, ["three", "three", "three", "three"]);
    const folders = readdirSync(join(cache, "code", place)).filter((name) => !name.endsWith(".objects"));
    assert.is(folders.length, 2);
    assert.equal(readdirSync(join(cache, "code")), [place]);
  });

  test("in the environment of another repository's hook", async () => {
    const environment = { ...process.env, GIT_DIR: join(folder, "elsewhere"), GIT_WORK_TREE: folder };
    const remote = { url: `file://${join(folder, "ships")}`, token: undefined };
    const result = await checkout({ remote }, { ...context(join(folder, "hooked")), environment });
    assert.is(result.kind, "value", JSON.stringify(result));
  });

  test("models of two repositories run at the same time, each with its own modules", async () => {
    repository(join(folder, "planes"), ["planes"]);
    const sketch = (id: string) => ({
      id,
      folder: "calls",
      checkout: { url: { literal: `file://${join(folder, id)}` } },
    });
    const input = join(folder, "input.jsonl");
    writeFileSync(input, '{"id":"x"}\n{"id":"y"}\n');
    const environment = { XDG_CACHE_HOME: join(folder, "both") };
    const { rows, report } = await runPlan(planOf(sketch("ships"), sketch("planes")), input, { environment, jobs: 2 });
    assert.equal(report.failures, []);
    assert.equal(rows.map(({ model, predictions }) => `${model} ${JSON.stringify(predictions)}`).sort(), [
      'planes {"code":"planes"}',
      'planes {"code":"planes"}',
      'ships {"code":"three"}',
      'ships {"code":"three"}',
    ]);
  });

  test("a module that the repository does not have is reported after the checkout", async () => {
    const sketch = {
      folder: "calls",
      predict: "other:predict",
      checkout: { url: { literal: `file://${join(folder, "ships")}` } },
    };
    const { report } = await runPlan(planOf(sketch), named("a"), {
      environment: { XDG_CACHE_HOME: join(folder, "both") },
    });
    assert.match(report.failures[0]?.message ?? "", /^the module `other` does not exist/);
  });
});

describe("run: URLs of repositories", (test) => {
  const refused = ["--upload-pack=x", "ext::sh -c id", "fd::3", "foo::https://a", "rsync://a/b", "https://"];
  for (const url of refused) test(`rejects ${url}`, () => assert.is(readRemote(url, undefined).kind, "problem"));

  test("removes a name and a password from them", () => {
    const remote = { kind: "value", value: { url: "https://example.org/a.git", token: "me:p@ss" } };
    assert.equal(readRemote("https://me:p%40ss@example.org/a.git", undefined), remote);
    assert.equal(readRemote("git@example.org:a/b.git", "t"), {
      kind: "value",
      value: { url: "git@example.org:a/b.git", token: "t" },
    });
  });
});
