// The folder that a definition, its code and its files should not leave.
import type { Host } from "./host.ts";
import { folderOf, isAbsolute, isOutside, relativePath } from "./path.ts";

/** The root of a definition: the working folder, or for a definition outside of it the folder of the definition. */
export function rootFolderOf(definition: string): string {
  return isAbsolute(definition) || isOutside(definition) ? folderOf(definition) : ".";
}

/** Where links lead from a path that is not read: out of the root, or into the data of git. */
export type Elsewhere = "outside" | "git";

/** Where links lead from a path, if that is out of the root or into a `.git` folder. */
export function elsewhere({ realPath }: Pick<Host, "realPath">, path: string, root: string): Elsewhere | undefined {
  const [realRoot, real] = [realPath(root), realPath(path)];
  if (realRoot === undefined || real === undefined) return undefined;
  const below = relativePath(realRoot, real);
  if (isOutside(below)) return "outside";
  return below.split("/").includes(".git") ? "git" : undefined;
}
