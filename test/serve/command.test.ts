// `modelwright serve` as a process: options, tokens, log, signals, bundles and real clients.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { modelwright } from "../command-line.ts";
import { describe } from "../describe.ts";
import { MAIN } from "../dist.ts";
import { fixture } from "../golden.ts";
import { exchange, type Received, type Sent, until, waitFile } from "./served.ts";

/** A server as a process. */
interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly err: () => string;
  readonly send: (path: string, sent?: Sent) => Promise<Received>;
  readonly predict: (body: unknown, headers?: Sent["headers"]) => Promise<Received>;
  /** Sends a signal and returns the exit code. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts a server and waits until it listens; with `isReady`, until its models are loaded. */
async function serve(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  isReady = true,
): Promise<Running> {
  const child = spawn(process.execPath, ["--", MAIN, "serve", "--port", "0", ...args], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let err = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    err += chunk;
  });
  const hasEnded = once(child, "close");
  const isThere = () => /^Listening at /m.test(err) && (!isReady || /^Ready$/m.test(err));
  await until(() => isThere() || child.exitCode !== null);
  assert.ok(isThere(), err);
  const port = Number(/^Listening at http:\/\/[\d.]+:(\d+)$/m.exec(err)?.[1]);
  const send = (path: string, sent: Sent = {}) => exchange(port, path, sent);
  return {
    child,
    port,
    err: () => err,
    send,
    predict: (body, headers = {}) =>
      send("/models/model/predict", { method: "POST", headers, body: JSON.stringify(body) }),
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      await hasEnded;
      return child.exitCode;
    },
  };
}

const DEFINITION = `
project: { name: served }
models:
  - name: model
    runtime:
      batch: { max_size: 4 }
      load: { entrypoint: "inference:load", output: { name: network } }
      predict:
        entrypoint: inference:echo
        inputs:
          - { name: datapoints, value: "\${datapoints}" }
          - { name: network, value: "\${model.runtime.load.output.network}" }
        output: { name: predictions }
`;

async function inProject(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-serve-"));
  try {
    writeFileSync(join(folder, "efemarai.yaml"), DEFINITION);
    cpSync(fixture("run/serve/inference.py"), join(folder, "inference.py"));
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("modelwright serve", (test) => {
  test("answers until SIGTERM, and ends the requests that it has received", () =>
    inProject(async (folder) => {
      const server = await serve(folder, []);
      assert.is((await server.predict({ inputs: { a: 1 } }, { "X-Request-Id": "one" })).text, '{"a":1}');
      const file = waitFile(folder, "go");
      const last = server.predict({ inputs: { wait: file.path } });
      await file.hasStarted();
      const stopped = server.stop();
      file.release();
      assert.is((await last).status, 200);
      assert.is(await stopped, 0);
      const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
      assert.match(
        server.err(),
        new RegExp(
          `^Listening at \\S+\nReady\n${time} POST /models/model/predict 200, [\\d.]+ ms, 1 datapoint \\[one\\]\n`,
        ),
      );
    }));

  test("cuts requests off after `--drain-timeout`, or at a second signal", () =>
    inProject(async (folder) => {
      for (const [args, signals] of [
        [["--drain-timeout", "0"], 1],
        [["--drain-timeout", "600"], 2],
      ] as const) {
        const server = await serve(folder, args);
        const file = waitFile(folder, `go${signals}`);
        const request = server.predict({ inputs: { wait: file.path } });
        await file.hasStarted();
        const stopped = server.stop();
        if (signals === 2) {
          await until(() => server.err().includes("Stopping"));
          server.child.kill("SIGINT");
        }
        assert.is((await request).status, 503);
        assert.is(await stopped, 6);
        assert.match(server.err(), /^1 request was cut off\.$/m);
      }
    }));

  test("logs requests as JSON, and nothing that a client could forge", () =>
    inProject(async (folder) => {
      const server = await serve(folder, ["--format", "json"]);
      await server.send("/%0aforged?token=secret", { headers: { "X-Request-Id": "id" } });
      await server.predict({ inputs: { fail: "\u001b[31m\nforged" } });
      await server.stop();
      const entries = server
        .err()
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line));
      const [first, second] = entries;
      assert.equal([first.kind, first.path, first.status, first.requestId], ["request", "/%0aforged", 404, "id"]);
      assert.equal([second.status, second.problem], [422, "ValueError: cannot predict \u001b[31m\nforged"]);
      assert.not.match(server.err(), /secret|^forged/m);
      assert.not.ok(server.err().includes("\u001b"));
    }));

  test("reads tokens from the environment only", () =>
    inProject(async (folder) => {
      const token = "a-secret-of-the-test";
      const server = await serve(folder, ["--token-env", "API_TOKEN"], { API_TOKEN: `${token}, another-secret-token` });
      assert.is((await server.predict({ inputs: {} })).status, 401);
      assert.is((await server.predict({ inputs: {} }, { Authorization: `Bearer ${token}` })).text, "{}");
      await server.stop();
      assert.not.match(server.err(), new RegExp(token));
      const wrong = (...args: readonly string[]) => {
        return modelwright(folder, ["serve", "--token-env", ...args], "", { SHORT: "short", EMPTY: " " });
      };
      assert.equal(
        [wrong("EMPTY").code, wrong("EMPTY").err],
        [2, "modelwright: The variable `EMPTY` of `--token-env` is not set or empty.\n"],
      );
      assert.match(
        wrong("SHORT").err,
        /has a token that cannot be used: expected at least 16 printable ASCII characters/,
      );
      assert.match(
        wrong("not-a-name-but-a-token").err,
        /^modelwright: Invalid value for `--token-env`: expected the name of/,
      );
      assert.not.match(wrong("not-a-name-but-a-token").err, /but-a-token/);
    }));

  test("is not ready while models are loaded, and ends if one of them cannot be", () =>
    inProject(async (folder) => {
      const file = waitFile(folder, "load");
      writeFileSync(
        join(folder, "inference.py"),
        `import time, pathlib\npath = pathlib.Path(${JSON.stringify(file.path)})\ndef load():\n  while not path.exists(): time.sleep(0.01)\n  raise ValueError("broken weights")\ndef echo(datapoints, network):\n  return []\n`,
      );
      const server = await serve(folder, [], {}, false);
      assert.is((await server.send("/v2/health/live")).status, 200);
      assert.is((await server.send("/v2/health/ready")).status, 503);
      assert.match((await server.predict({ inputs: {} })).text, /"detail":"the model is being loaded"/);
      const ended = once(server.child, "close");
      file.release();
      await ended;
      assert.is(server.child.exitCode, 6);
      assert.match(server.err(), /ValueError: broken weights/);
      const stopped = await serve(folder, [], {}, false);
      assert.is(await stopped.stop(), 0);
    }));

  test("says what is wrong with its options", () =>
    inProject(async (folder) => {
      const errorOf = (...args: readonly string[]) => modelwright(folder, ["serve", ...args]).err.trimEnd();
      const of = (option: string, value: string) =>
        `modelwright: Invalid value \`${value}\` for \`${option}\`: expected `;
      assert.is(errorOf("--port", "70000"), `${of("--port", "70000")}a port up to 65535.`);
      assert.is(errorOf("--port", "x"), `${of("--port", "x")}a whole number of at least 0.`);
      assert.is(
        errorOf("--address", "localhost"),
        `${of("--address", "localhost")}an IP address, such as 127.0.0.1, 0.0.0.0 or ::1.`,
      );
      assert.is(
        errorOf("--allow-host", "a:1"),
        `${of("--allow-host", "a:1")}a name without a port, such as models.example.com.`,
      );
      assert.is(
        errorOf("--allow-origin", "a"),
        `${of("--allow-origin", "a")}an origin without a path, such as https://example.com.`,
      );
      assert.is(
        errorOf("--request-timeout", "0"),
        `${of("--request-timeout", "0")}a number of seconds, such as 90 or 0.5.`,
      );
      assert.match(errorOf("--model", "modle"), /unknown model `modle`/);
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const { port } = taken.address() as { port: number };
      const inUse = modelwright(folder, ["serve", "--port", String(port)]);
      assert.equal(
        [inUse.code, inUse.err],
        [3, `modelwright: Cannot listen at \`127.0.0.1\`, port ${port}: another program uses this port.\n`],
      );
      taken.close();
    }));

  test("serves a bundle", () =>
    inProject(async (folder) => {
      assert.is(modelwright(folder, ["bundle", "--out", "packed"]).code, 0);
      mkdirSync(join(folder, "elsewhere"));
      const server = await serve(join(folder, "elsewhere"), ["--offline", "--locked", "../packed"], {
        XDG_CACHE_HOME: join(folder, "cache"),
      });
      assert.is((await server.predict({ inputs: { a: [true] } })).text, '{"a":[true]}');
      assert.is(await server.stop("SIGINT"), 0);
    }));
});

describe("clients of serve", (test) => {
  test("curl sends JSON, compressed or not", () =>
    inProject(async (folder) => {
      if (spawnSync("curl", ["--version"]).status !== 0) {
        console.log("skipped: curl is not installed");
        return;
      }
      const { port, stop } = await serve(folder, []);
      const url = `http://localhost:${port}/models/model/predict`;
      const curl = spawnSync("curl", ["-sS", "--json", '{"inputs":{"text":"é"}}', url], { encoding: "utf8" });
      assert.equal([curl.stderr, curl.stdout], ["", '{"text":"é"}']);
      await stop();
    }));

  test("tritonclient gets right answers for every type, as JSON and as bytes", () =>
    inProject(async (folder) => {
      const python = process.env["MODELWRIGHT_CLIENTS_PYTHON"];
      if (python === undefined) {
        console.log("skipped: MODELWRIGHT_CLIENTS_PYTHON does not name a Python with tritonclient");
        return;
      }
      // This Python also has NumPy, without which 16-bit floats become 32-bit floats.
      const { port, stop } = await serve(folder, ["--python", python]);
      const script = fixture("run/serve/clients.py");
      const { status, stdout, stderr } = spawnSync(python, [script, `localhost:${port}`], { encoding: "utf8" });
      assert.equal([status, stderr, stdout], [0, "", "right\n"]);
      await stop();
    }));
});
