// Opens a file as a double-click does.
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "./environment.ts";
import { programsNamed, programsOutside } from "./programs.ts";

/** Writes a file into a new temporary folder. Only the user can read them. Returns the path of the file. */
export function writeTemporaryFile(name: string, text: string): string {
  // `mkdtemp` makes a folder that is private, with a name that no one can guess.
  const path = join(mkdtempSync(join(tmpdir(), "modelwright-")), name);
  writeFileSync(path, text, { mode: 0o600, flag: "wx" });
  return path;
}

/** The programs that open a file, by platform. */
const OPENERS: Readonly<Record<string, string>> = { darwin: "open", win32: "explorer.exe" };
const OTHER_OPENER = "xdg-open";

/** How long an opener may take to fail, in milliseconds. Some run as long as the browser. */
const PATIENCE = 2000;

/**
 * Opens a file with the program that the platform has for it, without a shell. An opener inside of the folders `checkouts` is
 * never started. Returns why it failed, as a part of a sentence.
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
    // Explorer also exits with 1 if it has opened the file.
    child.on("exit", (code) => done(code === 0 || process.platform === "win32" ? undefined : `${name} failed`));
  });
}
