// No value of the environment is shown for any failure: 40 variables with values of all kinds are planted, every step of
// a run fails in every way that is possible on one machine, and every byte of the output is searched.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { defineModel } from "../../src/run/index.ts";
import { describe } from "../describe.ts";
import { MAIN } from "../dist.ts";
import { gitIn, serveGit } from "./git-server.ts";
import { assertGone, newMark } from "./harness.ts";

/** A variable. */
interface Planted {
  readonly name: string;
  readonly value: string;
  /** Values that must not be in any output. */
  readonly secrets: readonly string[];
}

/** Puts a secret into a value. */
type Shape = (secret: string) => { readonly value: string; readonly secrets?: readonly string[] };

const plain: Shape = (secret) => ({ value: secret });

const SHAPES: readonly Shape[] = [
  plain,
  (secret) => ({ value: `${secret}!x y` }),
  (secret) => ({ value: `-----BEGIN X-----\n${secret}\n${secret}é😀\n-----END X-----\n`, secrets: [secret] }),
  (secret) => ({ value: `a%b%${secret}%zz`, secrets: [secret] }),
  (secret) => ({ value: encodeURIComponent(`p@${secret}/é:`), secrets: [`p@${secret}/é:`, secret] }),
  (secret) => ({ value: Buffer.from(`user:${secret}`).toString("base64") }),
  (secret) => ({ value: `reader:${secret}`, secrets: [secret] }),
  (secret) => ({ value: `"${secret}' \\ $(x) [.*+?^] {${secret}}`, secrets: [secret] }),
  (secret) => ({ value: `é${secret}ß😀`, secrets: [secret] }),
];

const inUrl =
  (before: string, after: string): Shape =>
  (secret) => ({ value: `${before}${secret}${after}`, secrets: [secret] });

/** Recognized by their names, which the definition does not contain. */
const BY_NAME: readonly (readonly [name: string, shape: Shape])[] = [
  ...[
    "PGPASSWORD",
    "SSHPASS",
    "MYSQL_PWD",
    "githubToken",
    "GHTOKEN",
    "MY_JWT",
    "APIKEY",
    "AWS_SECRET_ACCESS_KEY",
    "NPM_CONFIG__AUTH",
    "SESSION_COOKIE",
    "BLOB_SAS",
    "GH_PAT",
    "DB_PASS",
    "clientSecret",
    "GIT_CREDENTIALS",
    "SIGNING_KEY",
  ].map((name, i) => [name, SHAPES[i % SHAPES.length] ?? plain] as const),
  ["DATABASE_URL", inUrl("postgres://app:", "@db.example.com:5432/app")],
  ["REDIS_URL", inUrl("redis://:", "@cache:6379/0")],
  ["SENTRY_DSN", inUrl("https://", "@o1.ingest.example.com/1")],
  ["SLACK_WEBHOOK", inUrl("https://hooks.example.com/services/T0/B0/", "")],
  ["AZURE_STORAGE_CONNECTION_STRING", inUrl("AccountName=a;AccountKey=", ";EndpointSuffix=core")],
  ["CI_MIRROR", inUrl("https://ci:", "@mirror.example.com/simple")],
  ["DOWNLOADS", inUrl("https://files.example.com/x?v=1&access_token=", "&y=2")],
];

/** Used by the definition. */
const BY_PLAN: readonly (readonly [name: string, shape: Shape])[] = [
  ...["FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH"].map(
    (name, i) => [name, SHAPES[i] ?? plain] as const,
  ),
  ["USER_AND_WORD", (secret) => ({ value: `git:${secret}`, secrets: [secret] })],
  ["BEARER_ONE", plain],
  ["BROKEN_HEADER", (secret) => ({ value: `${secret}\n${secret}x`, secrets: [secret] })],
  ["BROKEN_LETTER", (secret) => ({ value: `${secret}😀`, secrets: [secret] })],
  ["FILE_URL", (secret) => ({ value: `ORIGIN/500/${secret}.bin?private_token=${secret}`, secrets: [secret] })],
  ["ETAG_URL", (secret) => ({ value: `ORIGIN/etag/other.bin?v=${secret}`, secrets: [secret] })],
  ["NAMED_URL", (secret) => ({ value: `ORIGIN/etag/${secret}.bin`, secrets: [secret] })],
  ["CODE_URL", (secret) => ({ value: `ORIGIN/401/${secret}/code.git`, secrets: [secret] })],
  ["GOOD_CODE", (secret) => ({ value: `ORIGIN/git/${secret}`, secrets: [secret] })],
  ["GOOD_BRANCH", (secret) => ({ value: `good/${secret}`, secrets: [secret] })],
  ["NOWHERE", (secret) => ({ value: `http://${secret}.invalid/code.git`, secrets: [secret] })],
  ["PIECE", plain],
  ["RESULT_PIECE", plain],
  ["HEX_PIECE", (secret) => ({ value: Buffer.from(secret).toString("hex").slice(0, 30) })],
  ["MODULE_PIECE", (secret) => ({ value: `m${secret.replace(/[^a-z\d]/gi, "")}` })],
  ["BRANCH", (secret) => ({ value: `feature/${secret}`, secrets: [secret] })],
  ["COMMIT", plain],
];

/** Letters and digits in an order that occurs nowhere else on this machine. */
function plant({ origin }: Place, seed: number): readonly Planted[] {
  const random = (i: number) => `pLaNt${i.toString(36)}q${((seed * 7919 + i * 104729) >>> 0).toString(36)}Zq81kXw7`;
  return [...BY_NAME, ...BY_PLAN].map(([name, shape], i) => {
    const secret = name === "COMMIT" ? Buffer.from(random(i)).toString("hex").slice(0, 40).padEnd(40, "0") : random(i);
    const { value, secrets = [value] } = shape(secret);
    return { name, value: value.replace("ORIGIN", origin), secrets };
  });
}

/** A text as code may have encoded it: base64 in its three alignments, hexadecimal digits, percent-encoded, quoted. */
function spelled(text: string): readonly string[] {
  const base64 = [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.from("\0".repeat(shift) + text).toString("base64");
    const piece = encoded.slice(shift === 0 ? 0 : shift + 1, -4);
    return [piece, piece.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const hex = Buffer.from(text).toString("hex");
  return [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text), hex, hex.toUpperCase(), ...base64];
}

/** Fails if something planted is in a text. */
function search(where: string, bytes: Buffer | string, planted: readonly Planted[]): void {
  const text = typeof bytes === "string" ? bytes : `${bytes.toString("latin1")}\n${bytes.toString("utf8")}`;
  for (const { name, secrets } of planted) {
    for (const needle of secrets.flatMap(spelled)) {
      const at = text.indexOf(needle);
      if (at < 0) continue;
      assert.unreachable(`${name} is in ${where}: …${text.slice(Math.max(0, at - 300), at + 200)}`);
    }
  }
}

/** All names and bytes below a folder. */
function searchFolder(folder: string, planted: readonly Planted[]): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    search("the name of a file", path, planted);
    if (entry.isFile()) search(path, readFileSync(path), planted);
  }
}

/** Repeats the whole request in the status, the headers and the body of its answer, every time. */
function talk(request: IncomingMessage, response: ServerResponse): void {
  const { authorization = "" } = request.headers;
  const url = request.url ?? "";
  const decoded = Buffer.from(authorization.replace(/^\w+ /, ""), "base64").toString("latin1");
  const inside = /^Basic /.test(authorization) ? decoded : authorization;
  const echo = `${authorization} ${inside} ${url} ${request.headers.host}`.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?");
  const body = `no: ${echo}\nfatal: ${echo}\nremote: ${echo}\n`;
  const head = {
    "content-type": "text/plain",
    "x-echo": echo,
    "www-authenticate": `Basic realm="${echo.replaceAll('"', "")}"`,
  };
  const [, mode = ""] = url.split("/");
  if (/^\d+$/.test(mode)) {
    // Git sends a credential only after the server has asked for one.
    const status = authorization === "" && url.includes("info/refs") ? 401 : Number(mode);
    response.writeHead(status, `no ${echo}`, head).end(body);
  } else if (mode === "loop") {
    response.writeHead(302, `to ${echo}`, { ...head, location: `${url}x` }).end(body);
  } else if (mode === "away") {
    const name = encodeURIComponent(inside)
      .slice(0, 60)
      .replace(/[^a-z\d]/gi, "");
    response
      .writeHead(302, { ...head, location: `http://${name || "nothing"}.invalid/${encodeURIComponent(echo)}` })
      .end(body);
  } else if (mode === "nonsense") {
    request.socket.end(`HTTP/1.1 200 ${echo}\r\nbroken header ${echo}\r\n\r\n`, "latin1");
  } else if (mode === "etag") {
    response.writeHead(200, { ...head, etag: `"${echo.replaceAll('"', "")}"`, "last-modified": echo }).end("weights");
  } else {
    response.writeHead(200, { ...head, "content-length": "1000", etag: `"${echo.replaceAll('"', "")}"` });
    response.write("half", () => response.destroy());
  }
}

/** Fails in the way that its input `how` names; `secrets` are values of the environment. */
const INFERENCE = `import base64, json, os, signal, sys, urllib.parse


def tell(text):
    for said in (text, repr(text), json.dumps(text), urllib.parse.quote(text), text.encode().hex()):
        print(said)
    for before in ("", "a", "ab", "git:", "oauth2:"):
        encoded = base64.b64encode((before + text + "z").encode())
        print(encoded.decode(), base64.urlsafe_b64encode((before + text).encode()).decode(), file=sys.stderr)


def fail(how, secrets):
    if how == "environ":
        raise RuntimeError(str(dict(os.environ)))
    if how == "value":
        raise ValueError(*secrets)
    if how == "basic":
        raise ValueError(["Basic " + base64.b64encode(("oauth2:" + each).encode()).decode() for each in secrets])
    if how == "class":
        raise type("E" + secrets[0], (Exception,), {})(secrets)
    if how == "cause":
        try:
            raise KeyError(secrets)
        except KeyError as error:
            raise OSError(2, "cannot open", secrets[0]) from error
    if how == "exit":
        sys.exit(json.dumps(dict(os.environ)))
    if how == "dies":
        print(dict(os.environ), secrets, file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "frames":
        os.write(4, json.dumps(secrets).encode() * 100)


def load(how="", when="", **secrets):
    tell(list(secrets.values())[0] if secrets else "nothing")
    if when == "load":
        fail(how, list(secrets.values()))
    return list(secrets.values())


def predict(model, datapoints, how="", when=""):
    if when == "predict":
        fail(how, model)
    return [{"id": datapoint.id} for datapoint in datapoints]
`;

const IMPORT_FAILS = `import os
raise ImportError(str(dict(os.environ)))


def load(**secrets):
    pass


def predict(**inputs):
    pass
`;

const WAYS = ["environ", "value", "basic", "class", "cause", "exit", "dies"];

/** The server's answer about these is in the cache. */
const SUCCEEDS: ReadonlySet<string> = new Set([
  "file_etag",
  "etag_url",
  "named_url",
  "good_code",
  "text_file_etag",
  "text_good",
  "text_image",
]);

interface Way {
  readonly name: string;
  readonly repository?: string;
  readonly file?: string;
  readonly module?: string;
  readonly how?: string;
  readonly when?: string;
  readonly image?: string;
  readonly keys?: string;
  readonly argument?: string;
}

const text = (before: string, after = ""): string => `"${before}$PIECE${after}"`;

/** One model for each failure before anything is fetched or started. */
function waysToBeRefused(): readonly Way[] {
  return [
    { name: "text_path", file: `{ name: f, url: ${text("weights/", ".pt")} }` },
    { name: "text_path_up", file: `{ name: f, url: ${text("..", "/a.pt")} }` },
    { name: "text_folder", repository: `{ url: ${text("./code-")} }` },
    { name: "text_ssh", repository: `{ url: ${text("ssh://git@localhost/", ".git")}, branch: main }` },
    { name: "text_scp", repository: `{ url: ${text("git@localhost:", ".git")}, branch: main }` },
    { name: "text_scheme", file: `{ name: f, url: ${text("abfs://", "/a.pt")} }` },
    { name: "text_module", module: "$MODULE_PIECE.there" },
  ];
}

/** One model for each failure. */
function waysToFail(origin: string): readonly Way[] {
  const ways: Way[] = [];
  const host = origin.replace("http://", "");
  const credentials = ["USER_AND_WORD", "BEARER_ONE", "FIRST", "SECOND", "FIFTH", "SEVENTH", "EIGHTH"];
  const modes = ["401", "403", "500", "404", "loop", "away", "nonsense", "half", "etag"];
  modes.forEach((mode, i) => {
    const variable = credentials[i % credentials.length] ?? "";
    ways.push({
      name: `file_${mode}`,
      file: `{ name: f, url: ${origin}/${mode}/a.bin, credentials: "\${${variable}}" }`,
    });
    ways.push({
      name: `code_${mode}`,
      repository: `{ url: ${origin}/${mode}/c.git, branch: main, access_token: "\${${variable}}" }`,
    });
  });
  for (const variable of ["BROKEN_HEADER", "BROKEN_LETTER"]) {
    ways.push({
      name: variable.toLowerCase(),
      file: `{ name: f, url: ${origin}/403/a.bin, credentials: "\${${variable}}" }`,
    });
  }
  for (const variable of ["FILE_URL", "ETAG_URL", "NAMED_URL"])
    ways.push({ name: variable.toLowerCase(), file: `{ name: f, url: "\${${variable}}" }` });
  ways.push({ name: "nowhere_file", file: '{ name: f, url: "${NOWHERE}" }' });
  ways.push({ name: "in_url", file: `{ name: f, url: "http://us%er:\${SIXTH}@${host}/403/x" }` });
  ways.push({ name: "code_in_url", repository: `{ url: "http://us%er:\${SECOND}@${host}/403/c.git", branch: main }` });
  for (const variable of ["CODE_URL", "NOWHERE"])
    ways.push({ name: `code_${variable.toLowerCase()}`, repository: `{ url: "\${${variable}}", branch: main }` });
  ways.push({
    name: "code_header",
    repository: `{ url: ${origin}/403/c.git, branch: main, access_token: "\${BROKEN_HEADER}" }`,
  });
  ways.push({ name: "good_code", repository: '{ url: "${GOOD_CODE}", branch: "${GOOD_BRANCH}" }' });
  ways.push({ name: "branch", repository: `{ url: ${origin}/404/c.git, branch: "\${BRANCH}" }` });
  ways.push({ name: "hash", repository: `{ url: ${origin}/404/c.git, hash: "\${COMMIT}" }` });
  // The same in text around `$NAME`.
  for (const mode of ["401", "404", "loop", "away", "half", "etag"]) {
    ways.push({
      name: `text_file_${mode}`,
      file: `{ name: f, url: ${text(`${origin}/${mode}/`, ".bin")}, credentials: "$USER_AND_WORD" }`,
    });
    ways.push({
      name: `text_code_${mode}`,
      repository: `{ url: ${text(`${origin}/${mode}/`, "/c.git")}, branch: ${text("release/")}, access_token: ${text("x-")} }`,
    });
  }
  ways.push({ name: "text_user", repository: `{ url: ${text(`http://u:`, `@${host}/403/c.git`)}, branch: main }` });
  ways.push({ name: "text_branch", repository: `{ url: ${origin}/404/c.git, branch: ${text("release/")} }` });
  ways.push({ name: "text_broken_branch", repository: `{ url: ${origin}/404/c.git, branch: ${text("release/..")} }` });
  ways.push({
    name: "text_option_branch",
    repository: `{ url: ${origin}/404/c.git, branch: ${text("--upload-pack=")} }`,
  });
  ways.push({ name: "text_hash", repository: `{ url: ${origin}/404/c.git, hash: "0a1b$HEX_PIECE" }` });
  ways.push({ name: "text_good", repository: '{ url: "$GOOD_CODE", branch: "$GOOD_BRANCH" }' });
  ways.push({ name: "text_image", image: text("registry.example.com/", "/det:1") });
  ways.push({ name: "text_key", keys: '"k-$RESULT_PIECE"', when: "predict" });
  ways.push({ name: "text_argument", argument: "a_$MODULE_PIECE", how: "value", when: "load" });
  ways.push({ name: "import", module: "broken" });
  for (const how of WAYS) for (const when of ["load", "predict"]) ways.push({ name: `${when}_${how}`, how, when });
  return ways;
}

const inputs = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `          - { name: ${name}, value: "${value}" }\n`)
    .join("");

function modelText(way: Way): string {
  const { name, repository, file, module = "inference", how = "", when = "", image, keys, argument } = way;
  const secrets = BY_PLAN.map(([variable]) => [variable.toLowerCase(), `\${${variable}}`] as const);
  const load = {
    how,
    when,
    ...Object.fromEntries(secrets),
    ...(file !== undefined && { f: "${model.files.f.url}" }),
    ...(argument !== undefined && { [argument]: "x" }),
  };
  return `  - name: ${name}
${repository === undefined ? "" : `    repository: ${repository}\n`}${file === undefined ? "" : `    files:\n      - ${file}\n`}    runtime:
${image === undefined ? "" : `      image: ${image}\n`}      batch: { max_size: 2 }
      load:
        entrypoint: ${module}:load
        inputs:
${inputs(load)}        output: { name: model }
      predict:
        entrypoint: ${module}:predict
        inputs:
${inputs({ model: "${model.runtime.load.output.model}", datapoints: "${datapoints}", how, when })}        output: { name: predictions${keys === undefined ? "" : `, keys: [${keys}]`} }
`;
}

/** The arguments of all processes of this machine, until it is stopped. */
function watchArguments(): () => ReadonlySet<string> {
  const seen = new Set<string>();
  const look = (): void => {
    for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${id}/cmdline`, "utf8"));
      } catch {
        // The process has ended.
      }
    }
  };
  const timer = setInterval(look, 2);
  return () => {
    clearInterval(timer);
    return seen;
  };
}

interface Place {
  readonly folder: string;
  readonly cache: string;
  readonly origin: string;
  /** A repository. */
  readonly code: string;
}

async function withServer(work: (place: Place) => Promise<void>): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "modelwright-redaction-")));
  const code = realpathSync(mkdtempSync(join(tmpdir(), "modelwright-code-")));
  const server = createServer((request, response) => {
    // Git's server program does not get the URL, because it would be among its arguments.
    const { url = "/" } = request;
    if (url.startsWith("/git/")) serveGit(code, url.replace(/^\/git\/[^/]*/, "/.git"), request, response);
    else talk(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cache = realpathSync(mkdtempSync(join(tmpdir(), "modelwright-cache-")));
  try {
    writeFileSync(join(folder, "inference.py"), INFERENCE);
    writeFileSync(join(folder, "broken.py"), IMPORT_FAILS);
    mkdirSync(join(folder, "data"));
    for (const name of ["a.txt", "b.txt", "c.txt"]) writeFileSync(join(folder, "data", name), name);
    await work({ folder, cache, code, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  } finally {
    server.closeAllConnections();
    server.close();
    for (const each of [folder, cache, code]) rmSync(each, { recursive: true, force: true });
  }
}

const valuesOf = (planted: readonly Planted[]) => Object.fromEntries(planted.map(({ name, value }) => [name, value]));

/** A repository with the branch from the environment. */
function makeRepository(folder: string, values: Readonly<Record<string, string>>): void {
  writeFileSync(join(folder, "inference.py"), INFERENCE);
  gitIn(folder, "init", "--quiet");
  gitIn(folder, "checkout", "--quiet", "-b", values["GOOD_BRANCH"] ?? "");
  gitIn(folder, "add", ".");
  gitIn(folder, "commit", "--quiet", "-m", "code");
}

/** Runs the command line without blocking the server. */
async function run(
  { folder, cache }: Place,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly out: Buffer; readonly err: Buffer; readonly code: number | null }> {
  const mark = newMark();
  const child = spawn(process.execPath, ["--", MAIN, "run", "--input", "data", ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      PWD: folder,
      OLDPWD: folder,
      XDG_CACHE_HOME: cache,
      MODELWRIGHT_DEBUG: "1",
      MODELWRIGHT_MARK: mark,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  await assertGone(mark);
  return { out: Buffer.concat(out), err: Buffer.concat(err), code };
}

describe("run: no value of the environment is shown", (test) => {
  const hasGit = spawnSync("git", ["--version"]).error === undefined;
  if (!hasGit) console.log("git is not installed: what it prints is not searched");

  for (const options of [["--format", "json"], ["--verbose"]]) {
    test(`in any failure, with ${options.join(" ")}`, () =>
      withServer(async (place) => {
        const [seed = 0] = fc.sample(fc.nat(), 1);
        const planted = plant(place, seed);
        assert.ok(planted.length >= 40, `${planted.length} variables`);
        const ways = waysToFail(place.origin).filter(({ repository }) => hasGit || repository === undefined);
        writeFileSync(join(place.folder, "efemarai.yaml"), `models:\n${ways.map(modelText).join("")}`);
        if (hasGit) makeRepository(place.code, valuesOf(planted));
        const stop = watchArguments();
        const { out, err, code } = await run(
          place,
          ["--jobs", "6", "--output", "out.jsonl", ...options],
          valuesOf(planted),
        );
        const seen = stop();
        assert.is(code, 6, `${err}`);
        search("standard output", out, planted);
        search("standard error", err, planted);
        searchFolder(place.folder, planted);
        searchFolder(place.cache, planted);
        for (const words of seen) search("the arguments of a process", words, planted);
        assert.ok(seen.size > 3);

        // Every model has failed in its own way and is reported.
        const shown = err.toString();
        for (const { name, when } of ways) {
          const isStarted = when === "predict" || SUCCEEDS.has(name);
          assert.ok(shown.includes(isStarted ? name : `${name}/`), `${name} is not in ${shown}`);
        }
        assert.match(shown, /the server responded with status 403 no (?:Basic|Bearer) \*\*\*/);
        assert.match(shown, "its credential cannot be sent in an HTTP header");
        assert.not.match(shown, /URIError|this is a bug/);
        // Texts that are not secret are unchanged, such as the folder, although PWD names it.
        assert.match(
          shown,
          `File \\"${place.folder}/inference.py\\"`.replaceAll("\\", options.includes("json") ? "\\" : ""),
        );
        const rows = readFileSync(join(place.folder, "out.jsonl"), "utf8");
        assert.match(rows, `${place.folder}/inference.py`);
        for (const name of SUCCEEDS)
          if (hasGit || name !== "good_code") assert.match(rows, `"model":"${name}","predictions"`);
      }));
  }

  test("in input that is rejected before anything starts", () =>
    withServer(async (place) => {
      const planted = plant(place, fc.sample(fc.nat(), 1)[0] ?? 0);
      const ways = waysToBeRefused();
      writeFileSync(join(place.folder, "efemarai.yaml"), `models:\n${ways.map(modelText).join("")}`);
      const stop = watchArguments();
      const { out, err, code } = await run(place, ["--verbose"], valuesOf(planted));
      const seen = stop();
      assert.is(code, 6, `${err}`);
      search("standard output", out, planted);
      search("standard error", err, planted);
      searchFolder(place.folder, planted);
      searchFolder(place.cache, planted);
      for (const words of seen) search("the arguments of a process", words, planted);
      for (const { name } of ways) assert.match(err.toString(), `${name}/`);
    }));

  test("in what the typed client throws and logs", () =>
    withServer(async (place) => {
      const [seed = 0] = fc.sample(fc.nat(), 1);
      const planted = plant(place, seed);
      const ways = waysToFail(place.origin).filter(({ repository, how }) => repository === undefined && how !== "exit");
      writeFileSync(join(place.folder, "efemarai.yaml"), `models:\n${ways.map(modelText).join("")}`);
      const { stdout } = spawnSync(process.execPath, ["--", MAIN, "plan"], { cwd: place.folder, encoding: "utf8" });
      writeFileSync(join(place.folder, "plan.json"), stdout);
      const module = { url: pathToFileURL(join(place.folder, "models.js")).href } as ImportMeta;
      const said: string[] = [];
      const errors: unknown[] = [];
      const tryOut = async ({ name }: Way): Promise<void> => {
        const model = defineModel(name, module, { root: ".", plan: "sha256:" });
        const env = { ...valuesOf(planted), XDG_CACHE_HOME: place.cache };
        try {
          const session = await model.start({ env, onLog: (line) => said.push(line) });
          for await (const settled of session.predictSettled([{ path: join(place.folder, "data/a.txt") }])) {
            if (settled.status === "rejected") errors.push(settled.reason);
          }
          await session.stop();
        } catch (error) {
          errors.push(error);
        }
      };
      const waiting = ways.values();
      await Promise.all(
        Array.from({ length: 6 }, async () => {
          for (const way of waiting) await tryOut(way);
        }),
      );
      assert.is(errors.length, ways.filter(({ name }) => !SUCCEEDS.has(name)).length);
      for (const error of errors) search("an error", inspect(error, { depth: 9, showHidden: true }), planted);
      search("a log", said.join("\n"), planted);
      assert.match(inspect(errors), `File "${place.folder}/inference.py"`);
      searchFolder(place.cache, planted);
    }));
});
