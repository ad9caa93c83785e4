import { spawnSync } from "node:child_process";
import { readdirSync, realpathSync, statSync } from "node:fs";
import { resolve, sep } from "node:path";
import type { Host } from "../base/host.ts";
import { readText } from "./read.ts";

/** Bytes of what git may answer. */
const LARGEST_ANSWER = 256 * 1024 * 1024;
/** Processes of git at most, where each path needs one. */
const LARGEST_QUESTION = 100;

/** The file system of this machine, seen from a working folder. */
export function nodeHost(cwd: string): Host {
  return {
    readText: (path) => readText(resolve(cwd, path)),
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
  const asked = paths.filter((path) => !path.includes("\0"));
  const together = askGit(cwd, asked);
  if (together !== undefined) return new Set(together);
  const isRepository = askGit(cwd, ["."]) !== undefined;
  if (!isRepository) return new Set();
  // One path outside of the repository, or in a submodule, spoils the question for all: each has to be asked alone.
  return new Set(asked.slice(0, LARGEST_QUESTION).flatMap((path) => askGit(cwd, [path]) ?? []));
}

function askGit(cwd: string, paths: readonly string[]): readonly string[] | undefined {
  const options = {
    cwd,
    input: paths.join("\0"),
    encoding: "utf8",
    maxBuffer: LARGEST_ANSWER,
    timeout: 10_000,
  } as const;
  const { status, stdout } = spawnSync("git", ["check-ignore", "--stdin", "-z"], options);
  // 1: none is ignored. Other numbers: git could not answer.
  return status === 0 ? stdout.split("\0").slice(0, -1) : status === 1 ? [] : undefined;
}
