import { readdirSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, posix, resolve, sep } from "node:path";
import type { Host } from "../base/host.ts";
import { runGit, type Worktree, worktreeAround } from "../system/git.ts";
import { readText } from "../system/read.ts";

/** The maximum number of Git processes if each path needs its own. */
const MAX_QUERIES = 100;

/** The file system of this machine as a host, relative to a working directory. */
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

/** Also `undefined` for names that are too long and for cyclic links. */
function kindOf(path: string): "file" | "folder" | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? undefined : stat.isDirectory() ? "folder" : "file";
  } catch {
    return undefined;
  }
}

/** Asks Git, because only Git knows all of its ignore files. Without Git, nothing is ignored. */
function ignored(cwd: string, paths: readonly string[]): ReadonlySet<string> {
  const worktree = worktreeAround(cwd);
  if (worktree === undefined) return new Set();
  const queried = paths.filter((path) => !path.includes("\0"));
  const ignoredPaths = ignoredTogether(worktree, queried);
  if (ignoredPaths !== undefined) return new Set(ignoredPaths);
  const isRepository = ignoredTogether(worktree, ["."]) !== undefined;
  if (!isRepository) return new Set();
  // One path outside of the repository or in a submodule makes the whole query fail, so ask for each path separately.
  return new Set(queried.slice(0, MAX_QUERIES).flatMap((path) => ignoredTogether(worktree, [path]) ?? []));
}

/**
 * The paths that Git ignores; `undefined` if Git fails, for example because one of them is outside of the repository.
 */
function ignoredTogether(worktree: Worktree, paths: readonly string[]): readonly string[] | undefined {
  const byName = new Map(paths.map((path) => [fromTop(worktree, path), path]));
  const input = [...byName.keys()].join("\0");
  const { status, stdout } = runGit(worktree, ["check-ignore", "--stdin", "-z"], { input, timeout: 10_000 });
  // 1: none is ignored. Anything else: Git failed.
  if (status === 1) return [];
  return status === 0 ? stdout.split("\0").flatMap((name) => byName.get(name) ?? []) : undefined;
}

/** A path relative to the folder in which Git is started. A trailing slash is kept, because it denotes a folder. */
function fromTop({ prefix }: Worktree, path: string): string {
  return isAbsolute(path) ? path : posix.normalize(prefix + path);
}
