import { lstatSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { DEFINITION_NAMES, isDefinitionText } from "../base/definition-file.ts";
import { compareText } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { isOutside, joinPath } from "../base/path.ts";
import { runGit, worktreeAround } from "../system/git.ts";

const NAMES: ReadonlySet<string> = new Set(DEFINITION_NAMES);

const MAX_FOLDERS = 50_000;

/** The definition files below a folder, sorted by path, without those that Git ignores. */
export function discover(cwd: string, host: Host): readonly string[] {
  return [...(findWithGit(cwd) ?? findWithoutGit(cwd))].filter((path) => isDefinition(path, host)).sort(compareText);
}

/** Whether a file is a definition, by its name; if other tools use that name, too, also by its text. */
export function isDefinition(path: string, host: Host): boolean {
  return isDefinitionText(path, () => host.readText(path, "."));
}

/**
 * Files that Git tracks or would add. Git also lists files that are not in the working tree, such as a file that was
 * just deleted.
 */
function findWithGit(cwd: string): readonly string[] | undefined {
  const worktree = worktreeAround(resolve(cwd));
  if (worktree === undefined) return undefined;
  const below = worktree.prefix.replace(/[\\*?[\]]/g, "\\$&");
  const patterns = DEFINITION_NAMES.map((name) => `:(glob)${below}**/${name}`);
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", ...patterns];
  const { status, stdout } = runGit(worktree, args, { timeout: 60_000 });
  if (status !== 0) return undefined;
  const paths = stdout.split("\0").map((path) => path.slice(worktree.prefix.length));
  return paths.filter((path) => path !== "" && !isOutside(joinPath(".", path)) && isThere(join(cwd, path)));
}

/** Whether a path exists; a symbolic link counts, even a broken one. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    return false;
  }
}

/** Outside of a Git repository: all folders except hidden ones and installed packages. */
function findWithoutGit(cwd: string): readonly string[] {
  const found: string[] = [];
  const folders = [""];
  for (let visited = 0; visited < MAX_FOLDERS; visited++) {
    const folder = folders.pop();
    if (folder === undefined) break;
    for (const entry of entriesOf(join(cwd, folder))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules") folders.push(path);
      else if ((entry.isFile() || entry.isSymbolicLink()) && NAMES.has(entry.name)) found.push(path);
    }
  }
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
