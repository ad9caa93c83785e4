// The only way to call git. A repository may have been written by anybody, and much of its configuration names programs:
// https://git-scm.com/docs/git-config. Here it can start none. Local calls fetch nothing, and no call asks a question.
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Environment } from "./environment.ts";
import { absolutePath, programsOutside } from "./programs.ts";

/**
 * Settings that take precedence over those of the repository, the user and the system. They are passed with `-c`, which
 * every git understands; `GIT_CONFIG_COUNT` is silently ignored before git 2.31.
 */
const SETTINGS: readonly string[] = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.pager=cat",
  // Ignored before git 2.38; `askGit` never starts git in a folder that could be taken for a bare repository.
  "safe.bareRepository=explicit",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "advice.detachedHead=false",
];

/** The arguments of a call with the settings in front. */
export function gitArguments(args: readonly string[]): readonly string[] {
  return ["--no-pager", "--no-optional-locks", ...SETTINGS.flatMap((setting) => ["-c", setting]), ...args];
}

/**
 * The environment of a call. `protocols` are the transports that may be used; none means that nothing is fetched, not even
 * the objects that a partial clone lacks. The `PATH` keeps its absolute folders only: the others lead into the checkout.
 */
export function gitEnvironment(environment: Environment, protocols: readonly string[]): Environment {
  return {
    ...environment,
    PATH: absolutePath(environment["PATH"]),
    GIT_ALLOW_PROTOCOL: protocols.join(":"),
    ...(protocols.length === 0 && { GIT_NO_LAZY_FETCH: "1" }),
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "",
    GIT_PAGER: "cat",
    LC_ALL: "C",
  };
}

/** What a local call needs besides its arguments. */
export interface LocalCall {
  /** Given on standard input. */
  readonly input?: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/** The answer of git: its exit code, which is `null` when it could not be asked, and what it printed. */
export interface LocalAnswer {
  readonly status: number | null;
  readonly stdout: string;
}

/** The largest answer, in bytes. */
const LARGEST_ANSWER = 256 * 1024 * 1024;

/** The repository around a folder. */
export interface Worktree {
  /** Where git is started. */
  readonly folder: string;
  /** The path from there to the folder that was asked about, which ends with `/` unless it is empty. */
  readonly prefix: string;
}

/**
 * Finds the folder whose `.git` is the nearest, as git does; `undefined` outside of repositories. Asking git itself takes
 * longer than a whole check, and it would also accept a folder that only has the files of a bare repository.
 */
export function worktreeAround(cwd: string): Worktree | undefined {
  // In a hook, the caller says which repository is meant.
  if (process.env["GIT_DIR"] !== undefined) return { folder: cwd, prefix: "" };
  let start: string;
  try {
    start = realpathSync(cwd);
  } catch {
    return undefined;
  }
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) {
      const below = start
        .slice(folder.length)
        .replace(/^[\\/]/, "")
        .replaceAll("\\", "/");
      return { folder, prefix: below === "" ? "" : `${below}/` };
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** Asks git about a working tree, without a network. */
export function askGit({ folder }: Worktree, args: readonly string[], { input, timeout }: LocalCall): LocalAnswer {
  const { status, stdout } = spawnSync("git", gitArguments(args), {
    cwd: folder,
    // In `npx` and in an active virtual environment, the `PATH` begins with folders of the checkout.
    env: gitEnvironment(programsOutside([folder], process.env).environment, []),
    encoding: "utf8",
    maxBuffer: LARGEST_ANSWER,
    timeout,
    killSignal: "SIGKILL",
    ...(input === undefined ? {} : { input }),
  });
  return { status, stdout };
}
