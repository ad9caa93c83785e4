// Lists the files below a folder, sorted by path in the order of code units.
import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { compareText } from "../../base/diagnostic.ts";
import type { Entry } from "./entry.ts";

/**
 * Yields regular files at any depth. Symbolic links are followed, but each real folder is visited only once, so a cycle of
 * links ends. Hidden files, pipes and devices are skipped. The id is the path relative to the folder, with `/`.
 */
export async function* filesBelow(folder: string): AsyncGenerator<Entry> {
  let index = 0;
  for await (const id of walk(folder, "", new Set())) {
    yield { kind: "datapoint", index: index++, id, datapoint: { path: join(folder, id) } };
  }
}

async function* walk(root: string, prefix: string, seen: Set<string>): AsyncGenerator<string> {
  const folder = join(root, prefix);
  const real = await realpath(folder);
  if (seen.has(real)) return;
  seen.add(real);
  for (const name of await sortedNames(folder)) {
    if (name.endsWith("/")) yield* walk(root, prefix + name, seen);
    else yield prefix + name;
  }
}

/** The sorted names in a folder. Folders end with `/`, so that the order of names is also the order of paths. */
async function sortedNames(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith(".")) continue;
    const kind = await kindOf(folder, entry);
    if (kind !== "other") names.push(kind === "folder" ? `${entry.name}/` : entry.name);
  }
  return names.sort(compareText);
}

async function kindOf(folder: string, entry: Dirent): Promise<"file" | "folder" | "other"> {
  const found = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => undefined) : entry;
  if (found?.isFile()) return "file";
  return found?.isDirectory() ? "folder" : "other";
}
