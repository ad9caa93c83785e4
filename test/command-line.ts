// The built command line in a folder of its own: real processes, real files.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAIN } from "./dist.ts";

/** The result of a command. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command. The `--` is needed because Node 20 reads `--env-file` after the script as its own option. */
export function modelwright(cwd: string, args: readonly string[], input = "", env: NodeJS.ProcessEnv = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--", MAIN, ...args], {
    cwd,
    input,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
  });
  return { code: status, out: stdout, err: stderr };
}

/** Runs `body` in a new folder with the given files, and removes it. */
export function inFolder(files: Readonly<Record<string, string>>, body: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-cli-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
