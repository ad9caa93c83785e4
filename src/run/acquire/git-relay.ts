// A local proxy between Git and a repository whose URL comes from the environment. Git passes a URL to its helpers as an
// argument, which every process on the machine can read. So Git gets the URL of the relay, and only the relay knows the URL of
// the repository and the token. https://git-scm.com/docs/http-protocol
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Remote, userAndPassword } from "./git.ts";

/** An open relay. */
export interface Relay {
  /** The repository with the URL of the relay. */
  readonly remote: Remote;
  /** Why a request to the repository failed, without any part of its URL; `undefined` if none failed. */
  readonly problem: () => string | undefined;
  readonly close: () => void;
}

const REFS = "/info/refs?service=git-upload-pack";
const PACK = "/git-upload-pack";

/** The headers of Git that are forwarded. */
const FORWARDED = ["user-agent", "accept", "content-type", "content-encoding", "git-protocol"] as const;

/** Opens a relay to an HTTP or HTTPS repository. `stallMs` is how long the server may send nothing, in milliseconds. */
export async function openRelay(remote: Remote, stallMs: number, signal: AbortSignal): Promise<Relay> {
  const secret = `/${randomUUID()}`;
  let base = remote.url.replace(/\/+$/, "");
  let problem: string | undefined;
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      problem ??= "the connection to the repository failed";
      response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.startsWith(secret) === true ? request.url.slice(secret.length) : undefined;
    const isRefs = request.method === "GET" && path === REFS;
    if (!isRefs && !(request.method === "POST" && path === PACK)) {
      response.writeHead(404).end();
      return;
    }
    const silence = new AbortController();
    const timer = setTimeout(() => {
      problem ??= `the server sent nothing for ${stallMs / 1000} s`;
      silence.abort();
    }, stallMs);
    try {
      const upstream = await fetch(`${base}${path}`, {
        method: isRefs ? "GET" : "POST",
        headers: headersFor(request, isSameOrigin(base, remote.url) ? remote.token : undefined),
        signal: AbortSignal.any([signal, silence.signal]),
        // A streamed body cannot be sent again after a redirect. Redirects were followed for the first request.
        ...(isRefs ? {} : { body: Readable.toWeb(request), duplex: "half", redirect: "error" }),
      } as RequestInit);
      timer.refresh();
      if (!upstream.ok || upstream.body === null) {
        problem ??= statusMessage(upstream.status, remote.token !== undefined);
        await upstream.body?.cancel();
        response.writeHead(upstream.status >= 400 ? upstream.status : 502).end();
        return;
      }
      if (isRefs) base = upstream.url.replace(/\/info\/refs\?.*$/s, "");
      response.writeHead(200, { "content-type": upstream.headers.get("content-type") ?? "application/octet-stream" });
      const body = Readable.fromWeb(upstream.body as Parameters<typeof Readable.fromWeb>[0]);
      body.on("data", () => timer.refresh());
      await pipeline(body, response);
    } finally {
      clearTimeout(timer);
    }
  }

  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    remote: { url: `http://127.0.0.1:${port}${secret}`, token: undefined },
    problem: () => problem,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function headersFor(request: IncomingMessage, token: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of FORWARDED) {
    const value = request.headers[name];
    if (typeof value === "string") headers[name] = value;
  }
  if (token !== undefined)
    headers["authorization"] = `Basic ${Buffer.from(userAndPassword(token).join(":")).toString("base64")}`;
  return headers;
}

function isSameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}

/** Describes a status. The body of the response is not shown, because it may repeat the token. */
function statusMessage(status: number, hasToken: boolean): string {
  if (status === 401 || status === 403)
    return `the server responded with status ${status}: it ${hasToken ? "rejected the token" : "requires a token"}`;
  return `the server responded with status ${status}`;
}
