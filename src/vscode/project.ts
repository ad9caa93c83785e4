// The Modelwright that a project has installed.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { NODE_ONLY } from "./node.ts";

const MAIN = "node_modules/modelwright/dist/cli/main.js";

/** The time limit for `modelwright lsp --help`, in milliseconds. Older versions do not have the command. */
const LONGEST_ANSWER_MS = 20_000;

/**
 * The program of the first folder whose Modelwright has a language server. The program is started to find out, so the folders must
 * be trusted. Folders above the workspace are not searched, because they are not part of the trusted workspace.
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
