// Bundles in a registry: the `docker-registry` of Debian on loopback, alone and behind servers that ask for tokens and redirect.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from "node:http";
import { type AddressInfo, createServer as createSocket } from "node:net";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { CODE, command, definition, INPUT, PROJECT, VALUES, valuesIn, writeAll } from "./bundle-project.ts";
import { describe } from "./describe.ts";
import { fixture } from "./golden.ts";
import { gitIn, serveGit } from "./run/git-server.ts";
import { temporaryFolder } from "./temporary.ts";

const isInstalled = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const HAS_REGISTRY = isInstalled("docker-registry");
if (!HAS_REGISTRY)
  console.log("skipped: docker-registry is not installed here, so bundles in registries are not tried");

/** A registry for the tests of this file. It ends with this process. */
let registry: Promise<string> | undefined;

function startRegistry(): Promise<string> {
  registry ??= (async () => {
    const folder = temporaryFolder();
    const port = await freePort();
    const config = [
      "version: 0.1",
      `storage: { filesystem: { rootdirectory: ${folder}/data } }`,
      `http: { addr: "127.0.0.1:${port}" }`,
      "",
    ];
    writeFileSync(join(folder, "config.yml"), config.join("\n"));
    const child = spawn("docker-registry", ["serve", join(folder, "config.yml")], { stdio: "ignore" });
    child.unref();
    process.on("exit", () => child.kill("SIGKILL"));
    const end = Date.now() + 30_000;
    while (
      !(await fetch(`http://127.0.0.1:${port}/v2/`).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      assert.ok(Date.now() < end, "the registry did not start");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return `127.0.0.1:${port}`;
  })();
  return registry;
}

async function freePort(): Promise<number> {
  const server = createSocket().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ server: Server; host: string }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref(); // a test that fails does not close it
  return { server, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Passes a request to the registry, which then believes that it is the server itself. */
function forward(host: string, request: IncomingMessage, response: ServerResponse): void {
  const { authorization: _, ...headers } = request.headers;
  const passed = send(
    { host: host.split(":")[0], port: host.split(":")[1], method: request.method, path: request.url, headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    },
  );
  request.pipe(passed);
}

/** Only Python is on this `PATH`. */
function onlyPython(folder: string): string {
  const programs = join(folder, "programs");
  mkdirSync(programs);
  const python = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });
  symlinkSync(python, join(programs, "python3"));
  return programs;
}

describe("bundles in a registry", (test) => {
  if (!HAS_REGISTRY) {
    test("are not tried without docker-registry", () => {});
    return;
  }

  test("are pushed once, and run on a machine without Git, with an empty cache", async () => {
    const host = await startRegistry();
    const folder = temporaryFolder();
    const cache = join(folder, "cache");
    const code = writeAll(join(folder, "served/code"), CODE);
    const git = await serve((request, response) =>
      serveGit(join(folder, "served"), request.url ?? "", request, response),
    );
    gitIn(code, "init", "--quiet");
    gitIn(code, "add", ".");
    gitIn(code, "commit", "--quiet", "-m", "first");
    const text = definition(
      "        url: scale.json\n",
      `    repository:\n      url: http://${git.host}/code\n      branch: main\n`,
    );
    const project = writeAll(join(folder, "project"), {
      "efemarai.yaml": text,
      "scale.json": '{"scale": 3}',
      "examples/inputs.jsonl": INPUT,
    });
    const recorded = await command(project, ["test", "--update"], { cache });
    assert.is(recorded.code, 0, recorded.err);
    const first = await command(project, ["bundle", "--push", `${host}/team/scaler:v1`, "--out", "../bundle"], {
      cache,
    });
    assert.is(first.code, 0, first.err);
    assert.match(first.err, /\nPushed [\d.]+ kB\n$/);
    const url = first.out.trim();
    assert.match(url, new RegExp(`^oci://${host}/team/scaler@sha256:[0-9a-f]{64}$`));
    const second = await command(project, ["bundle", "--push", `${host}/team/scaler`], { cache });
    assert.equal(
      [second.out, second.err.split("\n").at(-2)],
      [first.out, "Pushed; the registry already had every layer"],
    );

    const empty = { cache: join(folder, "empty"), env: { PATH: onlyPython(folder) } };
    const ran = await command(folder, ["run", url, "--input", "-"], { ...empty, input: INPUT });
    assert.equal(valuesIn(ran), VALUES, ran.err);
    const verified = await command(folder, ["bundle", "verify", url, "--run"], empty);
    assert.match(verified.out, /: 4 layers verified\nscaler: 2 examples, as recorded\n$/);
    assert.equal(readdirSync(join(folder, "empty/modelwright/parts")), []);

    const inspected = await command(folder, ["bundle", "inspect", "bundle", "--format", "json"], { cache });
    assert.is(JSON.parse(inspected.out).digest, url.split("@")[1]);
    const gone = await command(folder, ["run", url.replace(host, "127.0.0.1:1"), "--input", "-"], {
      ...empty,
      input: INPUT,
    });
    assert.equal(valuesIn(gone), VALUES, "the cache has this digest");
    const offline = (own: { readonly cache?: string }) =>
      command(folder, ["run", url, "--offline", "--input", "-"], { ...empty, ...own, input: INPUT });
    assert.equal(valuesIn(await offline({})), VALUES);
    const nothing = await offline({ cache: join(folder, "nothing") });
    assert.is(nothing.code, 3);
    assert.match(nothing.err, "cannot be fetched: it is not in the cache, and `--offline` does not allow a download.");
  });

  test("that do not exist, or are named without a digest, are refused in one sentence", async () => {
    const host = await startRegistry();
    const folder = temporaryFolder();
    const cache = join(folder, "cache");
    const missing = `oci://${host}/team/scaler@sha256:${"0".repeat(64)}`;
    const cases: readonly (readonly [url: string, message: RegExp])[] = [
      [missing, /cannot be fetched: the registry .* does not have it\.\n$/],
      [`oci://${host}/team/scaler:v1`, /the URL names no digest, so its content could change/],
      [
        `oci://127.0.0.1:${await freePort()}/x@sha256:${"0".repeat(64)}`,
        /cannot be fetched: the registry 127\.0\.0\.1:\d+ cannot be reached\.\n$/,
      ],
      ["oci://../nothing", /the URL is not `oci:\/\/HOST\/NAME@sha256:…`/],
    ];
    for (const [url, message] of cases) {
      const { code, err } = await command(folder, ["bundle", "inspect", url], { cache });
      assert.is(code, 3, err);
      assert.match(err, message);
    }
    const project = writeAll(join(folder, "project"), PROJECT);
    for (const image of ["Upper/Case", "host.example/name@sha256:12", "host/../name"]) {
      const { code, err } = await command(project, ["bundle", "--push", image], { cache });
      assert.is(code, 2, err);
    }
  });

  test("are pushed and pulled with a token, which no other server receives", async () => {
    const upstream = await startRegistry();
    const folder = temporaryFolder();
    const cache = join(folder, "cache");
    const [user, password, token] = ["ada", "pass:word-1234", "tok3n.of-the.registry"];
    const seen: { readonly server: string; readonly authorization: string | undefined }[] = [];
    const note = (server: string, { headers: { authorization } }: IncomingMessage) =>
      seen.push({ server, authorization });
    const storage = await serve((request, response) => {
      note("storage", request);
      forward(upstream, request, response);
    });
    const asked: string[] = [];
    const tokens = await serve((request, response) => {
      asked.push(request.url ?? "");
      const isKnown =
        request.headers.authorization === `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
      response.writeHead(isKnown ? 200 : 401).end(isKnown ? JSON.stringify({ token }) : "");
    });
    const front = await serve((request, response) => {
      note("registry", request);
      if (request.headers.authorization !== `Bearer ${token}`) {
        const challenge = `Bearer realm="http://${tokens.host}/token",service="registry of a test"`;
        response.writeHead(401, { "www-authenticate": challenge }).end();
      } else if (request.method === "GET" && request.url?.includes("/blobs/")) {
        response.writeHead(307, { location: `http://${storage.host}${request.url}` }).end();
      } else forward(upstream, request, response);
    });
    try {
      const project = writeAll(join(folder, "project"), PROJECT);
      const auth = { auths: { [front.host]: { auth: Buffer.from(`${user}:${password}`).toString("base64") } } };
      writeAll(folder, { "docker/config.json": JSON.stringify(auth) });
      const env = { DOCKER_CONFIG: join(folder, "docker"), HOME: folder };
      const refused = await command(project, ["bundle", "--push", `${front.host}/team/secret`], {
        cache,
        env: { HOME: folder },
      });
      assert.is(refused.code, 3);
      assert.match(
        refused.err,
        /the token server of 127\.0\.0\.1:\d+ responded with status 401; check the login with `docker login` or `podman login`\.\n$/,
      );

      const pushed = await command(project, ["bundle", "--push", `${front.host}/team/secret`], { cache, env });
      assert.is(pushed.code, 0, pushed.err);
      const { searchParams } = new URL(asked.at(-1) ?? "", `http://${tokens.host}`);
      assert.is(searchParams.get("scope"), "repository:team/secret:pull,push");
      assert.is(searchParams.get("service"), "registry of a test");
      const options = { cache: join(folder, "other"), env };
      const pulled = await command(folder, ["bundle", "inspect", pushed.out.trim()], options);
      assert.is(pulled.code, 0, pulled.err);
      const stored = seen.filter(({ server }) => server === "storage");
      assert.ok(stored.length >= 3);
      assert.equal(
        stored.filter(({ authorization }) => authorization !== undefined),
        [],
      );
      assert.not.ok(`${pushed.err}${pushed.out}${pulled.err}`.includes(token));
      assert.not.ok(`${refused.err}${pushed.err}`.includes(password));
    } finally {
      for (const { server } of [storage, tokens, front]) {
        server.close();
        server.closeAllConnections();
      }
    }
  });

  test("are pulled with credentials of a helper program", async () => {
    const upstream = await startRegistry();
    const folder = temporaryFolder();
    const front = await serve((request, response) => {
      const isKnown =
        request.headers.authorization === `Basic ${Buffer.from("bob:from-the-helper").toString("base64")}`;
      if (isKnown) forward(upstream, request, response);
      else response.writeHead(401, { "www-authenticate": 'Basic realm="test"' }).end();
    });
    try {
      const project = writeAll(join(folder, "project"), PROJECT);
      writeAll(folder, {
        "docker/config.json": JSON.stringify({ credHelpers: { [front.host]: "test" } }),
        "bin/docker-credential-test": `#!/bin/sh\n[ "$1" = get ] && [ "$(cat)" = "${front.host}" ] && echo '{"Username":"bob","Secret":"from-the-helper"}'\n`,
      });
      chmodSync(join(folder, "bin/docker-credential-test"), 0o755);
      const env = {
        DOCKER_CONFIG: join(folder, "docker"),
        HOME: folder,
        PATH: `${join(folder, "bin")}:${process.env["PATH"]}`,
      };
      const options = { cache: join(folder, "cache"), env };
      const pushed = await command(project, ["bundle", "--push", `${front.host}/team/helped`], options);
      assert.is(pushed.code, 0, pushed.err);
      const verified = await command(folder, ["bundle", "verify", pushed.out.trim()], options);
      assert.is(verified.code, 0, verified.err);
    } finally {
      front.server.close();
      front.server.closeAllConnections();
    }
  });

  test("whose registry sends other or too many bytes are refused", async () => {
    const upstream = await startRegistry();
    const folder = temporaryFolder();
    const project = writeAll(join(folder, "project"), PROJECT);
    const pushed = await command(project, ["bundle", "--push", `${upstream}/team/changed`], {
      cache: join(folder, "cache"),
    });
    let change = (bytes: Buffer): Buffer => bytes;
    let changed = "/blobs/";
    const front = await serve((request, response) => {
      void (async () => {
        const answer = await fetch(`http://${upstream}${request.url}`, {
          headers: { accept: request.headers.accept ?? "" },
        });
        const bytes = Buffer.from(await answer.arrayBuffer());
        response.end(request.url?.includes(changed) === true ? change(bytes) : bytes);
      })();
    });
    const cases: readonly (readonly [place: string, change: (bytes: Buffer) => Buffer, message: RegExp])[] = [
      [
        "/blobs/",
        (bytes) => Buffer.concat([bytes, bytes]),
        /the registry sent more bytes for sha256:\w+ than the manifest announces/,
      ],
      ["/blobs/", (bytes) => bytes.subarray(1), /the registry sent \d+ bytes for sha256:\w+ instead of \d+/],
      [
        "/blobs/",
        (bytes) =>
          Buffer.from(
            bytes.toString("latin1").replace("amd64", "amd65").replace("FACTOR = 10", "FACTOR = 66"),
            "latin1",
          ),
        /has other content/,
      ],
      ["/manifests/", (bytes) => Buffer.concat([bytes, Buffer.from(" ")]), /has other content/],
      ["/manifests/", () => Buffer.alloc(5_000_000, 0x20), /the registry sent more bytes/],
    ];
    try {
      const url = pushed.out.trim().replace(upstream, front.host);
      for (const [place, how, message] of cases) {
        [changed, change] = [place, how];
        const { code, err } = await command(folder, ["bundle", "inspect", url], { cache: join(folder, "other") });
        assert.is(code, 3, err);
        assert.match(err, message);
      }
    } finally {
      front.server.close();
      front.server.closeAllConnections();
    }
  });

  test("can be pulled by podman and copied by skopeo", async () => {
    const host = await startRegistry();
    const folder = temporaryFolder();
    const { out } = await command(folder, ["bundle", fixture("run", "digits"), "--push", `${host}/team/digits:v1`], {
      cache: join(folder, "cache"),
    });
    const [, digest = ""] = out.trim().split("@");
    if (isInstalled("skopeo")) {
      const copied = spawnSync(
        "skopeo",
        [
          "copy",
          "--preserve-digests",
          "--src-tls-verify=false",
          `docker://${host}/team/digits@${digest}`,
          `oci:${folder}/copied`,
        ],
        { encoding: "utf8" },
      );
      assert.is(copied.status, 0, copied.stderr);
      const ran = await command(folder, ["run", "copied", "--input", fixture("run", "digits", "images")], {
        cache: join(folder, "other"),
      });
      assert.is(ran.out, readFileSync(fixture("run", "digits", "predictions.jsonl"), "utf8"));
    } else console.log("skipped: skopeo is not installed here");
    if (isInstalled("podman")) {
      const name = `${host}/team/digits@${digest}`;
      const pulled = spawnSync("podman", ["pull", "--quiet", "--tls-verify=false", name], { encoding: "utf8" });
      assert.is(pulled.status, 0, pulled.stderr);
      spawnSync("podman", ["rmi", "--force", name]);
    } else console.log("skipped: podman is not installed here");
  });
});
