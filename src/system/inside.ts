// Whether a place belongs to a folder. All paths here are real ones: no part of them is a link.
import { isAbsolute, relative, sep } from "node:path";

/** Whether a real path is a folder itself or lies below it. */
export function isWithin(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== ".." && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}

/** Whether a real path below a folder belongs to the data of git. */
export function isGitPath(folder: string, path: string): boolean {
  return relative(folder, path).split(sep).includes(".git");
}
