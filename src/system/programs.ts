// Which file the name of a program stands for. Nothing is started here.
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import type { Environment } from "./environment.ts";
import { isWithin } from "./inside.ts";

/**
 * The files that the name of a program leads to on the `PATH`, as absolute paths, the first one first. Empty and relative
 * folders of the `PATH` do not count: they lead to wherever a process works, and so into a checkout.
 */
export function programsNamed(name: string, { PATH }: Environment): readonly string[] {
  return absoluteFolders(PATH)
    .map((folder) => join(folder, name))
    .filter(isProgram);
}

/** Whether a path is a file that may be started. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The programs of a machine, without those that came with a checkout. */
export interface Programs {
  /** The environment in which they are started: its `PATH` has only folders outside of the checkouts. */
  readonly environment: Environment;
  /** Whether an absolute path names one of them. */
  readonly has: (path: string) => boolean;
}

/**
 * The programs on the `PATH` of an environment that lie, themselves and what they link to, outside of these folders. The root
 * of the file system and the home folder are never taken for a checkout.
 */
export function programsOutside(folders: readonly string[], environment: Environment): Programs {
  const checkouts = folders
    .map(realPath)
    .filter((folder) => folder !== dirname(folder) && folder !== realPath(homedir()));
  const isOutside = (path: string) => !checkouts.some((checkout) => isWithin(checkout, realPath(path)));
  const outside = absoluteFolders(environment["PATH"]).filter(isOutside);
  const known = new Set(outside.map(realPath));
  return {
    environment: { ...environment, PATH: pathOf(outside) },
    has: (path) => known.has(realPath(dirname(path))) && isOutside(path),
  };
}

/** A `PATH` that leads to absolute folders only, which do not depend on the working folder. */
export function absolutePath(path: string | undefined): string {
  return pathOf(absoluteFolders(path));
}

/** Where a process without a `PATH` looks. */
const DEFAULT_PATH = "/usr/bin:/bin";

function absoluteFolders(path: string | undefined): readonly string[] {
  return (path ?? DEFAULT_PATH).split(delimiter).filter((folder) => isAbsolute(folder));
}

/** An empty `PATH` would lead to the working folder; this one leads nowhere. */
function pathOf(folders: readonly string[]): string {
  return folders.length > 0 ? folders.join(delimiter) : "/dev/null";
}

/** Where links lead; a path to nothing is itself. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
