// Finds the container engine, and runs its commands.
import { type ChildProcess, spawn } from "node:child_process";
import { isAbsolute } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { found, problem, type Result } from "../../base/result.ts";
import { killGroup } from "../../system/kill-group.ts";
import { absolutePath, programsNamed } from "../../system/programs.ts";
import type { ContainerEngine } from "../api/container.ts";
import type { Environment } from "../values/values.ts";
import type { Child } from "../worker/child.ts";
import { splitAtMark } from "../worker/frame.ts";

/** Starts commands of an engine on another host. */
export interface RemoteEngine {
  /** The name of the host. */
  readonly host: string;
  /** The user of the login: `UID:GID`. */
  readonly user: string;
  /** The exit code is 127 if the host does not have the program. */
  readonly start: (command: readonly string[]) => Child;
}

/** An engine that can be used. */
export interface Engine {
  readonly name: ContainerEngine;
  /** Absent if the engine belongs to this machine. */
  readonly remote?: RemoteEngine | undefined;
  /** The absolute path of its command line, or its name on another host. */
  readonly program: string;
  /** The environment of its commands. */
  readonly environment: Environment;
  readonly version: string;
  /** The processor architecture of its machine, as in images: `amd64`, `arm64`, … */
  readonly architecture: string;
  /** Whether it belongs to a user other than root. */
  readonly isRootless: boolean;
  /** Whether it is on another machine or in a virtual machine. */
  readonly isRemote: boolean;
  readonly hasSelinux: boolean;
}

/** Where to look for engines. */
export interface EngineSearch {
  /** Only its `PATH` is searched. */
  readonly environment: Environment;
  /** Which programs may be started. By default, all of them. */
  readonly has?: ((path: string) => boolean) | undefined;
  /** Another host, which is searched instead of this machine. */
  readonly remote?: RemoteEngine | undefined;
}

/** The engines, in the order in which they are used. Podman is first, because it does not need a service. */
export const ENGINES: readonly ContainerEngine[] = ["podman", "docker"];

/** How long an engine may take to describe itself. */
const INFO_MS = 30_000;

/** How long an engine may take to remove a container. */
const REMOVE_MS = 30_000;

/** The maximum length of the output of a command. */
const MAX_OUTPUT = 4 * 1024 * 1024;

/** Finds an engine and asks it whether it works. `wanted` is the engine that the user selected, if any. */
export async function findEngine(
  wanted: ContainerEngine | undefined,
  { environment, has = () => true, remote }: EngineSearch,
): Promise<Result<Engine>> {
  const names = wanted === undefined ? ENGINES : [wanted];
  for (const name of names) {
    const program = remote === undefined ? programsNamed(name, environment).find(has) : name;
    const engine = program && (await describeEngine(name, program, { environment, remote }));
    if (engine) return engine;
  }
  const where = remote === undefined ? "" : ` on the host \`${remote.host}\``;
  const shown = names.map((name) => `\`${name}\``).join(" nor ");
  return problem(
    wanted === undefined
      ? `a container engine is required, but neither ${shown} is installed${where}; install one of them`
      : `${shown} is not installed${where}; install it, or use another container engine`,
  );
}

async function describeEngine(
  name: ContainerEngine,
  program: string,
  { environment, remote }: EngineSearch,
): Promise<Result<Engine> | undefined> {
  const engine = { program, environment: { ...environment, PATH: absolutePath(environment["PATH"]) }, remote };
  const answer = await runEngine(engine, ["info", "--format", name === "docker" ? "{{json .}}" : "json"], {
    limitMs: INFO_MS,
  });
  if (remote !== undefined && answer.code === 127) return undefined;
  const info = answer.code === 0 ? parseJson(answer.stdout) : undefined;
  const read = name === "docker" ? readDocker(info) : readPodman(info);
  if (read !== undefined)
    return found({ name, ...engine, ...read, isRemote: read.isRemote || (!remote && isElsewhere(environment)) });
  return problem(`\`${name}\` cannot be used: ${lastLine(answer) || "it does not describe itself"}`);
}

type Description = Omit<Engine, "name" | "program" | "environment">;

function readPodman(info: unknown): Description | undefined {
  const version = at(info, "version", "Version");
  const architecture = at(info, "host", "arch");
  if (typeof version !== "string" || typeof architecture !== "string") return undefined;
  return {
    version,
    architecture,
    isRootless: at(info, "host", "security", "rootless") === true,
    isRemote: at(info, "host", "serviceIsRemote") === true,
    hasSelinux: at(info, "host", "security", "selinuxEnabled") === true,
  };
}

/** Names of architectures of the Linux kernel that differ from those of images. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };

function readDocker(info: unknown): Description | undefined {
  const version = at(info, "ServerVersion");
  const machine = at(info, "Architecture");
  // Without its service, Docker describes only the command line.
  if (typeof version !== "string" || version === "" || typeof machine !== "string") return undefined;
  const options = at(info, "SecurityOptions");
  const hasOption = (text: string) => Array.isArray(options) && options.some((each) => String(each).includes(text));
  return {
    version,
    architecture: ARCHITECTURES[machine] ?? machine,
    isRootless: hasOption("name=rootless"),
    isRemote: at(info, "OperatingSystem") === "Docker Desktop",
    hasSelinux: hasOption("name=selinux"),
  };
}

/** Whether the environment names an engine that is reached through a network. */
function isElsewhere({ DOCKER_HOST: docker, CONTAINER_HOST: podman }: Environment): boolean {
  return [docker, podman].some((host) => host !== undefined && /^(?:tcp|ssh|https?):/i.test(host));
}

/** The result of a command of an engine. `code` is `null` if it was killed. */
export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface CommandOptions {
  readonly limitMs: number;
  readonly signal?: AbortSignal;
  /** Is called for each line of its output. */
  readonly onLine?: (line: string) => void;
}

/** Runs a command of an engine to its end. Never rejects. A command that exceeds its time limit is killed. */
export function runEngine(
  { program, environment, remote }: Pick<Engine, "program" | "environment" | "remote">,
  args: readonly string[],
  { limitMs, signal, onLine }: CommandOptions,
): Promise<Answer> {
  if (remote === undefined && !isAbsolute(program))
    throw new Error("the program of an engine must have an absolute path");
  return new Promise((resolve) => {
    const output = { stdout: "", stderr: "" };
    const options = { cwd: "/", env: environment, timeout: limitMs, killSignal: "SIGKILL", signal } as const;
    const child =
      remote?.start([program, ...args]) ?? spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    if (remote !== undefined) limitRemote(child, options);
    for (const name of ["stdout", "stderr"] as const) {
      let line = "";
      const decoder = new StringDecoder("utf8");
      const receive = (chunk: Buffer): void => {
        const text = decoder.write(chunk);
        output[name] = (output[name] + text).slice(-MAX_OUTPUT);
        if (onLine === undefined) return;
        const lines = (line + text).split(/[\r\n]+/);
        line = (lines.pop() ?? "").slice(-MAX_OUTPUT);
        for (const each of lines) if (each.trim() !== "") onLine(each.trim());
      };
      const isMarked = remote !== undefined && name === "stdout";
      child[name].on("data", isMarked ? splitAtMark(() => {}, receive) : receive);
    }
    child.on("error", (error) => {
      output.stderr += `\n${error.message}`;
      if (child.pid === undefined) resolve({ code: null, ...output });
    });
    child.on("close", (code) => resolve({ code, ...output }));
  });
}

/** Kills the connection of a command when its time is over. Its host then ends the command. */
function limitRemote(
  child: ChildProcess,
  { timeout, signal }: { readonly timeout: number; readonly signal: AbortSignal | undefined },
): void {
  const kill = (): void => killGroup(child);
  const timer = setTimeout(kill, timeout);
  if (signal?.aborted) kill();
  signal?.addEventListener("abort", kill, { once: true });
  child.on("close", () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", kill);
  });
}

/** Ends and removes a container with its volumes, if it exists. */
export async function removeContainer(engine: Engine, name: string): Promise<void> {
  await runEngine(engine, ["rm", "--force", "--volumes", ...(engine.name === "podman" ? ["--time", "0"] : []), name], {
    limitMs: REMOVE_MS,
  });
}

/** The last line that a command has written, without the prefixes that engines use. It usually says why it failed. */
export function lastLine({ stdout, stderr }: Answer): string {
  const lines = `${stdout}\n${stderr}`.split(/[\r\n]+/).map((line) => line.trim());
  const line = lines.filter((each) => each !== "" && !/^(?:See|Run) ['"]?docker /.test(each)).at(-1) ?? "";
  // A message of a program that the engine has started is quoted, with escaped line breaks.
  const text = line
    .replace(/\\n.*/, "")
    .replace(/^(?:Error: |Error response from daemon: |docker: |ERROR: )+/, "")
    .replace(/\.$/, "");
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}

/** A value inside parsed JSON. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let inner = value;
  for (const key of keys) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, key)) return undefined;
    inner = (inner as Readonly<Record<string, unknown>>)[key];
  }
  return inner;
}

/** Parses JSON; `undefined` if it is not valid. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
