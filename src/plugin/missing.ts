// rollup and rolldown watch files and wait for none that is missing. So the folders in which one could appear are watched
// here; when it does, a file of ours changes, which the tools watch for us.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { existingFolder, type Watching, watchFolders } from "../disk/watch.ts";
import type { Definition } from "./definitions.ts";

/** Gives the file that changes when something appears that a definition misses. */
export function waitForMissing(): (definition: Definition) => string {
  let watching: Watching | undefined;
  const missing = new Map<string, readonly string[]>();
  let sign: string | undefined;
  return (definition) => {
    missing.set(definition.file, definition.missing);
    sign ??= newFile();
    const changed = sign;
    const folders = new Set([...missing.values()].flat().map(existingFolder));
    watching?.close();
    watching = watchFolders(folders, () => {
      if ([...missing.values()].flat().some((path) => existsSync(path))) writeFileSync(changed, `${Date.now()}\n`);
    });
    // The tool decides how long the process lives.
    watching.unref();
    return sign;
  };
}

/** An empty file, for as long as the process lives. */
function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "appeared");
  writeFileSync(file, "");
  return file;
}
