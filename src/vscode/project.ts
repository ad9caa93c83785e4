// The Modelwright that a project has installed.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { NODE_ONLY } from "./node.ts";

const MAIN = "node_modules/modelwright/dist/cli/main.js";

/** An older version does not know the command `lsp`. This is the time limit for asking, in milliseconds. */
const LONGEST_ANSWER_MS = 20_000;

/**
 * The program of the first folder that has one and that can serve an editor. It is started for that, so the folders must be
 * trusted. Folders above the workspace are not searched, because the trust does not include them.
 */
export async function projectProgram(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const main = join(folder, MAIN);
    if (existsSync(main) && (await canServe(main, folder))) return main;
  }
  return undefined;
}

function canServe(main: string, cwd: string): Promise<boolean> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...NODE_ONLY };
    execFile(process.execPath, [main, "lsp", "--help"], { cwd, env, timeout: LONGEST_ANSWER_MS }, (error) =>
      resolve(error === null),
    );
  });
}
