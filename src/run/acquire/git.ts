// The system's git, without a shell and without questions. The token reaches it through the environment and a helper
// that git asks for the one server that it is meant for; it stands in no argument, no file and no message.

import { spawn } from "node:child_process";
import { decodePercent, withoutCredentials } from "../../base/address.ts";
import type { Environment } from "../prepare/values.ts";
import { found, problem, type Result } from "../result.ts";

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

/** Transports that start no program of somebody's choice: https://git-scm.com/docs/gitremote-helpers */
const PROTOCOLS = ["https", "http", "ssh", "git", "file"];

/** The name that goes with a token which has none: servers of tokens do not look at it. */
const TOKEN_USER = "x-access-token";

/** Printed by git's shell from the environment. */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$MODELWRIGHT_GIT_USER" "$MODELWRIGHT_GIT_TOKEN"; }; f';

/** Reads the address of a repository; a name and a password in it become the token. */
export function readRemote(url: string, token: string | undefined): Result<Remote> {
  if (url.startsWith("-")) return problem("an address of a repository does not begin with `-`");
  if (/^[A-Za-z0-9+.-]*::/.test(url)) return problem("addresses with `::` start programs, and are refused");
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return found({ url, token });
  if (!PROTOCOLS.includes(scheme)) {
    return problem(
      `git is not asked for \`${scheme}://\`; supported: ${PROTOCOLS.map((each) => `\`${each}\``).join(", ")}`,
    );
  }
  if (!URL.canParse(url)) return problem("the address of the repository cannot be read");
  const address = new URL(url);
  if (!/^https?$/.test(scheme) || address.username === "") return found({ url, token });
  const inside = decodePercent([address.username, address.password].filter((part) => part !== "").join(":"));
  address.username = "";
  address.password = "";
  return found({ url: address.href, token: token ?? inside });
}

/** Runs git; gives what it printed, or the last thing that it complained about. Only the signal's reason is thrown. */
export async function git(
  args: readonly string[],
  remote: Remote,
  context: GitContext,
  cwd?: string,
): Promise<Result<string>> {
  const { signal } = context;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, {
      cwd,
      env: environmentOf(remote, context),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    };
    signal.addEventListener("abort", end, { once: true });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] = (output[name] + text).slice(-MOST_OUTPUT);
      });
    }
    child.on("error", (error: NodeJS.ErrnoException) => {
      signal.removeEventListener("abort", end);
      resolve(problem(error.code === "ENOENT" ? "git is not installed, or not on the PATH" : error.message));
    });
    child.on("close", (code) => {
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(signal.reason);
      else resolve(code === 0 ? found(output.stdout) : problem(complaint(output.stderr, code)));
    });
  });
}

/** What a user says about connections; the rest, such as `GIT_DIR` in a hook, is about another repository. */
const OF_THE_USER = /^GIT_(?:SSH|SSL|PROXY|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM)$|EXEC_PATH$|LFS_)/;

/** Characters of its output that are kept. */
const MOST_OUTPUT = 1024 * 1024;

function environmentOf({ url, token }: Remote, { environment, stallMs }: GitContext): Environment {
  const settings: (readonly [string, string])[] = [
    ["core.hooksPath", "/dev/null"],
    ["core.fsmonitor", "false"],
    ["http.lowSpeedLimit", "1"],
    ["http.lowSpeedTime", String(Math.ceil(stallMs / 1000))],
    ["advice.detachedHead", "false"],
  ];
  const secret: Record<string, string> = {};
  if (token !== undefined && /^https?:/i.test(url)) {
    const [user, password] = token.includes(":")
      ? [token.slice(0, token.indexOf(":")), token.slice(token.indexOf(":") + 1)]
      : [TOKEN_USER, token];
    Object.assign(secret, { MODELWRIGHT_GIT_USER: user, MODELWRIGHT_GIT_TOKEN: password });
    // The empty one forgets whoever would have been asked before, and might write the token down.
    const { origin } = new URL(url);
    settings.push(["credential.helper", ""], [`credential.${origin}.helper`, HELPER]);
  }
  const kept = Object.entries(environment).filter(([name]) => !/^GIT_/.test(name) || OF_THE_USER.test(name));
  return {
    ...Object.fromEntries(kept),
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "",
    GIT_SSH_COMMAND: environment["GIT_SSH_COMMAND"] ?? "ssh -o BatchMode=yes",
    GIT_ALLOW_PROTOCOL: PROTOCOLS.join(":"),
    LC_ALL: "C",
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

/** What git says at the end, without the addresses in which somebody may have put a password. */
function complaint(stderr: string, code: number | null): string {
  const lines = stderr.split("\n").filter((line) => /^(?:fatal|error|remote): /.test(line));
  const said = (lines.find((line) => line.startsWith("fatal: ")) ?? lines.at(-1) ?? "").replace(/^\w+: /, "");
  return said === "" ? `git ended with exit code ${code}` : withoutCredentials(said);
}
