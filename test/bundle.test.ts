// Bundles: the same files give the same digest, and what runs from a bundle is what runs from the definition.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { CODE, command, definition, INPUT, PROJECT, VALUES, valuesIn, writeAll } from "./bundle-project.ts";
import { describe } from "./describe.ts";
import { linkPackage } from "./dist.ts";
import { fixture } from "./golden.ts";
import { gitIn, serveGit, TOKEN } from "./run/git-server.ts";
import { temporaryFolder } from "./temporary.ts";

const GITHUB_TOKEN = `ghp_${"aZ3kQ9vB2mX7".repeat(3)}`;

describe("bundle", (test) => {
  test("the same files give the same digest, whatever their folder, times, permissions and repository are", async () => {
    const folder = temporaryFolder();
    const cache = join(folder, "cache");
    const [one, other] = [writeAll(join(folder, "one"), PROJECT), join(folder, "deeper/other")];
    const first = await command(one, ["bundle", "--out", "bundle"], { cache });
    assert.is(first.code, 0, first.err);
    assert.match(first.out, /^sha256:[0-9a-f]{64}\n$/);
    assert.match(
      first.err,
      /code of scaler: .* in 3 files\nfile scaler\/files\/scale: .* in 1 file\ntotal: .*\nWrote bundle\n$/,
    );

    cpSync(one, other, { recursive: true });
    for (const name of ["efemarai.yaml", "scale.json"]) {
      chmodSync(join(other, name), 0o600);
      utimesSync(join(other, name), 1, 1);
    }
    mkdirSync(join(other, "__pycache__"));
    writeFileSync(join(other, "__pycache__/inference.cpython-311.pyc"), "compiled");
    writeFileSync(join(other, ".env"), "SECRET=1\n");
    gitIn(other, "init", "--quiet");
    const script = 'umask 077; exec "$@"';
    const run = (...args: readonly string[]) => execFileSync("sh", ["-c", script, "sh", ...args], { cwd: other });
    run("cp", "-r", "parts", "copied");
    rmSync(join(other, "parts"), { recursive: true });
    renameSync(join(other, "copied"), join(other, "parts"));
    const second = await command(other, ["bundle", "--out", "again.tar"], { cache });
    assert.equal(second.out, first.out, second.err);
    const third = await command(other, ["bundle", "--out", "bundle"], { cache });
    assert.equal(third.out, first.out, "an older bundle in the folder is not code");
    const inspected = await command(other, ["bundle", "inspect", "again.tar"], { cache });
    assert.match(inspected.out, new RegExp(`^digest {7}${first.out}plan`));

    writeFileSync(join(other, "parts/factor.py"), "FACTOR = 11\n");
    const changed = await command(other, ["bundle", "--out", "bundle"], { cache });
    assert.is.not(changed.out, first.out);
  });

  test("a folder and a tar file are read by every command that reads a definition", async () => {
    const folder = temporaryFolder();
    const cache = join(folder, "cache");
    const project = writeAll(join(folder, "project"), PROJECT);
    const plan = await command(project, ["plan"], { cache });
    await command(project, ["bundle", "--out", "../bundle"], { cache });
    await command(project, ["bundle", "--out", "../bundle.tar"], { cache });
    rmSync(project, { recursive: true });
    for (const bundle of ["bundle", "bundle.tar"]) {
      const options = { cache: join(folder, `cache of ${bundle}`) };
      const ran = await command(folder, ["run", bundle, "--input", "-"], { ...options, input: INPUT });
      assert.equal(valuesIn(ran), VALUES, ran.err);
      assert.is((await command(folder, ["plan", bundle], options)).out, plan.out);
      assert.match((await command(folder, ["check", bundle], options)).out, /^Checked 1 file: no problems found\n$/);
      assert.match((await command(folder, ["graph", bundle], options)).out, /scaler/);
      assert.match((await command(folder, ["doctor", bundle], options)).out, /scaler: ready\n/);
      const verified = await command(folder, ["bundle", "verify", bundle], options);
      assert.equal([verified.code, verified.out.replace(/^sha256:\w+/, "")], [0, ": 3 layers verified\n"]);
    }
    const both = await command(folder, ["check", "bundle", "bundle.tar"], { cache });
    assert.equal([both.code, both.err], [2, "modelwright: bundle is a bundle. Use it as the only argument.\n"]);
    const fixed = await command(folder, ["check", "--fix", "bundle"], { cache });
    assert.is(fixed.code, 2);
  });

  test("the files of a bundle in the cache are verified when they are used again", async () => {
    const folder = temporaryFolder();
    const cache = join(folder, "cache");
    const project = writeAll(join(folder, "project"), PROJECT);
    const { out } = await command(project, ["bundle", "--out", "../bundle"], { cache });
    const run = () => command(folder, ["run", "bundle", "--input", "-"], { cache, input: INPUT });
    assert.equal(valuesIn(await run()), VALUES);
    const unpacked = join(cache, "modelwright/bundles", out.trim().replace("sha256:", ""), "definition");
    writeFileSync(join(unpacked, "parts/factor.py"), "FACTOR = 99\n");
    assert.equal(valuesIn(await run()), VALUES);
    writeFileSync(join(unpacked, "json.py"), "raise SystemExit\n");
    assert.equal(valuesIn(await run()), VALUES);
    rmSync(join(unpacked, "scale.json"));
    assert.equal(valuesIn(await run()), VALUES);
    for (const text of ["{}", "[", '{"bundle.json":"1 2 3"}']) {
      writeFileSync(join(unpacked, "..", "..", `${out.trim().replace("sha256:", "")}.json`), text, { mode: 0o600 });
      assert.equal(valuesIn(await run()), VALUES);
    }
  });

  test("code of a repository and a file from a URL run without Git, variables or a network", async () => {
    const folder = temporaryFolder();
    const cache = join(folder, "cache");
    const code = writeAll(join(folder, "served/code"), { ...CODE, "parts/factor.py": "FACTOR = 7\n" });
    gitIn(code, "init", "--quiet");
    gitIn(code, "add", ".");
    gitIn(code, "commit", "--quiet", "-m", "first");
    const token = Buffer.from(`x-access-token:${TOKEN}`).toString("base64");
    const server = createServer((request, response) => {
      const { url = "" } = request;
      if (url === "/files/scale.json") response.end('{"scale": 3}');
      else if (request.headers.authorization !== `Basic ${token}`)
        response.writeHead(401, { "www-authenticate": "Basic" }).end();
      else serveGit(join(folder, "served"), url, request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const text = definition(
      "        url: ${STORE}/files/scale.json\n        upload: true\n",
      `    repository:\n      url: ${address}/code\n      branch: main\n      access_token: \${GIT_TOKEN}\n`,
    );
    const project = writeAll(join(folder, "project"), { "efemarai.yaml": text });
    const env = { GIT_TOKEN: TOKEN, STORE: address };
    try {
      const without = await command(project, ["bundle", "--out", "../bundle"], { cache });
      assert.is(without.code, 6, without.err);
      assert.match(without.err, /GIT_TOKEN is not set/);
      const made = await command(project, ["bundle", "--out", "../bundle"], { cache, env });
      assert.is(made.code, 0, made.err);
    } finally {
      server.close();
      server.closeAllConnections();
    }
    const all = readdirSync(join(folder, "bundle/blobs/sha256")).map((name) =>
      readFileSync(join(folder, "bundle/blobs/sha256", name), "latin1"),
    );
    for (const secret of [TOKEN, token, address.slice("http://".length)].slice(0, 2))
      assert.not.ok(all.join("").includes(secret));
    // Only Python is on the `PATH`.
    const programs = join(folder, "programs");
    mkdirSync(programs);
    const python = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });
    symlinkSync(python, join(programs, "python3"));
    const options = { cache: join(folder, "empty"), input: INPUT, env: { PATH: programs } };
    const ran = await command(folder, ["run", "bundle", "--input", "-"], options);
    assert.equal(valuesIn(ran), [21, 42], ran.err);
  });

  test("a file that is not packed must have the recorded hash when the bundle runs", async () => {
    const folder = temporaryFolder();
    const cache = join(folder, "cache");
    let content = '{"scale": 3}';
    const server = createServer((_, response) => response.end(content));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    server.unref();
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const text = definition("        url: ${STORE}/scale.json\n        upload: false\n");
    const project = writeAll(join(folder, "project"), { ...CODE, "efemarai.yaml": text });
    const env = { STORE: address };
    const made = await command(project, ["bundle", "--out", "../bundle"], { cache, env });
    assert.is(made.code, 0, made.err);
    const run = (name: string) =>
      command(folder, ["run", "bundle", "--input", "-"], { cache: join(folder, name), input: INPUT, env });
    assert.equal(valuesIn(await run("same")), VALUES);
    content = '{"scale": 4}';
    const changed = await run("changed");
    assert.is(changed.code, 6);
    assert.match(changed.err, /the file has changed: `modelwright\.lock` records sha256 \w+ \(12 bytes\)/);
    server.close();
    server.closeAllConnections();
  });

  test("generated bindings start a model from a bundle", async () => {
    const folder = temporaryFolder();
    const cache = join(folder, "cache");
    const project = writeAll(join(folder, "project"), PROJECT);
    await command(project, ["bundle", "--out", "../bundle.tar"], { cache });
    await command(project, ["build", "--target", "js", "--out", "../client"], { cache });
    writeFileSync(join(project, "parts/factor.py"), "FACTOR = 11\n");
    writeFileSync(join(project, "efemarai.yaml"), `${PROJECT["efemarai.yaml"]}    description: changed\n`);
    await command(project, ["bundle", "--out", "../other"], { cache });
    rmSync(project, { recursive: true });
    const client = `import { scaler } from "./models.js";
const session = await scaler.start({ env: process.env, bundle: process.argv[2] });
for await (const { value } of session.predict([{ inputs: { x: 1 } }, { inputs: { x: 2 } }])) console.log(value);
await session.stop();
`;
    writeAll(join(folder, "client"), { "client.mjs": client, "package.json": '{"type": "module"}' });
    mkdirSync(join(folder, "client/node_modules"));
    linkPackage(join(folder, "client/node_modules/modelwright"));
    const start = (bundle: string) =>
      spawnSync(process.execPath, ["client/client.mjs", bundle], {
        cwd: folder,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: process.env["HOME"], XDG_CACHE_HOME: cache },
      });
    const started = start("bundle.tar");
    assert.is(started.stdout, `${VALUES.join("\n")}\n`, started.stderr);
    assert.match(start("other").stderr, /`other` was made from another definition than the generated module/);
    assert.match(start("missing.tar").stderr, /`missing\.tar` is not a usable bundle: /);
  });

  test("the digits demo gives the same predictions", async () => {
    const folder = temporaryFolder();
    const digits = fixture("run", "digits");
    const cache = join(folder, "cache");
    assert.is((await command(folder, ["bundle", digits, "--out", "digits.tar"], { cache })).code, 0);
    const ran = await command(folder, ["run", "digits.tar", "--input", join(digits, "images")], { cache });
    assert.is(ran.out, readFileSync(join(digits, "predictions.jsonl"), "utf8"));
  });
});

describe("what a bundle refuses to pack", (test) => {
  const refused: readonly (readonly [
    title: string,
    change: (folder: string) => void,
    message: RegExp,
    code: number,
  ])[] = [
    [
      "a token in code",
      (folder) => writeFileSync(join(folder, "parts/factor.py"), `FACTOR = 10\nTOKEN = "${GITHUB_TOKEN}"\n`),
      /^modelwright: These files would be in the bundle:\n {2}parts\/factor\.py contains a credential \(github\)\nRemove it, or use `--allow-secret PATH` if it is not secret\.\n$/m,
      1,
    ],
    [
      "a token in a binary file",
      (folder) =>
        writeFileSync(
          join(folder, "scale.json"),
          Buffer.concat([Buffer.alloc(3e6), Buffer.from(GITHUB_TOKEN), Buffer.alloc(9)]),
        ),
      /scale\.json contains a credential \(github\)/,
      1,
    ],
    [
      "the value of a variable that holds a credential",
      (folder) => {
        const text = definition("        url: scale.json\n        credentials: ${STORAGE_TOKEN}\n");
        writeFileSync(join(folder, "efemarai.yaml"), text);
        writeFileSync(join(folder, "notes.txt"), "the password is planted-value-of-a-variable\n");
      },
      /notes\.txt contains the value of the environment variable STORAGE_TOKEN/,
      1,
    ],
    [
      "a hard-coded secret in the definition",
      (folder) =>
        writeFileSync(
          join(folder, "efemarai.yaml"),
          definition("        url: scale.json\n        credentials: ada:Qw8zKp3mXv\n"),
        ),
      /efemarai\.yaml contains a hard-coded secret/,
      1,
    ],
    [
      "a symbolic link that leads out",
      (folder) => symlinkSync("/etc/hostname", join(folder, "parts/host.txt")),
      /`parts\/host\.txt` is a symbolic link that leads out of the folder of the definition; replace it with a copy/,
      6,
    ],
    [
      "a symbolic link that leads to a folder around it",
      (folder) => symlinkSync("..", join(folder, "parts/again")),
      /`parts\/again` is a symbolic link to a folder that contains it; remove it/,
      6,
    ],
    [
      "a path that stays on this machine",
      (folder) =>
        writeFileSync(join(folder, "efemarai.yaml"), definition("        url: scale.json\n        upload: false\n")),
      /scaler\/files\/scale: it has `upload: false`, so the bundle would refer to a path of this machine/,
      6,
    ],
    [
      "a file that does not exist",
      (folder) => rmSync(join(folder, "scale.json")),
      /scaler\/files\/scale: `?.*scale\.json`? does not exist/,
      6,
    ],
  ];
  for (const [title, change, message, code] of refused) {
    test(title, async () => {
      const folder = temporaryFolder();
      const project = writeAll(join(folder, "project"), PROJECT);
      change(project);
      const env = { STORAGE_TOKEN: "planted-value-of-a-variable" };
      const { err, ...made } = await command(project, ["bundle", "--out", "../bundle"], {
        cache: join(folder, "cache"),
        env,
      });
      assert.match(err, message);
      assert.is(made.code, code);
      assert.not.ok(readdirSync(folder).includes("bundle"));
    });
  }

  test("a file with a token is packed if it is allowed by its path", async () => {
    const folder = temporaryFolder();
    const project = writeAll(join(folder, "project"), { ...PROJECT, "parts/example.txt": GITHUB_TOKEN });
    const args = ["bundle", "--out", "../bundle", "--allow-secret", "parts/example.txt"];
    const made = await command(project, args, { cache: join(folder, "cache") });
    assert.is(made.code, 0, made.err);
  });

  test("a folder or file that is not a bundle is not replaced", async () => {
    const folder = temporaryFolder();
    const project = writeAll(join(folder, "project"), { ...PROJECT, "other/notes.txt": "mine" });
    const made = await command(project, ["bundle", "--out", "other"], { cache: join(folder, "cache") });
    const message =
      "modelwright: Cannot write other: it is a folder that does not contain a bundle. Choose another `--out`.\n";
    assert.equal([made.code, made.err], [3, message]);
  });
});
