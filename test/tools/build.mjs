// Builds `dist/`: the library as modules with declarations, and the command line as one bundle with lazy chunks.
import { rmSync } from "node:fs";
import { install, mustRun, ROOT } from "./install.mjs";
import { prune } from "./prune.mjs";

export async function build() {
  install();
  rmSync(`${ROOT}dist`, { recursive: true, force: true });
  const tsc = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.json"];
  mustRun(process.execPath, [
    ...tsc,
    "--noEmit",
    "false",
    "--declaration",
    "--outDir",
    "dist",
    "--declarationMap",
    "false",
  ]);
  rmSync(`${ROOT}dist/test`, { recursive: true, force: true });
  rmSync(`${ROOT}dist/src/cli`, { recursive: true, force: true });
  prune();
  const { bundleCommandLine } = await import("./bundle.mjs");
  await bundleCommandLine(`${ROOT}dist/cli`);
}

if (process.argv[1] === new URL(import.meta.url).pathname) await build();
