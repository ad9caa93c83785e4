import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { resolve, sep } from "node:path";
import type { Host } from "../base/host.ts";

/** Bytes of the largest definition that is read. */
const LARGEST_FILE = 256 * 1024 * 1024;

/** The file system of this machine, seen from a working folder. */
export function nodeHost(cwd: string): Host {
  return {
    readText: (path) => readText(resolve(cwd, path)),
    kindOf: (path) => {
      const stat = statSync(resolve(cwd, path), { throwIfNoEntry: false, bigint: false });
      return stat === undefined ? undefined : stat.isDirectory() ? "folder" : "file";
    },
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
    isIgnored: (path) => isIgnored(cwd, path),
  };
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
function isIgnored(cwd: string, path: string): boolean {
  const { status } = spawnSync("git", ["check-ignore", "--quiet", "--", path], {
    cwd,
    stdio: "ignore",
    timeout: 10_000,
  });
  return status === 0;
}
