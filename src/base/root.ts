// The folder that a definition, its code and its files must not leave.
import type { Host } from "./host.ts";
import { folderOf, isAbsolute, isOutside, relativePath } from "./path.ts";

/**
 * The root of a definition: the working directory, or the definition's own folder if it is outside of the working
 * folder.
 */
export function rootFolderOf(definition: string): string {
  return isAbsolute(definition) || isOutside(definition) ? folderOf(definition) : ".";
}

/** Where symbolic links of a rejected path lead: out of the root, or into a `.git` folder. */
export type LinkEscape = "outside" | "git";

/** Whether symbolic links lead from a path out of the root or into a `.git` folder; `undefined` if neither. */
export function linkEscape({ realPath }: Pick<Host, "realPath">, path: string, root: string): LinkEscape | undefined {
  const [realRoot, real] = [realPath(root), realPath(path)];
  if (realRoot === undefined || real === undefined) return undefined;
  const below = relativePath(realRoot, real);
  if (isOutside(below)) return "outside";
  return below.split("/").includes(".git") ? "git" : undefined;
}
