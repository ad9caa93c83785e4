// The folders in which a definition can appear: those that `discover` would search. Their number is limited, because each is watched.
import { type Dirent, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { DEFINITION_NAMES } from "../base/definition-file.ts";
import { runGit, worktreeAround } from "../system/git.ts";

const NAMES: ReadonlySet<string> = new Set(DEFINITION_NAMES);

/** Linux limits the number of watchers per user, and other programs need some of them. */
const MAX_PLACES = 2000;

/** Absolute paths of folders, from the top down. */
export interface Places {
  readonly folders: readonly string[];
  /** Whether there are more folders than can be watched. */
  readonly isPart: boolean;
}

/** The working directory and the folders below it, without those that Git ignores. */
export function placesBelow(cwd: string, limit: number = MAX_PLACES): Places {
  const top = resolve(cwd);
  const ignored = ignoredByGit(top);
  const folders = [top];
  for (let index = 0; index < folders.length; index += 1) {
    const folder = folders[index] ?? top;
    for (const { name } of entriesOf(folder).filter((entry) => entry.isDirectory())) {
      const path = join(folder, name);
      if (isSkipped(name, ignored === undefined) || ignored?.has(path) === true) continue;
      if (folders.length >= limit) return { folders, isPart: true };
      folders.push(path);
    }
  }
  return { folders, isPart: false };
}

/**
 * The names in a folder that determine what `discover` finds: its folders and definitions, without those for which `isOutput` is
 * true. A folder can have the name of a definition.
 */
export function stateOfPlace(folder: string, isOutput: (path: string) => boolean): string {
  const kept = entriesOf(folder).filter((entry) => entry.isDirectory() || NAMES.has(entry.name));
  return kept
    .filter(({ name }) => !isOutput(join(folder, name)))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort()
    .join("\0");
}

/** Skips `.git` and `node_modules`, and hidden folders outside of repositories. */
function isSkipped(name: string, isWithoutGit: boolean): boolean {
  if (name === ".git" || name === "node_modules") return true;
  return isWithoutGit && name.startsWith(".");
}

/** Absolute paths of the folders that Git ignores; `undefined` outside of repositories. */
function ignoredByGit(top: string): ReadonlySet<string> | undefined {
  const worktree = worktreeAround(top);
  if (worktree === undefined) return undefined;
  const args = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory", "--"];
  const { status, stdout } = runGit(worktree, [...args, `:(literal)${worktree.prefix || "."}`], { timeout: 60_000 });
  if (status !== 0) return undefined;
  const folders = stdout.split("\0").filter((path) => path.endsWith("/"));
  return new Set(folders.map((path) => resolve(top, path.slice(worktree.prefix.length))));
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // removed meanwhile, or unreadable
  }
}
