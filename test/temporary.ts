import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Runs a test in a folder of its own with these files, and always removes it. */
export function inTemporaryFolder<T>(files: Readonly<Record<string, string>>, body: (folder: string) => T): T {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "modelwright-")));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return body(folder);
  } finally {
    remove(folder);
  }
}

const kept: string[] = [];

/** Creates a folder for the tests of a file. It is removed at the end of the process. */
export function temporaryFolder(): string {
  if (kept.length === 0) process.on("exit", () => kept.forEach(remove));
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "modelwright-")));
  kept.push(folder);
  return folder;
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
