// Starts the servers of the storage tests. `.ci/run` installs them into the folder of `MODELWRIGHT_STORAGE_TOOLS`.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** Credentials of one kind: those of a definition, or in the environment. */
export interface Access {
  readonly title: string;
  readonly credentials?: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A running server with one bucket. */
export interface StorageServer {
  /** The port of the server, in front of which tests put a proxy. */
  readonly port: number;
  readonly url: (name: string) => string;
  /** Stores a file. */
  readonly put: (name: string, content: Uint8Array) => Promise<void>;
  /** A bucket that everyone may read, with an environment without credentials. */
  readonly open?: {
    readonly url: (name: string) => string;
    readonly put: (name: string, content: Uint8Array) => Promise<void>;
    readonly environment: Readonly<Record<string, string>>;
  };
  readonly access: (port: number) => Promise<{
    /** Each is allowed to read. The first one is used where the kind does not matter. */
    readonly allowed: readonly [Access, ...Access[]];
    /** Is refused. `message` says why. */
    readonly refused: readonly (Access & { readonly message: RegExp })[];
  }>;
  /** Whether the server ignores `If-None-Match`, so that an unchanged file is recognized after it has started to send. */
  readonly ignoresConditions?: boolean;
  /** Names that the server does not allow. */
  readonly refusesNames?: RegExp;
  /** The command of another program that downloads a file, for comparison. */
  readonly otherTool: (name: string, to: string) => Promise<readonly [string, ...string[]]>;
  /** What a missing file is called. */
  readonly missing: RegExp;
  readonly close: () => void;
}

/** A kind of server. */
export interface ServerKind {
  readonly scheme: string;
  /** Starts it; `undefined` if it is not installed. */
  readonly start: (() => Promise<StorageServer>) | undefined;
  /** What has to be installed. */
  readonly needs: string;
}

/** The path of an installed tool; `undefined` if it is not installed. */
export function toolPath(...path: readonly string[]): string | undefined {
  const folder = process.env["MODELWRIGHT_STORAGE_TOOLS"];
  const found = folder === undefined ? "" : join(folder, ...path);
  return found !== "" && existsSync(found) ? found : undefined;
}

/** A port of loopback that no one listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a server and waits until it accepts connections. Returns how to stop it. */
export async function startServer(
  port: number,
  [program = "", ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<() => void> {
  const child: ChildProcess = spawn(program, args, {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr?.on("data", (chunk) => {
    output = (output + chunk).slice(-2000);
  });
  const stop = (): void => void child.kill("SIGKILL");
  process.on("exit", stop);
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${output}`);
    if (await accepts(port)) return stop;
    await wait(100);
  }
  stop();
  throw new Error(`${program} does not listen: ${output}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

/** Sends a request that must succeed. */
export async function mustSend(url: string, init: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${init.method} ${url}: ${response.status} ${text.slice(0, 500)}`);
  return text;
}
