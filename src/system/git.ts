// The only way to run Git. A repository may be hostile, and much of its configuration names programs to run
// (https://git-scm.com/docs/git-config). These settings disable all of them. Local calls never fetch, and no call
// prompts.
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Environment } from "./environment.ts";
import { absolutePath, programsOutside } from "./programs.ts";

/**
 * Settings that override those of the repository, the user and the system. They are passed with `-c`, which every
 * version of Git supports; `GIT_CONFIG_COUNT` is silently ignored before Git 2.31.
 */
const SETTINGS: readonly string[] = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.pager=cat",
  // Ignored before Git 2.38; `runGit` never starts Git in a folder that could be taken for a bare repository.
  "safe.bareRepository=explicit",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "advice.detachedHead=false",
];

/** Prepends the settings to the arguments of a call. */
export function gitArguments(args: readonly string[]): readonly string[] {
  return ["--no-pager", "--no-optional-locks", ...SETTINGS.flatMap((setting) => ["-c", setting]), ...args];
}

/**
 * The environment of a call. `protocols` are the allowed transports; with none, Git fetches nothing, not even the
 * missing objects of a partial clone. Only absolute folders of the `PATH` are kept, because relative ones lead into the
 * checkout.
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

/** Options of a local call. */
export interface LocalCall {
  /** Passed on standard input. */
  readonly input?: string;
  /** In milliseconds. */
  readonly timeout: number;
}

/** The result of a local call: the exit code (`null` if Git could not be run) and standard output. */
export interface LocalResult {
  readonly status: number | null;
  readonly stdout: string;
}

/** The maximum size of an answer, in bytes. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/** The repository that contains a folder. */
export interface Worktree {
  /** The folder in which to start Git. */
  readonly folder: string;
  /** The path from `folder` to the requested folder; ends with `/` unless it is empty. */
  readonly prefix: string;
}

/**
 * Finds the nearest folder with a `.git` entry, like Git does; `undefined` outside of repositories. Running Git for
 * this takes longer than an entire check, and Git would also accept a folder that merely contains the files of a bare
 * repository.
 */
export function worktreeAround(cwd: string): Worktree | undefined {
  // In a hook, `GIT_DIR` names the repository.
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

/** Runs Git on a working tree, without network access. */
export function runGit({ folder }: Worktree, args: readonly string[], { input, timeout }: LocalCall): LocalResult {
  const { status, stdout } = spawnSync("git", gitArguments(args), {
    cwd: folder,
    // With `npx` and in an active virtual environment, the `PATH` starts with folders of the checkout.
    env: gitEnvironment(programsOutside([folder], process.env).environment, []),
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT,
    timeout,
    killSignal: "SIGKILL",
    ...(input === undefined ? {} : { input }),
  });
  return { status, stdout };
}
