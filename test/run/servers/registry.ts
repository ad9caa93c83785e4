// A real registry of images on loopback: Debian's `docker-registry`. It can require a login, and a proxy in front of it can require
// tokens, as registries on the internet do.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, request as forward, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { readImageName } from "../../../src/run/registry/image-reference.ts";
import { openRepository } from "../../../src/run/registry/registry.ts";
import { temporaryFolder } from "../../temporary.ts";
import { freePort, startServer } from "./start.ts";

/** Whether the registry is installed here. */
export const hasRegistry = spawnSync("docker-registry", ["--version"]).status === 0;

/** Prints in one line that tests are skipped, if they are. */
export function saySkipped(what: string): void {
  if (!hasRegistry) console.log(`skipped: ${what}, because docker-registry is not installed here`);
}

export const USER = "ada";
export const PASSWORD = "tok3n-0f-nobody-1234";

/** The password above for `docker-registry` (bcrypt). */
const HTPASSWD = `${USER}:$2b$04$kNH/1S7qQ9FjrtDMZOPARuOMTlv6I46Df2uLEYRkIwy27Z/1OLN5W\n`;

/** A registry, and where it is. */
export interface TestRegistry {
  readonly host: string;
  /** The requests to the proxy: their method, path and `authorization`. */
  readonly requests: { readonly url: string; readonly authorization: string | undefined }[];
}

/** Calls a function with a registry, and ends it. `login`: what it requires. */
export async function withRegistry(
  login: "none" | "password" | "token",
  work: (registry: TestRegistry) => Promise<void>,
): Promise<void> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "htpasswd"), HTPASSWD);
  const port = await freePort();
  const auth =
    login === "password" ? `auth:\n  htpasswd:\n    realm: test\n    path: ${join(folder, "htpasswd")}\n` : "";
  const config = `version: 0.1
log: { level: error }
storage: { filesystem: { rootdirectory: ${join(folder, "data")} } }
http: { addr: "127.0.0.1:${port}" }
${auth}`;
  writeFileSync(join(folder, "config.yml"), config);
  const stop = await startServer(port, ["docker-registry", "serve", join(folder, "config.yml")]);
  const requests: TestRegistry["requests"] = [];
  const proxy = login === "token" ? await startProxy(port, requests) : undefined;
  try {
    const own = proxy === undefined ? port : (proxy.address() as AddressInfo).port;
    await work({ host: `127.0.0.1:${own}`, requests });
  } finally {
    proxy?.closeAllConnections();
    proxy?.close();
    stop();
  }
}

/** Requires a token, which `/token` gives for the password. */
async function startProxy(port: number, requests: TestRegistry["requests"]): Promise<Server> {
  const server = createServer((incoming, response) => {
    const { url = "/", method, headers } = incoming;
    const { authorization } = headers;
    requests.push({ url, authorization });
    if (url.startsWith("/token?")) {
      const isKnown = authorization === `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`;
      if (!isKnown) response.writeHead(401).end();
      else response.writeHead(200).end(JSON.stringify({ token: "t0ken" }));
      return;
    }
    if (authorization !== "Bearer t0ken") {
      const challenge = `Bearer realm="http://${headers.host}/token",service="test",scope="repository:x:pull"`;
      response.writeHead(401, { "www-authenticate": challenge }).end();
      return;
    }
    const { authorization: _, ...passed } = headers;
    const sent = forward({ host: "127.0.0.1", port, path: url, method, headers: passed }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Pushes an image without layers, which has this text as its only label. Returns its digest. */
export async function pushImage(name: string, label: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const reference = readImageName(name);
  if (reference === undefined) throw new Error(`${name} is not the name of an image`);
  const context = { environment, stallMs: 10_000, signal: new AbortController().signal };
  const repository = openRepository(reference, "pull,push", context);
  const send = async (request: Parameters<typeof repository.send>[0]): Promise<Response> => {
    const answer = await repository.send(request);
    if (answer.kind === "problem") throw new Error(answer.message);
    if (!answer.value.ok) throw new Error(`${request.method} ${request.path}: ${answer.value.status}`);
    return answer.value;
  };
  const config = JSON.stringify({
    architecture: "amd64",
    os: "linux",
    config: { Labels: { label } },
    rootfs: { type: "layers", diff_ids: [] },
  });
  const digest = digestOf(config);
  const started = await send({ method: "POST", path: "/blobs/uploads/" });
  const upload = new URL(started.headers.get("location") ?? "");
  upload.searchParams.set("digest", digest);
  upload.host = reference.registry;
  await send({
    method: "PUT",
    path: upload.href,
    body: config,
    headers: { "content-type": "application/octet-stream" },
  });
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const configType = "application/vnd.oci.image.config.v1+json";
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: { mediaType: configType, digest, size: config.length },
    layers: [],
  });
  await send({
    method: "PUT",
    path: `/manifests/${reference.tag}`,
    body: manifest,
    headers: { "content-type": mediaType },
  });
  return digestOf(manifest);
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
