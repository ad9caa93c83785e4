// The cache belongs to the user, contains only what was fetched, and keeps no secret. Attacks by other users of the
// machine, through leftovers of an earlier run, and by anyone who can list processes.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import * as assert from "uvu/assert";
import type { PlanValue } from "../../src/plan/execution-plan.ts";
import { checkout } from "../../src/run/acquire/checkout.ts";
import { readCheckout } from "../../src/run/acquire/source.ts";
import { modelwright } from "../command-line.ts";
import { describe } from "../describe.ts";
import { inTemporaryFolder, temporaryFolder } from "../temporary.ts";
import { downloadUrl } from "./download-url.ts";
import { gitIn, repository, TOKEN, withServer } from "./git-server.ts";
import { named, outcomes, planOf, predictions, runPlan } from "./harness.ts";

const signal = new AbortController().signal;
const context = (cache: string) => ({ cache, environment: process.env, signal, stallMs: 10_000 });

/** Another user, if this process can change the owner of files. */
const SOMEBODY = 12_345;
const isRoot = process.getuid?.() === 0;

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) =>
    join(entry.parentPath, entry.name),
  );
}

describe("run: a cache that is not the user's", (test) => {
  const folder = temporaryFolder();
  repository(join(folder, "ships"), ["ships"]);
  const remote = { url: `file://${join(folder, "ships")}`, token: undefined };
  const problemIn = async (cache: string): Promise<string> => {
    const code = await checkout({ remote }, context(cache));
    const url = "http://127.0.0.1:9/weights.bin";
    const file = await downloadUrl({ url, cache, signal, stallMs: 100, retryMs: 1, onProgress: () => {} });
    const messages = [code, file].map((result) => (result.kind === "problem" ? result.message : ""));
    const [first = "", second] = messages.map((message) => (message.startsWith("the cache folder") ? message : "none"));
    assert.is(first, second);
    return first;
  };

  test("because others can write to it", async () => {
    for (const mode of [0o777, 0o1777, 0o770, 0o757]) {
      const cache = join(folder, `open-${mode.toString(8)}`);
      mkdirSync(cache);
      chmodSync(cache, mode);
      assert.match(await problemIn(cache), "the cache folder cannot be used because other users can write to it");
      assert.equal(readdirSync(cache), []);
    }
  });

  test("because others can replace it", async () => {
    const shared = join(folder, "shared");
    mkdirSync(join(shared, "modelwright"), { recursive: true, mode: 0o700 });
    chmodSync(shared, 0o777);
    assert.match(await problemIn(join(shared, "modelwright")), "every user can replace it");
    chmodSync(shared, 0o1777);
    assert.not.match(await problemIn(join(shared, "modelwright")), "is not used");
  });

  if (isRoot)
    test("because another user created it first", async () => {
      const shared = join(folder, "first");
      for (const cache of [join(shared, "modelwright"), join(shared, "linked")]) {
        mkdirSync(join(shared, "theirs"), { recursive: true });
        if (basename(cache) === "linked") symlinkSync("theirs", cache);
        else mkdirSync(cache);
        chownSync(cache, SOMEBODY, SOMEBODY);
        chownSync(join(shared, "theirs"), SOMEBODY, SOMEBODY);
        chmodSync(shared, 0o1777);
        assert.match(await problemIn(cache), "because it belongs to another user");
      }
    });
  else console.log("skipped: files of another user, which only root can make");

  test("is created for the user alone, and access to an older one is closed", async () => {
    const old = join(folder, "old");
    mkdirSync(old, { mode: 0o755 });
    for (const cache of [join(folder, "new", "modelwright"), old]) {
      assert.not.match(await problemIn(cache), "is not used");
      assert.is(statSync(cache).mode & 0o777, 0o700);
    }
    inTemporaryFolder({ "efemarai.yaml": "models: []\n" }, (place) => {
      modelwright(place, ["check"], "", { XDG_CACHE_HOME: place });
      assert.is(statSync(join(place, "modelwright")).mode & 0o777, 0o700);
    });
  });
});

describe("run: code in the cache", (test) => {
  const folder = temporaryFolder();
  const { commits } = repository(join(folder, "ships"), ["old ships", "ships"]);
  const commit = commits[0] ?? "";
  const gone = join(folder, "gone");
  const remote = { url: `file://${join(folder, "ships")}`, token: undefined };

  /** The name in the code after a change of the cache. With `isOffline`, the repository cannot be reached. */
  async function after(work: (code: string) => void, isOffline = false): Promise<string> {
    const cache = join(folder, `cache-${Math.random()}`);
    const first = await checkout({ remote, commit }, context(cache));
    assert.is(first.kind, "value", JSON.stringify(first));
    if (first.kind === "value") work(first.value.folder);
    if (isOffline) renameSync(join(folder, "ships"), gone);
    try {
      const again = await checkout({ remote, commit }, context(cache));
      if (again.kind === "problem") return again.message;
      const extra = readdirSync(again.value.folder).filter((name) => !["helper.py", "inference.py"].includes(name));
      return [readFileSync(join(again.value.folder, "helper.py"), "utf8").trim(), ...extra].join(" ");
    } finally {
      if (isOffline) renameSync(gone, join(folder, "ships"));
    }
  }

  const right = 'NAME = "old ships"';

  test("is used again without a request, with the files that a model has written there", async () => {
    assert.is(await after(() => {}, true), right);
    const written = await after((code) => {
      mkdirSync(join(code, "runs"));
      writeFileSync(join(code, "runs", "result.txt"), "1");
      mkdirSync(join(code, "__pycache__"));
      writeFileSync(join(code, "__pycache__", "helper.cpython-311.pyc"), "planted");
    }, true);
    assert.is(written, `${right} runs`);
  });

  const changes: Readonly<Record<string, (code: string) => void>> = {
    "a file was edited": (code) => writeFileSync(join(code, "helper.py"), 'NAME = "evil ship"\n'),
    "a file with the same size and time was put there": (code) => {
      const { atime, mtime } = statSync(join(code, "helper.py"));
      writeFileSync(join(code, "helper.py"), 'NAME = "odd ships"\n');
      utimesSync(join(code, "helper.py"), atime, mtime);
    },
    "a file is missing": (code) => rmSync(join(code, "inference.py")),
    "a file became a link": (code) => {
      renameSync(join(code, "helper.py"), join(code, "..", "helper.py"));
      symlinkSync("../helper.py", join(code, "helper.py"));
    },
    "a file became a pipe": (code) => {
      rmSync(join(code, "helper.py"));
      execFileSync("mkfifo", [join(code, "helper.py")]);
    },
    "a module was added": (code) => writeFileSync(join(code, "sitecustomize.py"), ""),
    "a compiled module was added": (code) => writeFileSync(join(code, "json.pyc"), ""),
    "a package was added": (code) => {
      mkdirSync(join(code, "numpy"));
      writeFileSync(join(code, "numpy", "__init__.py"), "");
    },
    "a link to a folder was added": (code) => symlinkSync("..", join(code, "numpy")),
    "the record of its content was edited": (code) => {
      const objects = readFileSync(`${code}.objects`);
      objects[objects.length - 3] = 65;
      writeFileSync(`${code}.objects`, objects);
    },
    "the record of its content is missing": (code) => rmSync(`${code}.objects`),
    "the record of its content is a pipe": (code) => {
      rmSync(`${code}.objects`);
      execFileSync("mkfifo", [`${code}.objects`]);
    },
  };
  for (const [title, change] of Object.entries(changes)) {
    test(`is fetched again after ${title}`, async () => {
      assert.is(await after(change), right);
      assert.match(await after(change, true), /does not appear to be a git repository|does not exist/);
    });
  }

  test("is the content of the commit, in spite of attributes and filters", async () => {
    const place = temporaryFolder();
    const source = join(place, "source");
    const text = "a = 1\nb = '$Id$'\n";
    mkdirSync(join(source, "deep", "er"), { recursive: true });
    for (const path of ["a.py", "deep/b.py", "deep/er/ü c.py"]) writeFileSync(join(source, path), text);
    symlinkSync("deep/b.py", join(source, "link.py"));
    writeFileSync(join(source, "run.sh"), "true\n", { mode: 0o755 });
    gitIn(source, "init", "--quiet");
    gitIn(source, "add", ".");
    gitIn(source, "commit", "--quiet", "-m", "files");
    writeFileSync(join(source, ".gitattributes"), "*.py text eol=crlf ident filter=x working-tree-encoding=UTF-16\n");
    gitIn(source, "add", ".gitattributes");
    gitIn(source, "commit", "--quiet", "-m", "attributes");
    const config = join(place, "config");
    writeFileSync(config, `[filter "x"]\n\tsmudge = touch ${place}/ran; cat\n\trequired = true\n`);
    const environment = { ...process.env, GIT_CONFIG_GLOBAL: config };
    const cache = join(place, "cache");
    const source2 = { url: `file://${source}`, token: undefined };
    for (let i = 0; i < 2; i++) {
      const got = await checkout({ remote: source2 }, { ...context(cache), environment });
      assert.is(got.kind, "value", JSON.stringify(got));
      if (got.kind !== "value") return;
      const { folder } = got.value;
      assert.equal(readdirSync(folder).sort(), [".gitattributes", "a.py", "deep", "link.py", "run.sh"]);
      for (const path of ["a.py", "deep/b.py", "link.py"]) assert.is(readFileSync(join(folder, path), "utf8"), text);
      assert.is(statSync(join(folder, "run.sh")).mode & 0o111, 0o111);
    }
    assert.not.ok(existsSync(join(place, "ran")));
  });
});

describe("run: files in the cache", (test) => {
  const FILE = "weights of a model";

  async function withFiles(work: (fetch: () => Promise<string>, cache: string, count: () => number) => Promise<void>) {
    const http = await import("node:http");
    let requests = 0;
    const server = http.createServer((_, response) => {
      requests++;
      response.writeHead(200, { "content-length": FILE.length }).end(FILE);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.bin`;
    const cache = join(temporaryFolder(), `cache-${Math.random()}`);
    const fetch = async (): Promise<string> => {
      const file = await downloadUrl({ url, cache, signal, stallMs: 5000, retryMs: 1, onProgress: () => {} });
      return file.kind === "problem" ? file.message : readFileSync(file.value.path, "utf8");
    };
    try {
      await work(fetch, cache, () => requests);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  const weightsIn = (cache: string) => filesBelow(cache).find((path) => basename(path) === "weights.bin") ?? "";
  const entryIn = (cache: string) => filesBelow(cache).find((path) => path.endsWith(".json")) ?? "";

  const changes: Readonly<Record<string, (cache: string) => void>> = {
    "was replaced by one of the same size": (cache) => writeFileSync(weightsIn(cache), "WEIGHTS of a model"),
    "was replaced by one of the same size and time": (cache) => {
      const { atime, mtime } = statSync(weightsIn(cache));
      rmSync(weightsIn(cache));
      const path = join(cache, "files", "new");
      writeFileSync(path, "WEIGHTS of a model");
      utimesSync(path, atime, mtime);
      renameSync(
        path,
        join(
          cache,
          "files",
          readdirSync(join(cache, "files")).filter((name) => name !== "new")[0] ?? "",
          "weights.bin",
        ),
      );
    },
    "became a pipe": (cache) => {
      const path = weightsIn(cache);
      rmSync(path);
      execFileSync("mkfifo", [path]);
    },
    "became a link": (cache) => {
      const path = weightsIn(cache);
      writeFileSync(join(cache, "elsewhere"), FILE);
      rmSync(path);
      symlinkSync(join(cache, "elsewhere"), path);
    },
    "can be written by others": (cache) => chmodSync(weightsIn(cache), 0o666),
    "has an entry that is a pipe": (cache) => {
      const path = entryIn(cache);
      rmSync(path);
      execFileSync("mkfifo", [path]);
    },
    "has an entry that names another file": (cache) => {
      const path = entryIn(cache);
      const entry = JSON.parse(readFileSync(path, "utf8"));
      writeFileSync(join(cache, "elsewhere"), "WEIGHTS of a model");
      writeFileSync(path, JSON.stringify({ ...entry, sha256: "..", name: "elsewhere" }));
    },
  };
  for (const [title, change] of Object.entries(changes)) {
    test(`one that ${title} is fetched again`, () =>
      withFiles(async (fetch, cache, count) => {
        assert.is(await fetch(), FILE);
        change(cache);
        assert.is(await fetch(), FILE);
        assert.is(count(), 2);
        assert.is(await fetch(), FILE);
        assert.is(count(), 2);
      }));
  }

  test("one with changed times is read, and not fetched again", () =>
    withFiles(async (fetch, cache, count) => {
      await fetch();
      utimesSync(weightsIn(cache), new Date(0), new Date(0));
      assert.is(await fetch(), FILE);
      assert.is(await fetch(), FILE);
      assert.is(count(), 1);
    }));

  test("a partial download that is a pipe is not used", () =>
    withFiles(async (fetch, cache) => {
      await fetch();
      const key = basename(entryIn(cache), ".json");
      execFileSync("mkfifo", [join(cache, "parts", `${key}-0.part`)]);
      rmSync(entryIn(cache));
      assert.is(await fetch(), FILE);
    }));

  test("kept code of the command line that is a pipe or a link does not block", () =>
    inTemporaryFolder({ "efemarai.yaml": "models: []\n" }, (place) => {
      const environment = { XDG_CACHE_HOME: place, NODE_DISABLE_COMPILE_CACHE: "" };
      modelwright(place, ["check"], "", environment);
      const kept = filesBelow(join(place, "modelwright")).filter((path) => basename(path).startsWith("check-"));
      assert.is(kept.length, 1);
      rmSync(kept[0] ?? "");
      execFileSync("mkfifo", [kept[0] ?? ""]);
      assert.is(modelwright(place, ["check"], "", environment).code, 0);
      rmSync(kept[0] ?? "");
      symlinkSync("/dev/zero", kept[0] ?? "");
      assert.is(modelwright(place, ["check"], "", environment).code, 0);
    }));
});

/** The arguments of all processes of the machine while a function runs. */
async function argumentsDuring(work: () => Promise<void>): Promise<string> {
  const seen = new Set<string>();
  const watch = setInterval(() => {
    for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${id}/cmdline`, "utf8"));
      } catch {
        // The process has ended.
      }
    }
  }, 1);
  await work().finally(() => clearInterval(watch));
  return [...seen].join("\n");
}

describe("run: a repository from the environment", (test) => {
  const BRANCH = "release-of-nobody-77";

  test("is in no argument, no file of the cache and no message, and neither are its branch and commit", () =>
    withServer(async ({ root, cache, origin }) => {
      const { commits, folder } = repository(join(root, "ships-of-nobody"), ["old ships", "ships"]);
      const [first = "", second = ""] = commits;
      gitIn(folder, "branch", BRANCH, first);
      const environment = {
        XDG_CACHE_HOME: cache,
        CODE_URL: `${origin}/ships-of-nobody/.git`,
        CODE_TOKEN: TOKEN,
        CODE_BRANCH: BRANCH,
        CODE_COMMIT: second,
        CODE_SHORT: second.slice(0, 12),
      };
      const url: PlanValue = { env: "CODE_URL" };
      const accessToken: PlanValue = { env: "CODE_TOKEN" };
      const ways: readonly [string, object][] = [
        ["old ships", { url, accessToken, branch: { env: "CODE_BRANCH" } }],
        ["ships", { url, accessToken, commit: { env: "CODE_COMMIT" } }],
        ["ships", { url, accessToken, commit: { env: "CODE_SHORT" } }],
        ["ships", { url, accessToken }],
        ["ships", { url: { template: [{ literal: `${origin}/` }, { env: "CODE_PATH" }] }, accessToken }],
      ];
      const results: unknown[] = [];
      const args = await argumentsDuring(async () => {
        for (const [expected, source] of ways) {
          rmSync(cache, { recursive: true, force: true });
          const plan = planOf({
            folder: "calls",
            checkout: source as { url: PlanValue },
            environment: Object.keys(environment),
          });
          const all = { ...environment, CODE_PATH: "ships-of-nobody/.git" };
          const result = await runPlan(plan, named("a"), { environment: all });
          assert.equal(result.report.failures, []);
          assert.equal(predictions(result.rows), [{ code: expected }]);
          const texts = filesBelow(cache).flatMap((path) => [
            path,
            statSync(path).isFile() ? readFileSync(path, "latin1") : "",
          ]);
          assert.ok(texts.length > 6);
          results.push(texts, result);
        }
        // Wrong values of all kinds.
        const wrong = [
          { CODE_TOKEN: "wr0ng-t0ken" },
          { CODE_BRANCH: "gone-branch-of-nobody" },
          { CODE_URL: `${origin}/gone-of-nobody` },
        ];
        for (const change of wrong) {
          const source = { url, accessToken, branch: { env: "CODE_BRANCH" } };
          const plan = planOf({ folder: "calls", checkout: source, environment: Object.keys(environment) });
          const result = await runPlan(plan, named("a"), {
            environment: { ...environment, ...change, XDG_CACHE_HOME: `${cache}2` },
          });
          assert.equal(outcomes(result.rows), []);
          assert.is(result.report.failures.length, 1);
          results.push(result.report, result.events);
        }
      });
      assert.match(args, "ls-remote");
      const everything = args + JSON.stringify(results);
      const values = [
        TOKEN,
        "ships-of-nobody",
        BRANCH,
        second,
        second.slice(0, 12),
        "gone-branch-of-nobody",
        "gone-of-nobody",
        "wr0ng-t0ken",
      ];
      for (const value of values) assert.not.match(everything, value);
    }));

  test("is reported without its value", () =>
    withServer(async ({ root, cache, origin }) => {
      repository(join(root, "ships"), ["ships"]);
      const cases: readonly [Readonly<Record<string, string>>, RegExp][] = [
        [
          { CODE: `${origin}/ships/.git`, TOKEN: "wrong" },
          /^the server responded with status 401: it rejected the token$/,
        ],
        [{ CODE: `${origin}/ships/.git`, TOKEN, REF: "gone" }, /^the repository has no branch `\$\{REF\}`$/],
        [{ CODE: "http://127.0.0.1:9/x", TOKEN }, /^the connection to the repository failed$/],
        [{ CODE: "git@example.org:a/b.git", TOKEN }, /write the URL in the definition$/],
        [{ CODE: "file:///srv/a.git", TOKEN }, /write the URL in the definition$/],
      ];
      for (const [environment, expected] of cases) {
        const branch: { branch?: PlanValue } = environment["REF"] === undefined ? {} : { branch: { env: "REF" } };
        const plan = planOf({
          folder: "calls",
          checkout: { url: { env: "CODE" }, accessToken: { env: "TOKEN" }, ...branch },
          environment: Object.keys(environment),
        });
        const { report } = await runPlan(plan, named("a"), { environment: { ...environment, XDG_CACHE_HOME: cache } });
        assert.match(report.failures[0]?.message ?? "", expected);
      }
    }));

  test("does not send its token to another server after a redirect", async () => {
    const http = await import("node:http");
    const seen: (string | undefined)[] = [];
    const other = http.createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const first = http.createServer((request, response) => {
      response.writeHead(302, { location: `http://localhost:${port}${request.url}` }).end();
    });
    await new Promise<void>((resolve) => first.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(first.address() as AddressInfo).port}/a.git`;
    const cache = join(temporaryFolder(), "led");
    await checkout({ remote: { url, token: TOKEN }, isHidden: true }, context(cache));
    await checkout({ remote: { url, token: TOKEN } }, context(cache));
    for (const server of [first, other]) {
      server.closeAllConnections();
      server.close();
    }
    assert.ok(seen.length > 0);
    assert.equal(new Set(seen), new Set([undefined]));
  });
});

describe("run: unresponsive Git servers", (test) => {
  for (const scheme of ["git", "http"]) {
    for (const isHidden of scheme === "http" ? [false, true] : [false]) {
      test(`${scheme}${isHidden ? ", from the environment" : ""}`, async () => {
        const server = createServer(() => {});
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/a.git`;
        const cache = join(temporaryFolder(), `silent-${scheme}-${isHidden}`);
        const result = await checkout(
          { remote: { url, token: undefined }, isHidden },
          { ...context(cache), stallMs: 1000 },
        );
        server.close();
        assert.is(result.kind, "problem");
      });
    }
  }
});

describe("run: the repository of a definition", (test) => {
  test("is hidden from Git exactly if it comes from the environment", () => {
    const scope = { environment: { HOST: "example.org" }, locations: new Map(), handles: new Set() } as never;
    const step = (url: PlanValue) => ({ id: "a", kind: "checkout", needs: [], url }) as const;
    const literal = readCheckout(step({ literal: "https://example.org/a" }), scope);
    const given = readCheckout(step({ template: [{ literal: "https://" }, { env: "HOST" }] }), scope);
    assert.is(literal.kind === "value" && literal.value.isHidden, false);
    assert.is(given.kind === "value" && given.value.isHidden, true);
  });
});
