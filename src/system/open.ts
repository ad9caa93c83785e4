// Opens a file with the default program, like a double-click.
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "./environment.ts";
import { programsNamed, programsOutside } from "./programs.ts";

/** Writes a file into a new temporary folder. Only the user can read them. Returns the path of the file. */
export function writeTemporaryFile(name: string, text: string): string {
  // `mkdtemp` makes a private folder with an unpredictable name.
  const path = join(mkdtempSync(join(tmpdir(), "modelwright-")), name);
  writeFileSync(path, text, { mode: 0o600, flag: "wx" });
  return path;
}

/** The programs that open a file, by platform. */
const OPENERS: Readonly<Record<string, string>> = { darwin: "open", win32: "explorer.exe" };
const OTHER_OPENER = "xdg-open";

/** The time to wait for a failure of the opener, in milliseconds. Some openers run as long as the browser. */
const PATIENCE = 2000;

/**
 * Opens a file with the default program of the platform, without a shell. Never starts an opener inside the folders `checkouts`.
 * Resolves with the reason of a failure, as part of a sentence.
 */
export async function openFile(
  path: string,
  checkouts: readonly string[],
  environment: Environment,
): Promise<string | undefined> {
  const name = OPENERS[process.platform] ?? OTHER_OPENER;
  const { environment: outside } = programsOutside(checkouts, environment);
  const [opener] = programsNamed(name, outside);
  if (opener === undefined) return `the program ${name} is not installed`;
  return new Promise((resolve) => {
    const child = spawn(opener, [path], { detached: true, stdio: "ignore", env: outside });
    const timer = setTimeout(() => done(undefined), PATIENCE);
    const done = (problem: string | undefined) => {
      clearTimeout(timer);
      child.unref();
      resolve(problem);
    };
    child.on("error", ({ message }) => done(`${name} cannot be started (${message})`));
    // Explorer exits with 1 even if it has opened the file.
    child.on("exit", (code) => done(code === 0 || process.platform === "win32" ? undefined : `${name} failed`));
  });
}
