// Tests whether a path is inside a folder. All paths must be real paths, without symbolic links.
import { isAbsolute, relative, sep } from "node:path";

/** Whether a real path is a folder or is below it. */
export function isWithin(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== ".." && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}

/** Whether a real path is in a `.git` folder below `folder`. */
export function isGitPath(folder: string, path: string): boolean {
  return relative(folder, path).split(sep).includes(".git");
}
