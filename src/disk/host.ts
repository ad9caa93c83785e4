import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { resolve, sep } from "node:path";
import type { Host } from "../base/host.ts";

/** Bytes of the largest definition that is read. */
const LARGEST_FILE = 256 * 1024 * 1024;
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

/** The text of a regular file in UTF-8; a device or a pipe would hang, and other bytes would be read wrongly. */
function readText(path: string): string | undefined {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > LARGEST_FILE) return undefined;
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
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
  const options = { cwd, input: paths.join("\0"), encoding: "utf8", maxBuffer: LARGEST_FILE, timeout: 10_000 } as const;
  const { status, stdout } = spawnSync("git", ["check-ignore", "--stdin", "-z"], options);
  // 1: none is ignored. Other numbers: git could not answer.
  return status === 0 ? stdout.split("\0").slice(0, -1) : status === 1 ? [] : undefined;
}
