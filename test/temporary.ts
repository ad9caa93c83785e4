import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Runs a test in a folder of its own with these files, and removes it whatever happens. */
export function inTemporaryFolder<T>(files: Readonly<Record<string, string>>, body: (folder: string) => T): T {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "modelwright-")));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
