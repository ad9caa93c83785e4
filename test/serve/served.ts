// A server with a real model, in this process.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openApiText } from "../../src/emit/openapi.ts";
import type { Datapoint } from "../../src/run/index.ts";
import { defineModel } from "../../src/run/index.ts";
import { type QueueOptions, ServedModel } from "../../src/serve/models.ts";
import { predictorOf } from "../../src/serve/predictor.ts";
import { type LogEntry, type RunningServer, type ServerOptions, startServer } from "../../src/serve/server.ts";
import { fixture } from "../golden.ts";
import { assertGone, newMark, planOf, type Sketch } from "../run/harness.ts";

/** An answer of the server. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

/** What to send. The content type of a body is JSON. */
export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A server, and what it has logged. */
export interface Served {
  readonly url: string;
  readonly port: number;
  readonly model: ServedModel;
  readonly log: LogEntry[];
  readonly stop: RunningServer["stop"];
  /** A folder for files that models wait for. */
  readonly folder: string;
  readonly send: (path: string, sent?: Sent) => Promise<Received>;
  /** Sends one datapoint, or a list, to the plain JSON endpoint. */
  readonly predict: (body: unknown, headers?: Sent["headers"]) => Promise<Received>;
}

const OPTIONS: Omit<ServerOptions, "openApi" | "onAnswer"> = {
  address: "127.0.0.1",
  port: 0,
  tokens: [],
  hosts: [],
  origins: [],
  allowPaths: false,
  maxBody: 2 ** 20,
  requestMs: 300_000,
  sendMs: 60_000,
};

/** Runs a test with a server whose model is `model`. No process is left afterwards. */
export async function withServer(
  sketch: Omit<Sketch, "folder">,
  options: Partial<ServerOptions & QueueOptions>,
  work: (served: Served) => Promise<void>,
): Promise<void> {
  const plan = planOf({ folder: "serve", predict: "echo", maxSize: 8, ...sketch });
  const [planned] = plan.models;
  if (planned === undefined) throw new Error("the plan has no model");
  const mark = newMark();
  const folder = mkdtempSync(join(tmpdir(), "modelwright-serve-"));
  const definition = { root: "", plan: plan.hash, load: async () => ({ default: JSON.stringify(plan) }) };
  const session = await defineModel<Datapoint, unknown, Readonly<Record<string, string>>>(
    "model",
    undefined,
    definition,
  ).start({ env: { MODELWRIGHT_MARK: mark }, passEnv: ["MODELWRIGHT_MARK"], root: fixture("run") });
  const { maxActive = 64, maxWaiting = 256 } = options;
  const model = new ServedModel(planned, { maxActive, maxWaiting });
  model.loaded(predictorOf(session));
  const log: LogEntry[] = [];
  const server = await startServer([model], {
    ...OPTIONS,
    ...options,
    openApi: openApiText(plan),
    onAnswer: (entry) => log.push(entry),
  });
  const port = Number(new URL(server.url).port);
  const send = (path: string, sent: Sent = {}): Promise<Received> => exchange(port, path, sent);
  const predict = (body: unknown, headers = {}): Promise<Received> => {
    return send("/models/model/predict", { method: "POST", headers, body: JSON.stringify(body) });
  };
  try {
    await work({ url: server.url, port, model, log, stop: server.stop, folder, send, predict });
  } finally {
    await server.stop({ delayMs: 0, drainMs: 0 }, new AbortController().signal);
    await session.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  await assertGone(mark);
}

/** Sends a request over a new connection. `fetch` does not let callers set all headers. */
export function exchange(port: number, path: string, { method = "GET", headers = {}, body }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const type = body === undefined ? {} : { "Content-Type": "application/json" };
    const request = httpRequest({ port, path, method, headers: { ...type, ...headers }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: String(bytes) });
      });
      response.on("error", reject);
    });
    request.on("error", reject).end(body);
  });
}

/** Sends bytes as they are, and returns everything until the connection is closed. */
export function exchangeRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk;
    });
    socket.on("error", reject).on("close", () => resolve(received));
  });
}

/** Waits until something is true. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await wait(5);
}

/** A file that a model waits for: its path, whether the model has begun to wait, and a function that creates it. */
export function waitFile(folder: string, name: string) {
  const path = join(folder, name);
  return {
    path,
    hasStarted: () => until(() => existsSync(`${path}.started`)),
    release: () => writeFileSync(path, ""),
  };
}
