// Makes `dist/`: the library as modules with declarations, the command line as one bundle with lazy chunks.
import { chmodSync, rmSync } from "node:fs";
import { install, mustRun, ROOT } from "./install.mjs";

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
  const { build: bundle } = await import("esbuild");
  await bundle({
    absWorkingDir: ROOT,
    entryPoints: { main: "src/cli/main.ts" },
    outdir: "dist/cli",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    minify: true,
    external: ["ts-morph"],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  chmodSync(`${ROOT}dist/cli/main.js`, 0o755);
}

if (process.argv[1] === new URL(import.meta.url).pathname) await build();
