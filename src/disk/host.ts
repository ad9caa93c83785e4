import { readdirSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, posix, resolve, sep } from "node:path";
import type { Host } from "../base/host.ts";
import { askGit, type Worktree, worktreeAround } from "../system/git.ts";
import { readText } from "../system/read.ts";

/** Processes of git at most, where each path needs one. */
const LARGEST_QUESTION = 100;

/** The file system of this machine, seen from a working folder. */
export function nodeHost(cwd: string): Host {
  return {
    readText: (path, root) => readText(resolve(cwd, path), resolve(cwd, root)),
    kindOf: (path) => kindOf(resolve(cwd, path)),
    namesIn: (folder) => {
      try {
        return readdirSync(resolve(cwd, folder));
      } catch {
        return undefined;
      }
    },
    realPath: (path) => {
      try {
        return realpathSync.native(resolve(cwd, path)).split(sep).join("/");
      } catch {
        return undefined;
      }
    },
    ignored: (paths) => ignored(cwd, paths),
  };
}

/** A name that is too long, or links that go in a circle, lead to nothing, too. */
function kindOf(path: string): "file" | "folder" | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? undefined : stat.isDirectory() ? "folder" : "file";
  } catch {
    return undefined;
  }
}

/** Asks git, which alone knows all of its ignore files; without git nothing is ignored. */
function ignored(cwd: string, paths: readonly string[]): ReadonlySet<string> {
  const worktree = worktreeAround(cwd);
  if (worktree === undefined) return new Set();
  const asked = paths.filter((path) => !path.includes("\0"));
  const together = ignoredTogether(worktree, asked);
  if (together !== undefined) return new Set(together);
  const isRepository = ignoredTogether(worktree, ["."]) !== undefined;
  if (!isRepository) return new Set();
  // One path outside of the repository, or in a submodule, spoils the question for all: each has to be asked alone.
  return new Set(asked.slice(0, LARGEST_QUESTION).flatMap((path) => ignoredTogether(worktree, [path]) ?? []));
}

/** Those of some paths that git ignores; `undefined` when it cannot answer, for example because one is outside. */
function ignoredTogether(worktree: Worktree, paths: readonly string[]): readonly string[] | undefined {
  const byName = new Map(paths.map((path) => [fromTop(worktree, path), path]));
  const input = [...byName.keys()].join("\0");
  const { status, stdout } = askGit(worktree, ["check-ignore", "--stdin", "-z"], { input, timeout: 10_000 });
  // 1: none is ignored. Other numbers: git could not answer.
  if (status === 1) return [];
  return status === 0 ? stdout.split("\0").flatMap((name) => byName.get(name) ?? []) : undefined;
}

/** A path as git is asked about it, from where it is started; a slash at its end stays, because it means a folder. */
function fromTop({ prefix }: Worktree, path: string): string {
  return isAbsolute(path) ? path : posix.normalize(prefix + path);
}
