// The lock file through the command line: real Git repositories and files of a server on this machine.
import { mkdirSync, readdirSync } from "node:fs";
import * as assert from "uvu/assert";
import { describe } from "../describe.ts";
import { linkPackage } from "../dist.ts";
import { CODE, definitionOf, inRemoteProject, type RemoteProject, sha256, WEIGHTS } from "./remote-project.ts";

const RUN = ["run", "--input", "in.jsonl", "--quiet"];

/** The entries of the lock file. */
const entriesOf = ({ read }: RemoteProject) => JSON.parse(read("modelwright.lock"));

const inProject = (work: (project: RemoteProject & { readonly commits: readonly string[] }) => Promise<void>) =>
  inRemoteProject(async (project) => work({ ...project, commits: [project.commit({ "detector/model.py": CODE })] }));

describe("lock", (test) => {
  test("records the commit of a branch and the hash of a file, and is idempotent", () =>
    inProject(async (project) => {
      const { modelwright, origin, commits } = project;
      const first = await modelwright(["lock"]);
      assert.is(first.code, 0, first.err);
      const { lockVersion, code, files } = entriesOf(project);
      assert.is(lockVersion, 1);
      assert.equal(Object.keys(code), [`${origin}/code/.git#main`]);
      assert.is(code[`${origin}/code/.git#main`].commit, commits[0]);
      assert.equal(files, { [`${origin}/weights.bin`]: { sha256: sha256(WEIGHTS), bytes: WEIGHTS.length } });
      const text = project.read("modelwright.lock");
      const requests = project.requests.length;
      const again = await modelwright(["lock"]);
      assert.match(again.out, "modelwright.lock: unchanged");
      assert.is(project.read("modelwright.lock"), text);
      assert.is(project.requests.length, requests);
    }));

  test("a run fetches what is locked, although the branch has moved", () =>
    inProject(async (project) => {
      const { modelwright, commit, commits, requests } = project;
      await modelwright(["lock"]);
      const moved = commit({ "detector/model.py": CODE.replace("len(model.weights)", "0") });
      const before = requests.length;
      const pinned = await modelwright(RUN);
      assert.match(pinned.out, `"size":${WEIGHTS.length}`);
      assert.is(requests.length, before);
      const updated = await modelwright(["lock", "--update"]);
      assert.match(updated.out, `code/.git#main: moved from commit ${commits[0]} to commit ${moved}`);
      assert.match((await modelwright(RUN)).out, '"size":0');
    }));

  test("a file that has changed is an error that names both, until the lock file is updated", () =>
    inProject(async (project) => {
      const { modelwright, serve, origin } = project;
      await modelwright(["lock"]);
      serve("other weights");
      const cache = { XDG_CACHE_HOME: `${project.folder}/cache` };
      const { code, err } = await modelwright(RUN, cache);
      assert.is(code, 6);
      assert.match(err, `records sha256 ${sha256(WEIGHTS)} (${WEIGHTS.length} bytes)`);
      assert.match(err, `the server sent sha256 ${sha256("other weights")} (13 bytes)`);
      // The cache has no trace of it.
      assert.not.ok(readdirSync(`${project.folder}/cache/modelwright`).includes("files"));
      const updated = await modelwright(["lock", "--update", "ships"]);
      assert.match(updated.out, `${origin}/weights.bin: the file changed from sha256 ${sha256(WEIGHTS)}`);
      assert.match((await modelwright(RUN, cache)).out, '"size":13');
    }));

  test("a run without a lock file says what is not locked, and --locked fails before anything is fetched", () =>
    inProject(async ({ modelwright, origin, requests }) => {
      const { code, err } = await modelwright([...RUN, "--locked"]);
      assert.is(code, 6);
      for (const key of [`${origin}/code/.git#main`, `${origin}/weights.bin`])
        assert.match(err, `\`--locked\` requires an entry for \`${key}\` in \`modelwright.lock\``);
      assert.is(requests.length, 0);
      const said = await modelwright(RUN.filter((word) => word !== "--quiet"));
      assert.match(said.err, `not locked: ${origin}/code/.git#main, ${origin}/weights.bin; run \`modelwright lock\``);
      await modelwright(["lock"]);
      const locked = await modelwright([...RUN.filter((word) => word !== "--quiet"), "--locked"]);
      assert.is(locked.code, 0, locked.err);
      assert.not.match(locked.err, "not locked");
    }));

  test("without a network, a locked run works from the cache, and without a cache it says what is missing", () =>
    inProject(async ({ modelwright, disconnect, folder }) => {
      await modelwright(["lock"]);
      disconnect();
      const { code, out, err } = await modelwright([...RUN, "--locked", "--offline"]);
      assert.is(code, 0, err);
      assert.is(out.split("\n").length, 3);
      const empty = await modelwright([...RUN, "--locked", "--offline"], { XDG_CACHE_HOME: `${folder}/empty` });
      assert.is(empty.code, 6);
      assert.match(
        empty.err,
        /the commit `[0-9a-f]{40}`.* is not in the cache, and `--offline` does not allow a download/,
      );
      assert.match(empty.err, "it is not in the cache, and `--offline` does not allow a download");
    }));

  test("a bundle reports an entry that is missing, and is not made with an invalid lock file", () =>
    inProject(async (project) => {
      const { modelwright, write, origin } = project;
      await modelwright(["lock"]);
      const { files: _, ...rest } = entriesOf(project);
      write("modelwright.lock", JSON.stringify(rest));
      const made = await modelwright(["bundle", "--out", "made.tar"]);
      assert.is(made.code, 0, made.err);
      assert.match(made.err, `\`modelwright.lock\` has no entry for \`${origin}/weights.bin\`.`);
      write("modelwright.lock", "{}");
      const { code, err } = await modelwright(["bundle", "--out", "invalid.tar"]);
      assert.is(code, 6);
      assert.is(err.split("`modelwright.lock` cannot be used, because its `lockVersion` is not 1").length, 2, err);
    }));

  test("generated bindings start from the cache with `locked` and `offline`, without a network", () =>
    inProject(async ({ modelwright, node, write, disconnect, folder, requests, origin }) => {
      mkdirSync(`${folder}/node_modules`);
      linkPackage(`${folder}/node_modules/modelwright`);
      write("package.json", '{"type": "module"}');
      write(
        "client.js",
        `import { ships } from "./generated/models.js";
const start = (cache, options) =>
  ships.start({ env: { ...process.env, XDG_CACHE_HOME: cache }, ...options });
const rows = async (cache, options) => {
  const session = await start(cache, options).catch((error) => ({ error }));
  if (session.error !== undefined) return session.error.failures.map(({ message }) => message);
  const sizes = [];
  for await (const { size } of session.predict([{ id: "a", inputs: {} }])) sizes.push(size);
  await session.stop();
  return sizes;
};
const both = { locked: true, offline: true };
console.log(JSON.stringify([
  await rows(process.env.XDG_CACHE_HOME, JSON.parse(process.argv[2])),
  await rows("${folder}/empty", both),
]));
`,
      );
      const client = async (options: object): Promise<readonly (readonly (string | number)[])[]> => {
        const { code, out, err } = await node(["client.js", JSON.stringify(options)]);
        assert.is(code, 0, err);
        return JSON.parse(out);
      };
      const built = await modelwright(["build", "--target", "js"]);
      assert.is(built.code, 0, built.err);
      const [unlocked] = await client({ locked: true });
      assert.equal(unlocked, [
        `\`--locked\` requires an entry for \`${origin}/code/.git#main\` in \`modelwright.lock\`; run \`modelwright lock\``,
        `\`--locked\` requires an entry for \`${origin}/weights.bin\` in \`modelwright.lock\`; run \`modelwright lock\``,
      ]);
      await modelwright(["lock"]);
      await modelwright(["build", "--target", "js"]);
      assert.equal((await client({ locked: true }))[0], [WEIGHTS.length]);
      disconnect();
      const before = requests.length;
      const [sizes, missing = []] = await client({ locked: true, offline: true });
      assert.equal(sizes, [WEIGHTS.length]);
      assert.is(missing.length, 2);
      for (const message of missing) assert.match(String(message), "`--offline` does not allow a download");
      assert.is(requests.length, before);
    }));

  test("--offline without a lock file requires a commit", () =>
    inProject(async ({ modelwright }) => {
      await modelwright(RUN);
      const { code, err } = await modelwright([...RUN, "--offline"]);
      assert.is(code, 6);
      assert.match(err, "`--offline` requires the full hash of a commit, not `main`");
    }));

  test("--check exits with 4 if entries are missing or unused, and writes nothing", () =>
    inProject(async (project) => {
      const { modelwright, origin, write, read, requests } = project;
      const missing = await modelwright(["lock", "--check"]);
      assert.is(missing.code, 4);
      assert.match(missing.out, `modelwright.lock: missing: ${origin}/code/.git#main`);
      assert.is(requests.length, 0);
      await modelwright(["lock"]);
      assert.is((await modelwright(["lock", "--check"])).code, 0);
      const text = read("modelwright.lock");
      write("efemarai.yaml", definitionOf(origin, { branch: "other" }));
      const stale = await modelwright(["lock", "--check"]);
      assert.is(stale.code, 4);
      assert.match(stale.out, `${origin}/code/.git#main: no longer used`);
      assert.match(stale.out, `missing: ${origin}/code/.git#other`);
      assert.is(read("modelwright.lock"), text);
    }));

  test("--check --update asks the network, and writes nothing", () =>
    inProject(async ({ modelwright, commit, read }) => {
      await modelwright(["lock"]);
      assert.is((await modelwright(["lock", "--check", "--update"])).code, 0);
      commit({});
      const text = read("modelwright.lock");
      const { code, out } = await modelwright(["lock", "--check", "--update"]);
      assert.is(code, 4);
      assert.match(out, "#main: moved from commit");
      assert.is(read("modelwright.lock"), text);
    }));

  test("what cannot be fetched fails, and the rest is written", () =>
    inProject(async (project) => {
      const { modelwright, write, origin } = project;
      write("efemarai.yaml", definitionOf(origin, { branch: "gone" }));
      const { code, err } = await modelwright(["lock"]);
      assert.is(code, 6);
      assert.match(err, `Not locked: ${origin}/code/.git#gone: the repository has no branch \`gone\`.`);
      assert.equal(Object.keys(entriesOf(project).files), [`${origin}/weights.bin`]);
    }));

  test("a commit that was removed from the repository is named", () =>
    inProject(async ({ modelwright, read, write, commits }) => {
      await modelwright(["lock"]);
      const gone = "0123456789".repeat(4);
      write("modelwright.lock", read("modelwright.lock").replaceAll(commits[0] ?? "", gone));
      const { code, err } = await modelwright(RUN);
      assert.is(code, 6);
      assert.match(err, `the repository has no commit \`${gone}\`, which \`modelwright.lock\` records for \`main\``);
    }));

  test("an invalid lock file is an error of each run that needs it", () =>
    inProject(async ({ modelwright, write, requests }) => {
      write("modelwright.lock", '{"lockVersion": 2}');
      const { code, err } = await modelwright(RUN);
      assert.is(code, 6);
      assert.match(err, "`modelwright.lock` cannot be used, because its `lockVersion` is not 1");
      assert.is(requests.length, 0);
      const locked = await modelwright(["lock"]);
      assert.is(locked.code, 3);
      assert.match(locked.err, "Remove the file, and run `modelwright lock` again.");
    }));

  test("variables and credentials are written as names, and never as values", () =>
    inProject(async (project) => {
      const { modelwright, write, origin } = project;
      const [host, port] = origin.replace("http://", "").split(":");
      const secret = "s3cret-value-91";
      const text = definitionOf(origin).replace(
        `${origin}/weights.bin`,
        `http://${host}:\${PORT:-1}/weights.bin?token=\${SECRET}&v=2`,
      );
      write("efemarai.yaml", text.replace(`${origin}/code`, `http://\${GIT_USER}:\${SECRET}@${host}:${port}/code`));
      const env = { PORT: port, SECRET: secret, GIT_USER: "ada-lovelace" };
      const { code, err, out } = await modelwright(["lock"], env);
      assert.is(code, 0, err);
      const entries = entriesOf(project);
      assert.equal(Object.keys(entries.code), [`http://${host}:${port}/code/.git#main`]);
      assert.equal(Object.keys(entries.files), [`http://${host}:\${PORT:-1}/weights.bin?v=2`]);
      for (const shown of [project.read("modelwright.lock"), err, out])
        for (const value of [secret, "ada-lovelace"]) assert.not.match(shown, value);
      const run = await modelwright([...RUN, "--locked"], env);
      assert.is(run.code, 0, run.err);
    }));
});

describe("lock: conflicts", (test) => {
  test("are an error of check and run, and `lock` keeps both sides and asks again for what differs", () =>
    inProject(async (project) => {
      const { modelwright, read, write, commits, origin } = project;
      await modelwright(["lock"]);
      const text = read("modelwright.lock");
      const other = text
        .replace(commits[0] ?? "", "0123456789".repeat(4))
        .replace(/"files": \{[^}]*\}\n {2}\}/, '"files": {}');
      write("modelwright.lock", `<<<<<<< HEAD\n${text}=======\n${other}>>>>>>> feature\n`);
      const checked = await modelwright(["check"]);
      assert.is(checked.code, 1);
      assert.match(checked.out, "error[invalid-lock]: Unresolved merge conflict in the lock file.");
      assert.match((await modelwright(RUN)).err, "because it has unresolved merge conflicts; run `modelwright lock`");
      assert.is((await modelwright(["lock", "--check"])).code, 4);
      const { code, out, err } = await modelwright(["lock"]);
      assert.is(code, 0, err);
      assert.match(out, `${origin}/code/.git#main: locked at commit ${commits[0]}`);
      assert.is(read("modelwright.lock"), text);
    }));
});

describe("lock: doctor", (test) => {
  const python = ["--python", "/usr/bin/python3"];

  test("shows what is locked and cached, and what a run downloads", () =>
    inProject(async ({ modelwright, origin, folder, disconnect }) => {
      const before = await modelwright(["doctor", ...python]);
      assert.match(before.out, `fetches code of ${origin}/code/.git at main (not locked)`);
      assert.match(before.out, `fetches ${origin}/weights.bin (not locked)`);
      const online = await modelwright(["doctor", "--online", ...python]);
      assert.match(online.out, `fetches ${origin}/weights.bin (not locked, ${WEIGHTS.length} bytes)`);
      assert.match(online.out, `A run downloads ${WEIGHTS.length} bytes, and 1 of unknown size.`);
      await modelwright(["lock"]);
      const after = await modelwright(["doctor", ...python]);
      assert.match(after.out, `cached  code of ${origin}/code/.git at main (locked)`);
      assert.match(after.out, `cached  ${origin}/weights.bin (locked)`);
      const other = { XDG_CACHE_HOME: `${folder}/other` };
      const elsewhere = await modelwright(["doctor", ...python], other);
      assert.match(elsewhere.out, `fetches ${origin}/weights.bin (locked, ${WEIGHTS.length} bytes)`);
      disconnect();
      const gone = await modelwright(["doctor", "--online", ...python], other);
      assert.is(gone.code, 1);
      assert.match(gone.out, "problem: ships/files/weights: the server refused the connection");
      assert.match(gone.out, "problem: ships/repository: ");
    }));
});
