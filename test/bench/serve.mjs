// Measures `serve` under load on the loopback interface: requests per second and the time to an answer, next to a hand-written server
// with FastAPI and the same function, if MODELWRIGHT_CLIENTS_PYTHON names a Python with `fastapi` and `uvicorn`. With
// MODELWRIGHT_SOAK_MINUTES, it then sends requests for that long while workers are killed at random, and verifies every answer.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { table } from "./table.mjs";

const SECONDS = 5;
const CONNECTIONS = 16;
const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const FASTAPI = fileURLToPath(new URL("serve/fastapi_server.py", import.meta.url));

const DEFINITION = `
project: { name: bench }
models:
  - name: model
    runtime:
      batch: { max_size: 32 }
      load: { entrypoint: "inference:load", output: { name: weights } }
      predict:
        entrypoint: inference:predict
        inputs:
          - { name: weights, value: "\${model.runtime.load.output.weights}" }
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: predictions }
`;

const folder = mkdtempSync(join(tmpdir(), "modelwright-bench-"));
writeFileSync(join(folder, "efemarai.yaml"), DEFINITION);
writeFileSync(join(folder, "inference.py"), readFileSync(new URL("serve/inference.py", import.meta.url)));

/** Starts a server and waits until its output matches. */
async function start(program, args, pattern) {
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    err = (err + chunk).slice(-10_000);
  });
  while (!pattern.test(err)) {
    if (child.exitCode !== null) throw new Error(err);
    await wait(20);
  }
  const stop = async () => {
    child.kill("SIGTERM");
    await once(child, "close");
  };
  return { child, port: Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(err)?.[1]), stop };
}

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function post(port, path, body, headers) {
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, method: "POST", agent, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString("latin1") }),
      );
    });
    sent.on("error", reject).end(body);
  });
}

/** Sends requests over some connections for some time. Returns the sorted durations in milliseconds. */
async function load(port, path, body, headers) {
  const end = performance.now() + SECONDS * 1000;
  const durations = [];
  const client = async () => {
    while (performance.now() < end) {
      const begin = performance.now();
      const { status, text } = await post(port, path, body, headers);
      if (status !== 200) throw new Error(`${status} ${text.slice(0, 500)}`);
      durations.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  return durations.sort((a, b) => a - b);
}

const row = table(34, 12);
row(["16 connections", "req/s", "p50 ms", "p95 ms", "p99 ms"]);
function report(name, durations) {
  const at = (part) => (durations[Math.floor(durations.length * part)] ?? 0).toFixed(1);
  row([name, (durations.length / SECONDS).toFixed(0), at(0.5), at(0.95), at(0.99)]);
}

const JSON_TYPE = { "Content-Type": "application/json" };
const small = JSON.stringify({ inputs: { values: [1, 2, 3, 4] } });

/** 224 × 224 × 3 floats as the bytes of a tensor. */
function image() {
  const bytes = Buffer.from(new Float32Array(224 * 224 * 3).fill(0.5).buffer);
  const tensor = {
    name: "values",
    datatype: "FP32",
    shape: [1, 224 * 224 * 3],
    parameters: { binary_data_size: bytes.length },
  };
  const json = Buffer.from(JSON.stringify({ inputs: [tensor] }));
  return [Buffer.concat([json, bytes]), { "Inference-Header-Content-Length": String(json.length) }];
}

async function soak(minutes) {
  const { child, port, stop } = await start(process.execPath, [MAIN, "serve", "--port", "0", "--quiet"], /^Ready$/m);
  const end = performance.now() + minutes * 60_000;
  const counts = { right: 0, failed: 0, kills: 0 };
  const client = async (number) => {
    for (let at = 0; performance.now() < end; at++) {
      const body = JSON.stringify({ inputs: { values: [number, at] } });
      const { status, text } = await post(port, "/models/model/predict", body, JSON_TYPE);
      if (status === 200 && text === `{"sum":${number + at}}`) counts.right++;
      else if (status === 500 || status === 503) counts.failed++;
      else throw new Error(`wrong answer: ${status} ${text}`);
    }
  };
  const killer = async () => {
    while (performance.now() < end) {
      await wait(5000 + Math.random() * 20_000);
      // The worker is the grandchild: the guard starts it.
      const { stdout } = spawnSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" });
      for (const guard of stdout.split("\n").filter(Boolean)) {
        const { status } = spawnSync("pkill", ["-KILL", "-P", guard]);
        if (status === 0) counts.kills++;
      }
    }
  };
  await Promise.all([...Array.from({ length: CONNECTIONS }, (_, number) => client(number)), killer()]);
  const memory = spawnSync("ps", ["-o", "rss=", "-p", String(child.pid)], { encoding: "utf8" }).stdout.trim();
  await stop();
  console.log(`soak of ${minutes} min: ${JSON.stringify(counts)}, ${Math.round(Number(memory) / 1024)} MB`);
}

try {
  const server = await start(process.execPath, [MAIN, "serve", "--port", "0", "--quiet"], /^Ready$/m);
  report("serve, JSON, 4 numbers", await load(server.port, "/models/model/predict", small, JSON_TYPE));
  const [bytes, headers] = image();
  report("serve, bytes, 150,528 numbers", await load(server.port, "/v2/models/model/infer", bytes, headers));
  await server.stop();
  const python = process.env["MODELWRIGHT_CLIENTS_PYTHON"];
  if (python === undefined || spawnSync(python, ["-c", "import fastapi, uvicorn"]).status !== 0) {
    console.log("skipped: MODELWRIGHT_CLIENTS_PYTHON does not name a Python with fastapi and uvicorn");
  } else {
    const other = await start(python, [FASTAPI], /running on http/);
    report("FastAPI, JSON, 4 numbers", await load(other.port, "/predict", small, JSON_TYPE));
    await other.stop();
  }
  const minutes = Number(process.env["MODELWRIGHT_SOAK_MINUTES"] ?? 0);
  if (minutes > 0) await soak(minutes);
} finally {
  agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}
