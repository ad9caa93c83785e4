// Starts Python programs on another host with the OpenSSH client of this machine. The other side needs only Python: each program is
// sent as text.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { found, problem, type Result } from "../../base/result.ts";
import { absolutePath, programsNamed } from "../../system/programs.ts";
import { SSH_OPTIONS, sshDestination } from "../../system/ssh.ts";
import type { Environment } from "../values/values.ts";
import { type Child, spawnChild } from "../worker/child.ts";
import { workerPath } from "../worker/worker-path.ts";
import type { HostAddress } from "./address.ts";

/** How to reach a host, and the interpreter to use there. */
export interface Connection {
  /** The absolute path of `ssh`. */
  readonly program: string;
  /** The environment of `ssh`, which contains the agent of the user. Nothing of it is sent to the host. */
  readonly environment: Environment;
  readonly address: HostAddress;
  /** An absolute path, or a name that the host looks up in its `PATH`. */
  readonly python: string;
}

/** Programs for the other host, which are next to the worker. */
export type RemoteProgram = "bring" | "begin" | "sweep";

/**
 * Reads one line without buffering, so what follows is for the program, and runs it. The text has only characters that all shells
 * leave unchanged between single quotes.
 */
const RUN_LINE = 'exec(__import__("base64").b64decode(open(0,"rb",0,closefd=False).readline()))';

/** After this many seconds without an answer, `ssh` ends. It asks three times. */
const ALIVE_SECONDS = 5;

/** Interpreters that need no quoting in any shell. */
const PYTHON = /^[A-Za-z0-9_./~+-]+$/;

/** Finds the OpenSSH client. The `PATH` of the environment is searched for a program that may be started. */
export function findSsh(environment: Environment, has: (path: string) => boolean = () => true): Result<string> {
  const program = programsNamed("ssh", environment).find(has);
  if (program !== undefined) return found(program);
  return problem(
    "`ssh` is required to run models on another host, but it is not installed; install the OpenSSH client",
  );
}

/** Why a text cannot name an interpreter of a host; `undefined` if it can. */
export function pythonProblem(python: string): string | undefined {
  if (PYTHON.test(python) && !python.startsWith("-")) return undefined;
  return `the Python \`${python}\` cannot be used on another host, because its path has other characters than letters, digits and \`_ . / ~ + -\``;
}

/** Starts a program on the host. Its standard streams are those of the child. */
export function startRemote(connection: Connection, name: RemoteProgram): Child {
  const { program, environment, address, python } = connection;
  const options = [`ServerAliveInterval=${ALIVE_SECONDS}`, "ConnectTimeout=20", "RemoteCommand=none"];
  const args = [
    ...["-T", ...SSH_OPTIONS],
    ...options.flatMap((option) => ["-o", option]),
    ...[...sshDestination(address), `exec ${python} -u -c '${RUN_LINE}'`],
  ];
  const child = spawnChild(program, args, "/", { ...environment, PATH: absolutePath(environment["PATH"]) });
  child.stdin.on("error", () => {}); // the connection has ended, which the exit code reports
  child.stdin.write(`${programText(name).toString("base64")}\n`);
  return child;
}

function programText(name: RemoteProgram): Buffer {
  return readFileSync(join(dirname(workerPath()), `${name}.py`));
}

/** The command with which a user connects. */
function commandTo({ host, port, user }: HostAddress): string {
  return ["ssh", ...(port === undefined ? [] : ["-p", port]), user === undefined ? host : `${user}@${host}`].join(" ");
}

/** Why a connection has ended, for people. `said` is the error output of `ssh` and of the host. */
export function explainEnd({ address, python }: Connection, code: number | null, said: string): string {
  const host = `the host \`${address.host}\``;
  const line = said.trim().split(/\r?\n/).at(-1)?.slice(0, 300) ?? "";
  if (code === 127 || code === 126 || (/not found|No such file/i.test(line) && code !== 255)) {
    return `${host} has no \`${python}\`; install Python 3.9 or later there, or set the option \`python\``;
  }
  if (code !== 255) return `${host} ended the connection${line === "" ? "" : `: ${line}`}`;
  if (/Host key verification failed|host key .*changed|authenticity/i.test(said)) {
    return `${host} is unknown to \`ssh\`, or its key has changed; connect once with \`${commandTo(address)}\` and check the key`;
  }
  if (/Permission denied/i.test(said)) {
    return `${host} refuses the login${address.user === undefined ? "" : ` of \`${address.user}\``}; make a key available to \`ssh\`, because no password can be entered`;
  }
  return `${host} cannot be reached${line === "" ? "" : `: ${line}`}`;
}
