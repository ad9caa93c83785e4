// Runs the system's git to bring code, without a shell and without questions. It gets a folder of its own for its data, so no
// configuration of a surrounding repository counts. A token reaches it through the environment and a helper that git asks for
// the one server that it is meant for; it is in no argument, no file and no message.
import { spawn } from "node:child_process";
import { decodePercent, withoutCredentials } from "../../base/address.ts";
import { found, problem, type Result } from "../../base/result.ts";
import type { Environment } from "../../system/environment.ts";
import { gitArguments, gitEnvironment } from "../../system/git.ts";

/** A repository on a server. */
export interface Remote {
  /** Without a name and a password. */
  readonly url: string;
  /** `user:password`, or a token. */
  readonly token: string | undefined;
}

/** With what git is run. */
export interface GitContext {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** How long a server may be silent, in milliseconds. */
  readonly stallMs: number;
}

/** One call. */
export interface GitCall {
  readonly remote: Remote;
  /** Where git keeps its data. */
  readonly gitFolder: string;
  /** Where the files go. */
  readonly workTree: string;
  /** What it reads from standard input. What comes from the environment is given this way: others can see arguments. */
  readonly input?: string | undefined;
}

/** Transports that start no program of somebody's choice: https://git-scm.com/docs/gitremote-helpers */
const PROTOCOLS = ["https", "http", "ssh", "git", "file"];

/** The name that goes with a token which has none: servers of tokens do not look at it. */
const TOKEN_USER = "x-access-token";

/** Printed by git's shell from the environment. */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$MODELWRIGHT_GIT_USER" "$MODELWRIGHT_GIT_TOKEN"; }; f';

/** Whether an address is one of http or https. */
export function isHttp(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

/** Reads the address of a repository; a name and a password in it become the token. */
export function readRemote(url: string, token: string | undefined): Result<Remote> {
  if (url.startsWith("-")) return problem("an address of a repository does not begin with `-`");
  if (/^[A-Za-z0-9+.-]*::/.test(url)) return problem("addresses with `::` start programs, and are refused");
  const scheme = schemeOf(url);
  if (scheme === undefined) return found({ url, token });
  if (!PROTOCOLS.includes(scheme)) {
    return problem(
      `git is not asked for \`${scheme}://\`; supported: ${PROTOCOLS.map((each) => `\`${each}\``).join(", ")}`,
    );
  }
  if (!URL.canParse(url)) return problem("the address of the repository cannot be read");
  const address = new URL(url);
  if (!isHttp(url) || address.username === "") return found({ url, token });
  const inside = [address.username, address.password].filter((part) => part !== "").map(decodePercent);
  address.username = "";
  address.password = "";
  return found({ url: address.href, token: token ?? inside.join(":") });
}

function schemeOf(url: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]+):\/\//.exec(url)?.[1]?.toLowerCase();
}

/** The name and the password that a token stands for. */
export function userAndPassword(token: string): readonly [user: string, password: string] {
  const colon = token.indexOf(":");
  return colon < 0 ? [TOKEN_USER, token] : [token.slice(0, colon), token.slice(colon + 1)];
}

/** Runs git; gives the bytes that it printed, or its last complaint. Only the signal's reason is thrown. */
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
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    };
    let stoppedBecause: string | undefined;
    const stop = (why: string): void => {
      stoppedBecause ??= why;
      kill();
    };
    // Of http, git measures the silence itself, and more exactly: its progress is not shown while bytes arrive slowly.
    const silence = isHttp(call.remote.url)
      ? undefined
      : setTimeout(() => stop(`the server was silent for ${stallMs / 1000} s`), stallMs);
    const end = (result: Result<Buffer>): void => {
      clearTimeout(silence);
      signal.removeEventListener("abort", kill);
      if (signal.aborted) reject(signal.reason);
      else resolve(result);
    };
    signal.addEventListener("abort", kill, { once: true });
    child.stdin.on("error", () => {}); // it has ended, and `close` tells
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
      end(problem(error.code === "ENOENT" ? "git is not installed, or not on the PATH" : error.message));
    });
    child.on("close", (code) => {
      if (stoppedBecause !== undefined) end(problem(stoppedBecause));
      else end(code === 0 ? found(Buffer.concat(chunks)) : problem(errorMessage(errorOutput, code)));
    });
  });
}

/** What a user says about connections; the rest, such as `GIT_DIR` in a hook, is about another repository. */
const USER_VARIABLES = /^GIT_(?:SSH|SSL|PROXY|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM)$|EXEC_PATH$)/;

/** Bytes of its output: the names of a few hundred thousand branches. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/** Characters of its complaints that are kept. */
const MAX_ERROR_OUTPUT = 64 * 1024;

function environmentOf(call: GitCall, { environment, stallMs }: GitContext): Environment {
  const { url, token } = call.remote;
  const settings: (readonly [string, string])[] = [
    ["http.lowSpeedLimit", "1"],
    ["http.lowSpeedTime", String(Math.ceil(stallMs / 1000))],
  ];
  const secret: Record<string, string> = {};
  if (token !== undefined && isHttp(url)) {
    const [user, password] = userAndPassword(token);
    Object.assign(secret, { MODELWRIGHT_GIT_USER: user, MODELWRIGHT_GIT_TOKEN: password });
    // The empty one forgets whoever would have been asked before, and might write the token down.
    const { origin } = new URL(url);
    settings.push(["credential.helper", ""], [`credential.${origin}.helper`, HELPER]);
  }
  const kept = Object.entries(environment).filter(([name]) => !/^GIT_/.test(name) || USER_VARIABLES.test(name));
  return {
    // Variables that a file gives to the models do not choose the programs that are started.
    ...gitEnvironment({ ...Object.fromEntries(kept), PATH: process.env["PATH"] }, protocolsFor(url)),
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

/**
 * The transport of an address, so that no redirect leads to another one. A server of http may lead to https, and the user may
 * have told git to take ssh for either (`url.<base>.insteadOf`).
 */
function protocolsFor(url: string): readonly string[] {
  const scheme = schemeOf(url);
  if (scheme === undefined) return /^[^/]*:/.test(url) ? ["ssh"] : ["file"];
  return scheme === "http" ? ["https", "http", "ssh"] : scheme === "https" ? ["https", "ssh"] : [scheme];
}

/** What git says at the end, without the addresses in which somebody may have put a password. */
function errorMessage(stderr: string, code: number | null): string {
  const lines = stderr.split("\n").filter((line) => /^(?:fatal|error|remote): /.test(line));
  const said = (lines.find((line) => line.startsWith("fatal: ")) ?? lines.at(-1) ?? "").replace(/^\w+: /, "");
  return said === "" ? `git ended with exit code ${code}` : withoutCredentials(said);
}
