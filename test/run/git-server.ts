// A real Git repository, and a real HTTP server for it that requires a token.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const TOKEN = "tok3n-0f-nobody-1234";

const PYTHON = `import helper

def load():
    return helper.NAME

def predict(datapoints):
    return [{"code": helper.NAME} for _ in datapoints]
`;

export interface Repository {
  readonly folder: string;
  /** The hashes of its commits, oldest first. */
  readonly commits: readonly string[];
}

export function gitIn(folder: string, ...args: readonly string[]): string {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" }).trim();
}

/** A repository whose commits differ in the name of `helper`. */
export function repository(folder: string, names: readonly string[]): Repository {
  mkdirSync(folder, { recursive: true });
  gitIn(folder, "init", "--quiet");
  const commits = names.map((name) => {
    writeFileSync(join(folder, "inference.py"), PYTHON);
    writeFileSync(join(folder, "helper.py"), `NAME = "${name}"\n`);
    gitIn(folder, "add", ".");
    gitIn(folder, "commit", "--quiet", "-m", name);
    return gitIn(folder, "rev-parse", "HEAD");
  });
  return { folder, commits };
}

/** Passes a request to Git's own server program: https://git-scm.com/docs/git-http-backend */
export function serveGit(root: string, url: string, request: IncomingMessage, response: ServerResponse): void {
  const [path, query = ""] = url.split("?");
  const backend = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"],
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
      HTTP_GIT_PROTOCOL: request.headers["git-protocol"] as string | undefined,
      REMOTE_USER: "somebody",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  backend.on("close", () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf("\r\n\r\n");
    const headers = output.subarray(0, end).toString().split("\r\n");
    for (const header of headers) {
      const [name = "", value = ""] = header.split(": ");
      if (name.toLowerCase() === "status") response.statusCode = Number(value.slice(0, 3));
      else response.setHeader(name, value);
    }
    response.end(output.subarray(end + 4));
  });
}

export interface Given {
  readonly root: string;
  readonly cache: string;
  readonly origin: string;
  readonly requests: string[];
}

export async function withServer(work: (given: Given) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "modelwright-"));
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { url = "/" } = request;
    requests.push(url);
    const isKnown = request.headers.authorization === `Basic ${btoa(`x-access-token:${TOKEN}`)}`;
    if (isKnown) serveGit(root, url, request, response);
    else response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await work({ root, cache: join(root, "cache"), origin, requests });
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(root, { recursive: true, force: true });
  }
}
