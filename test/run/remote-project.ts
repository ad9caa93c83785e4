// A folder with a definition whose code and file come from a server: real Git over HTTP, and a file with an ETag.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAIN } from "../dist.ts";
import { gitIn, serveGit } from "./git-server.ts";

/** The server and the folder. */
export interface RemoteProject {
  readonly folder: string;
  readonly origin: string;
  /** The paths that were requested. */
  readonly requests: string[];
  /** Runs a command in the folder, with a cache of its own. */
  readonly modelwright: (args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Ended>;
  /** Runs a program of Node.js in the folder, with the same cache. */
  readonly node: (args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Ended>;
  /** The text of a file of the folder; a JSON file as data. */
  readonly read: (name: string) => string;
  readonly write: (name: string, text: string) => void;
  /** Commits these files to the repository, and returns the hash. */
  readonly commit: (files: Readonly<Record<string, string>>) => string;
  /** Changes the content of the file on the server. */
  readonly serve: (weights: string) => void;
  /** Ends the server, as if there were no network. */
  readonly disconnect: () => void;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export const WEIGHTS = "the weights of the detector";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The Python of the repository. */
export const CODE = `"""Finds ships."""
from dataclasses import dataclass
from typing import TypedDict


@dataclass
class Detector:
    weights: str


class Ship(TypedDict):
    """A ship in an image."""

    id: str
    size: int  # in bytes of the weights


def load(weights: str, threshold: float = 0.5) -> Detector:
    """Loads the detector from its weights."""
    with open(weights) as file:
        return Detector(file.read())


def predict(model: Detector, datapoints: list) -> list[Ship]:
    return [{"id": datapoint.id, "size": len(model.weights)} for datapoint in datapoints]
`;

/** The definition. `inputs` are further inputs of \`load\`. */
export function definitionOf(origin: string, { branch = "main", inputs = "", image = "" } = {}): string {
  return `models:
  - name: ships
    repository:
      url: ${origin}/code/.git
      branch: ${branch}
    files:
      - name: weights
        url: ${origin}/weights.bin
        upload: false
    runtime:
${image === "" ? "" : `      image: ${image}\n`}      load:
        entrypoint: detector.model:load
        inputs:
          - name: weights
            value: \${model.files.weights.url}
${inputs}        output:
          name: model
      predict:
        entrypoint: detector.model:predict
        inputs:
          - name: model
            value: \${model.runtime.load.output.model}
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
          keys: [id, size]
`;
}

/** Calls a function with such a folder, and removes it. */
export async function inRemoteProject(work: (project: RemoteProject) => Promise<void>): Promise<void> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "modelwright-lock-")));
  const [folder, served] = [join(root, "project"), join(root, "served")];
  const code = join(served, "code");
  for (const path of [folder, join(code, "detector")]) mkdirSync(path, { recursive: true });
  gitIn(code, "init", "--quiet");
  const requests: string[] = [];
  let weights = WEIGHTS;
  const server = createServer((request, response) => {
    const { url = "/" } = request;
    requests.push(url);
    if (!url.startsWith("/weights.bin")) return serveGit(served, url, request, response);
    response.writeHead(200, { etag: `"${sha256(weights)}"`, "content-length": weights.length }).end(weights);
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const disconnect = (): void => {
    server.closeAllConnections();
    server.close();
  };
  const project: RemoteProject = {
    folder,
    origin,
    requests,
    disconnect,
    read: (name) => readFileSync(join(folder, name), "utf8"),
    write: (name, text) => writeFileSync(join(folder, name), text),
    serve: (text) => {
      weights = text;
    },
    commit: (files) => {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(code, name), text);
      gitIn(code, "add", ".");
      gitIn(code, "commit", "--quiet", "--allow-empty", "-m", "change");
      return gitIn(code, "rev-parse", "HEAD");
    },
    modelwright: (args, env) => project.node(["--", MAIN, ...args], env),
    node: (args, env = {}) => {
      const { PATH, HOME } = process.env;
      const child = spawn(process.execPath, args, {
        cwd: folder,
        env: { PATH, HOME, XDG_CACHE_HOME: join(root, "cache"), ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const texts = { out: "", err: "" };
      child.stdout.on("data", (chunk) => {
        texts.out += chunk;
      });
      child.stderr.on("data", (chunk) => {
        texts.err += chunk;
      });
      return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...texts })));
    },
  };
  project.write("efemarai.yaml", definitionOf(origin));
  project.write("in.jsonl", '{"id":"a"}\n{"id":"b"}\n');
  try {
    await work(project);
  } finally {
    disconnect();
    rmSync(root, { recursive: true, force: true });
  }
}
