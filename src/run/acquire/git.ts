// Runs the Git of the system to fetch code, without a shell and without prompts. Git uses a data folder of its own, so the
// configuration of a surrounding repository does not apply. A token is passed in the environment, and a credential helper gives
// it only to the server of the repository. The token never appears in an argument, a file or a message.
import { spawn } from "node:child_process";
import { decodePercent, withoutCredentials } from "../../base/address.ts";
import { found, problem, type Result } from "../../base/result.ts";
import { factsOf, schemeOf, schemesWith } from "../../base/schemes.ts";
import type { Environment } from "../../system/environment.ts";
import { gitArguments, gitEnvironment } from "../../system/git.ts";
import { killGroup } from "../../system/kill-group.ts";

/** A repository on a server. */
export interface Remote {
  /** Contains no user name and no password. */
  readonly url: string;
  /** `user:password` or a token. */
  readonly token: string | undefined;
}

/** The context in which Git runs. */
export interface GitContext {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** How long a server may send nothing, in milliseconds. */
  readonly stallMs: number;
  /** The `PATH` on which Git is found; by default that of this process. */
  readonly path?: string | undefined;
}

/** A call of Git. */
export interface GitCall {
  readonly remote: Remote;
  /** The data folder of Git (`GIT_DIR`). */
  readonly gitFolder: string;
  /** The folder of the files (`GIT_WORK_TREE`). */
  readonly workTree: string;
  /** The standard input. Values from the environment are passed here, because other processes can read arguments. */
  readonly input?: string | undefined;
}

/** The URL schemes of repositories that Git may fetch. */
const PROTOCOLS = schemesWith(({ git }) => git !== undefined);

/** The user name for a token without one. Servers ignore it. */
const TOKEN_USER = "x-access-token";

/** The shell of Git runs this helper, which prints the variables. */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$MODELWRIGHT_GIT_USER" "$MODELWRIGHT_GIT_TOKEN"; }; f';

/** Whether a URL uses HTTP or HTTPS. */
export function isHttp(url: string): boolean {
  return factsOf(schemeOf(url)).code === "web";
}

/** Reads the URL of a repository. A user name and password in it become the token. */
export function readRemote(url: string, token: string | undefined): Result<Remote> {
  if (url.startsWith("-")) return problem("the URL of the repository begins with `-`, which Git reads as an option");
  if (/^[A-Za-z0-9+.-]*::/.test(url))
    return problem("the URL of the repository contains `::`, which would make Git start a program");
  const scheme = schemeOf(url);
  if (scheme === undefined) return found({ url, token });
  if (factsOf(scheme).git === undefined) {
    return problem(
      `repositories with the scheme \`${scheme}\` cannot be fetched; supported: ${PROTOCOLS.map((each) => `\`${each}\``).join(", ")}`,
    );
  }
  if (!URL.canParse(url)) return problem("the URL of the repository is not valid");
  const parsed = new URL(url);
  if (!isHttp(url) || parsed.username === "") return found({ url, token });
  const credentials = [parsed.username, parsed.password].filter((part) => part !== "").map(decodePercent);
  parsed.username = "";
  parsed.password = "";
  return found({ url: parsed.href, token: token ?? credentials.join(":") });
}

/** The user name and password of a token. */
export function userAndPassword(token: string): readonly [user: string, password: string] {
  const colon = token.indexOf(":");
  return colon < 0 ? [TOKEN_USER, token] : [token.slice(0, colon), token.slice(colon + 1)];
}

/** Runs Git and returns its output, or its error message. Only the reason of the signal is thrown. */
export async function git(args: readonly string[], call: GitCall, context: GitContext): Promise<Result<Buffer>> {
  const { signal, stallMs } = context;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn("git", gitArguments(args), {
      cwd: call.workTree,
      env: environmentOf(call, context),
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    const kill = (): void => killGroup(child);
    let stoppedBecause: string | undefined;
    const stop = (why: string): void => {
      stoppedBecause ??= why;
      kill();
    };
    // For HTTP, Git enforces the limit itself (`http.lowSpeedTime`). Its progress output pauses while bytes arrive slowly.
    const silence = isHttp(call.remote.url)
      ? undefined
      : setTimeout(() => stop(`the server sent nothing for ${stallMs / 1000} s`), stallMs);
    const end = (result: Result<Buffer>): void => {
      clearTimeout(silence);
      signal.removeEventListener("abort", kill);
      if (signal.aborted) reject(signal.reason);
      else resolve(result);
    };
    signal.addEventListener("abort", kill, { once: true });
    child.stdin.on("error", () => {}); // the process has ended, which `close` reports
    child.stdin.end(call.input ?? "");
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      silence?.refresh();
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_OUTPUT) stop("the repository has too many branches, tags or folders");
    });
    let errorOutput = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      silence?.refresh();
      errorOutput = (errorOutput + text).slice(-MAX_ERROR_OUTPUT);
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      end(problem(error.code === "ENOENT" ? "Git is not installed or not on the `PATH`" : error.message));
    });
    child.on("close", (code) => {
      if (stoppedBecause !== undefined) end(problem(stoppedBecause));
      else end(code === 0 ? found(Buffer.concat(chunks)) : problem(errorMessage(errorOutput, code)));
    });
  });
}

/** Variables for connections. Other `GIT_*` variables, such as `GIT_DIR` in a hook, belong to another repository. */
const USER_VARIABLES = /^GIT_(?:SSH|SSL|PROXY|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM)$|EXEC_PATH$)/;

/** The maximum output in bytes: the names of a few hundred thousand branches. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/** How many characters of the error output are kept. */
const MAX_ERROR_OUTPUT = 64 * 1024;

function environmentOf(call: GitCall, { environment, stallMs, path = process.env["PATH"] }: GitContext): Environment {
  const { url, token } = call.remote;
  const settings: (readonly [string, string])[] = [
    ["http.lowSpeedLimit", "1"],
    ["http.lowSpeedTime", String(Math.ceil(stallMs / 1000))],
  ];
  const secret: Record<string, string> = {};
  if (token !== undefined && isHttp(url)) {
    const [user, password] = userAndPassword(token);
    Object.assign(secret, { MODELWRIGHT_GIT_USER: user, MODELWRIGHT_GIT_TOKEN: password });
    // The empty helper removes the configured ones, which might store the token.
    const { origin } = new URL(url);
    settings.push(["credential.helper", ""], [`credential.${origin}.helper`, HELPER]);
  }
  const kept = Object.entries(environment).filter(([name]) => !/^GIT_/.test(name) || USER_VARIABLES.test(name));
  return {
    // An `--env-file` for the models must not choose which programs are started.
    ...gitEnvironment({ ...Object.fromEntries(kept), PATH: path }, protocolsFor(url)),
    GIT_SSH_COMMAND: environment["GIT_SSH_COMMAND"] ?? "ssh -o BatchMode=yes",
    GIT_DIR: call.gitFolder,
    GIT_WORK_TREE: call.workTree,
    ...secret,
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

/** The transports that Git may use for a URL, so that no redirect can use another one. */
function protocolsFor(url: string): readonly string[] {
  const scheme = schemeOf(url);
  if (scheme === undefined) return /^[^/]*:/.test(url) ? ["ssh"] : ["file"];
  return factsOf(scheme).git ?? [];
}

/** The error message of Git, without credentials in URLs. */
function errorMessage(stderr: string, code: number | null): string {
  const lines = stderr.split("\n").filter((line) => /^(?:fatal|error|remote): /.test(line));
  const message = (lines.find((line) => line.startsWith("fatal: ")) ?? lines.at(-1) ?? "").replace(/^\w+: /, "");
  return message === "" ? `Git failed with exit code ${code}` : withoutCredentials(message);
}
