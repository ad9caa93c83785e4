// rollup and rolldown watch files, but not missing ones. So this module watches the folders in which a missing file
// could appear, and then changes a file of its own that the tools watch.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { existingFolder, type Watching, watchFolders } from "../disk/watch.ts";
import type { Definition } from "./definitions.ts";

/**
 * Returns a function that, for a definition, gives a file that changes when something that the definition misses
 * appears.
 */
export function watchMissing(): (definition: Definition) => string {
  let watching: Watching | undefined;
  const missing = new Map<string, readonly string[]>();
  let signalFile: string | undefined;
  return (definition) => {
    missing.set(definition.file, definition.missing);
    signalFile ??= newFile();
    const changed = signalFile;
    const folders = new Set([...missing.values()].flat().map(existingFolder));
    watching?.close();
    watching = watchFolders(folders, () => {
      if ([...missing.values()].flat().some((path) => existsSync(path))) writeFileSync(changed, `${Date.now()}\n`);
    });
    // The build tool decides when the process exits.
    watching.unref();
    return signalFile;
  };
}

/** Creates an empty file that is deleted when the process exits. */
function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "appeared");
  writeFileSync(file, "");
  return file;
}
