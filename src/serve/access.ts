// Decides who may use the server: by token, by the name under which a client reached it, and by the page that a browser shows.
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { quote } from "../base/quote.ts";
import { RequestProblem } from "./problem.ts";

/** Who may use the server. */
export interface AccessOptions {
  /** The accepted bearer tokens; empty if none is needed. */
  readonly tokens: readonly string[];
  /** Additional names in the header `Host`. */
  readonly hosts: readonly string[];
  /** Origins of pages that may use the server from a browser. */
  readonly origins: readonly string[];
  /** Whether only programs of this machine can connect. Pages of other origins could reach them under a name of their own. */
  readonly isLoopback: boolean;
}

type Headers = Pick<IncomingHttpHeaders, "host" | "origin" | "authorization">;

/** Checks requests. */
export class Access {
  readonly #options: AccessOptions;
  readonly #digests: readonly Buffer[];

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#digests = options.tokens.map(digest);
  }

  /** Throws unless the client used a name of this server. Otherwise a page could reach it by DNS rebinding. */
  requireHost({ host = "" }: Headers): void {
    const { hosts, isLoopback } = this.#options;
    if (!isLoopback && hosts.length === 0) return;
    const name = hostName(host);
    if (name !== undefined && (hosts.includes(name) || (isLoopback && isLoopbackName(name)))) return;
    throw new RequestProblem(
      421,
      `the server is not named ${quote(host)}; start it with \`--allow-host\` to allow this name`,
    );
  }

  /** Throws if a page of another origin sent the request. Returns the headers that let an allowed page read the answer. */
  requireOrigin({ origin, host = "" }: Headers): Readonly<Record<string, string>> {
    if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return {};
    if (!this.#options.origins.includes(origin)) {
      const hint = "start the server with `--allow-origin` to allow them";
      throw new RequestProblem(403, `pages of ${quote(origin)} may not use this server; ${hint}`);
    }
    return {
      "Access-Control-Allow-Origin": origin,
      "Access-Control-Expose-Headers": "Retry-After, X-Request-Id",
      Vary: "Origin",
    };
  }

  /** Throws unless the request has an accepted token. */
  requireToken({ authorization = "" }: Headers): void {
    if (this.#digests.length === 0) return;
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    // All digests have the same length, and all of them are compared, so the time says nothing about the tokens.
    const given = digest(token ?? "");
    const matches = this.#digests.filter((each) => timingSafeEqual(each, given)).length;
    if (token !== undefined && matches > 0) return;
    const headers = { "WWW-Authenticate": token === undefined ? "Bearer" : 'Bearer error="invalid_token"' };
    const message = token === undefined ? "a bearer token is required" : "the bearer token is not valid";
    throw new RequestProblem(401, message, { headers });
  }
}

/** The headers that answer the question of a browser whether a page may send a request. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Methods": "GET, POST",
  "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Request-Id",
  "Access-Control-Max-Age": "600",
};

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** The name in the header `Host`, in lowercase and without its port. */
function hostName(host: string): string | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(host);
  return match?.[1]?.toLowerCase().replace(/\.$/, "");
}

function isLoopbackName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || isLoopbackAddress(name.replace(/^\[(.*)\]$/, "$1"));
}

/** Whether an IP address can be reached only from this machine. */
export function isLoopbackAddress(address: string): boolean {
  return isIP(address) === 4 ? address.startsWith("127.") : address === "::1";
}
