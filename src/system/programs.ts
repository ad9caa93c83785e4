// Finds programs by name. Starts none of them.
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import type { Environment } from "./environment.ts";
import { isWithin } from "./inside.ts";

/**
 * The absolute paths of a program on the `PATH`, in order. Empty and relative folders of the `PATH` are skipped,
 * because they depend on the working directory and so may lead into a checkout.
 */
export function programsNamed(name: string, { PATH }: Environment): readonly string[] {
  return absoluteFolders(PATH)
    .map((folder) => join(folder, name))
    .filter(isProgram);
}

/** Whether a path is an executable file. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The programs of a machine, except those inside checkouts. */
export interface Programs {
  /** The environment in which to start them: its `PATH` only contains folders outside of the checkouts. */
  readonly environment: Environment;
  /** Whether an absolute path is one of them. */
  readonly has: (path: string) => boolean;
}

/**
 * The programs on the `PATH` whose paths and link targets are outside of the given folders. The root of the file system
 * and the home folder never count as a checkout.
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

/** A `PATH` reduced to absolute folders, which do not depend on the working directory. */
export function absolutePath(path: string | undefined): string {
  return pathOf(absoluteFolders(path));
}

/** The default `PATH` of a process. */
const DEFAULT_PATH = "/usr/bin:/bin";

function absoluteFolders(path: string | undefined): readonly string[] {
  return (path ?? DEFAULT_PATH).split(delimiter).filter((folder) => isAbsolute(folder));
}

/** An empty `PATH` would mean the working directory, so use a path that is not a folder. */
function pathOf(folders: readonly string[]): string {
  return folders.length > 0 ? folders.join(delimiter) : "/dev/null";
}

/** The real path, or the path itself if it does not exist. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
