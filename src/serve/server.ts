// The HTTP server: reads requests, answers them within limits, and stops without losing any.
import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "../base/result.ts";
import { linkedSignal } from "../run/abort/linked-signal.ts";
import { Access, type AccessOptions, isLoopbackAddress, PREFLIGHT_HEADERS } from "./access.ts";
import type { Answer } from "./answer.ts";
import { BodyMemory, readBody } from "./body.ts";
import { Metrics } from "./metrics.ts";
import type { ServedModel } from "./models.ts";
import { errorJson, problemJson, RequestProblem, titleOf } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";
import { modelOf, respond } from "./respond.ts";
import { isProtocolPath, methodsOf, OPEN_ROUTES, type Route, routeOf } from "./routes.ts";

/** Options of a server. */
export interface ServerOptions extends Omit<AccessOptions, "isLoopback"> {
  /** The IP address and the port to listen at. Port 0 is any free port. */
  readonly address: string;
  readonly port: number;
  /** The maximum size of the body of a request in bytes, after it was decompressed. */
  readonly maxBody: number;
  /** How long a request may take after it was received, and how long a client may take to send it. */
  readonly requestMs: number;
  readonly sendMs: number;
  readonly allowPaths: boolean;
  /** The text of the OpenAPI document. */
  readonly openApi: string;
  /** Called after each answer. */
  readonly onAnswer: (entry: LogEntry) => void;
}

/** An answered request. Texts of clients are not escaped. */
export interface LogEntry {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** `undefined` if the client was gone before the answer. */
  readonly status: number | undefined;
  readonly seconds: number;
  /** The id of the model. */
  readonly model: string | undefined;
  readonly datapoints: number;
  /** The problem, and text about it that the client did not get. */
  readonly problem: string | undefined;
  readonly details: string | undefined;
}

/** How a server stops. */
export interface StopOptions {
  /** How long it still accepts connections although it is not ready, for load balancers. */
  readonly delayMs: number;
  /** How long requests may take to end after that. */
  readonly drainMs: number;
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /**
   * Stops: not ready, no new connections, then the end of all requests. Returns how many requests were cut off because the time was
   * over. The signal ends the waiting.
   */
  readonly stop: (options: StopOptions, signal: AbortSignal) => Promise<number>;
}

/** The reason of the signal of a request whose client is gone. */
class ClientGone extends Error {}

/** Listens. Models may be loaded later. Rejects with the error of the system if it cannot listen. */
export async function startServer(models: readonly ServedModel[], options: ServerOptions): Promise<RunningServer> {
  const access = new Access({ ...options, isLoopback: isLoopbackAddress(options.address) });
  const context: Context = {
    options,
    access,
    memory: new BodyMemory(options.maxBody),
    answering: new WeakSet(),
    requests: new Set(),
    served: {
      models,
      metrics: new Metrics(),
      openApi: options.openApi,
      allowPaths: options.allowPaths,
      isStopping: false,
    },
  };
  const server = createServer({
    requestTimeout: options.sendMs,
    headersTimeout: Math.min(options.sendMs, 20_000),
    connectionsCheckingInterval: Math.min(options.sendMs, 1000),
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => void handle(request, response, context));
  server.on("clientError", (error, socket) => refuseInvalid(error, socket, context.answering.has(socket)));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port, options.address, resolve);
  });
  return { url: urlOf(server), stop: (how, signal) => stop(server, context, how, signal) };
}

interface Context {
  readonly options: ServerOptions;
  readonly access: Access;
  readonly memory: BodyMemory;
  /** The connections on which an answer is being written. */
  readonly answering: WeakSet<Duplex>;
  /** The controllers of all present requests. */
  readonly requests: Set<AbortController>;
  readonly served: Parameters<typeof respond>[2] & { isStopping: boolean };
}

/** Answers one request. Never rejects. */
async function handle(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { options, access, served, requests } = context;
  const started = performance.now();
  const { method = "", url = "" } = request;
  const requestId = requestIdOf(request.headers["x-request-id"]);
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // every datapoint adds a listener, and removes it when it ends
  let timer: NodeJS.Timeout | undefined;
  response.once("close", () => {
    if (!response.writableFinished) controller.abort(new ClientGone("the client is gone"));
  });
  requests.add(controller);
  let route: Route | undefined;
  let model: ServedModel | undefined;
  let release = (): void => {};
  let headers: Readonly<Record<string, string>> = { "X-Request-Id": requestId };
  let answer: Answer | undefined;
  let problem: RequestProblem | undefined;
  try {
    access.requireHost(request.headers);
    const allowed = access.requireOrigin(request.headers);
    headers = { ...headers, ...allowed };
    route = routeOf(url);
    if (method === "OPTIONS" && Object.keys(allowed).length > 0) {
      answer = { status: 204, type: "text/plain", body: "", headers: PREFLIGHT_HEADERS };
    } else {
      requireMethod(route, method);
      if (!OPEN_ROUTES.has(route.kind)) access.requireToken(request.headers);
      model = modelOf(route, served.models);
      if (served.isStopping && method === "POST") throw new RequestProblem(503, "the server is stopping");
      const body = async (): Promise<Buffer> => {
        requireJson(route?.kind, request.headers["content-type"]);
        const read = await readBody(request, context.memory);
        release = read.release;
        // Until then, the time limit of the client for sending it applies.
        timer = setTimeout(() => controller.abort(tooSlow(options.requestMs)), options.requestMs);
        return read.bytes;
      };
      const headerLength = request.headers["inference-header-content-length"];
      answer = await respond(route, model, served, {
        query: new URLSearchParams(url.split("?")[1] ?? ""),
        headerLength: headerLength === undefined ? undefined : String(headerLength),
        body,
        signal: controller.signal,
      });
    }
  } catch (error) {
    problem = problemOf(error, controller.signal);
  }
  const isGone = response.destroyed || controller.signal.reason instanceof ClientGone;
  if (problem !== undefined) answer = problemAnswer(problem, isProtocolPath(url));
  if (answer !== undefined && !isGone) {
    context.answering.add(request.socket);
    await send(response, answer, headers, method === "HEAD", served.isStopping);
    context.answering.delete(request.socket);
  }
  clearTimeout(timer);
  requests.delete(controller);
  release();
  const seconds = (performance.now() - started) / 1000;
  const status = isGone ? undefined : (answer?.status ?? 200);
  const { predicted = 0, failed = 0 } = answer ?? {};
  served.metrics.answered(route?.kind ?? "unknown", model?.id ?? "", status ?? 499, seconds);
  served.metrics.predicted(model?.id ?? "", "predicted", predicted);
  served.metrics.predicted(model?.id ?? "", "failed", failed);
  options.onAnswer({
    requestId,
    method,
    path: url.split("?", 1)[0] ?? "",
    status,
    seconds,
    model: model?.id,
    datapoints: predicted + failed,
    problem: problem?.message,
    details: problem?.log,
  });
}

function tooSlow(limitMs: number): RequestProblem {
  return new RequestProblem(504, `the request took longer than the time limit of ${limitMs / 1000} s`);
}

function requireMethod(route: Route, method: string): void {
  const allowed = methodsOf(route);
  if (allowed.includes(method)) return;
  const headers = { Allow: allowed.join(", ") };
  throw new RequestProblem(405, `the method must be ${allowed[0]}`, { headers });
}

/** Plain JSON must say so, because a page of another site can send other types without asking. */
function requireJson(kind: Route["kind"] | undefined, type = ""): void {
  if (kind !== "predict" || /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) return;
  throw new RequestProblem(415, "the content type must be `application/json`");
}

/** The problem of an exception. What the code of the server did wrong is not for clients. */
function problemOf(error: unknown, { aborted, reason }: AbortSignal): RequestProblem {
  const cause: unknown = aborted ? reason : error;
  if (cause instanceof RequestProblem) return cause;
  if (cause instanceof ClientGone) return new RequestProblem(500, cause.message);
  const log = cause instanceof Error ? (cause.stack ?? messageOf(cause)) : messageOf(cause);
  return new RequestProblem(500, "the server has an internal error; its log says more", { log });
}

function problemAnswer(problem: RequestProblem, isProtocol: boolean): Answer {
  const { status, headers } = problem;
  if (isProtocol) return { status, type: "application/json", body: errorJson(problem), headers };
  return { status, type: "application/problem+json", body: problemJson(problem), headers };
}

/** Writes an answer. Resolves when it was written or the client is gone. */
function send(
  response: ServerResponse,
  { status = 200, type, body, headers: own = {} }: Answer,
  headers: Readonly<Record<string, string>>,
  isHead: boolean,
  isLast: boolean,
): Promise<void> {
  return new Promise((resolve) => {
    response.once("close", resolve).once("error", () => resolve());
    response.writeHead(status, {
      ...(status === 204 ? {} : { "Content-Type": type, "Content-Length": Buffer.byteLength(body) }),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...(isLast && { Connection: "close" }),
      ...headers,
      ...own,
    });
    response.end(isHead ? undefined : body, () => resolve());
  });
}

/** Answers what is not valid HTTP, or was not sent in time. */
function refuseInvalid({ code }: NodeJS.ErrnoException, socket: Duplex, isAnswering: boolean): void {
  if (code === "ECONNRESET" || !socket.writable || isAnswering) {
    socket.destroy();
    return;
  }
  const [status, message] =
    code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? ([408, "the request was not sent in time"] as const)
      : code === "HPE_HEADER_OVERFLOW"
        ? ([431, "the headers of the request are too large"] as const)
        : ([400, "the request is not valid HTTP"] as const);
  const body = problemJson(new RequestProblem(status, message));
  const head = [
    `HTTP/1.1 ${status} ${titleOf(status)}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

async function stop(
  server: Server,
  context: Context,
  { delayMs, drainMs }: StopOptions,
  signal: AbortSignal,
): Promise<number> {
  context.served.isStopping = true;
  const pause = (ms: number): Promise<void> => wait(ms, undefined, { signal }).catch(() => {});
  if (delayMs > 0) await pause(delayMs);
  const isClosed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const draining = linkedSignal(signal);
  await Promise.race([isClosed, wait(drainMs, undefined, { signal: draining.signal }).catch(() => {})]);
  draining.abort(); // ends the timer
  draining.unlink();
  const cut = context.requests.size;
  for (const controller of context.requests) controller.abort(new RequestProblem(503, "the server has stopped"));
  // The answers about that are written before the connections are closed.
  if (cut > 0) await new Promise((resolve) => setImmediate(resolve));
  server.closeAllConnections();
  await isClosed;
  return cut;
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
