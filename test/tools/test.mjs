// `npm test` checks everything: packages, types, build, format and lint, then every test. `npm test NAME…` runs some test files,
// and builds only if they need it. With `--update` (`npm run update`), it writes golden files and formats the code.
import { spawnSync } from "node:child_process";
import { build } from "./build.mjs";
import { install, mustRun, ROOT } from "./install.mjs";

const update = process.argv.includes("--update");
const names = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));

if (names.length > 0) install();
else {
  step("Types and build (tsc, esbuild)");
  await build();
  mustRun(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "src/playground"]);

  step("Format and lint (biome)");
  mustRun(process.execPath, ["node_modules/@biomejs/biome/bin/biome", "check", ...(update ? ["--write"] : []), "."]);

  step(`Tests (uvu)${update ? ", writing golden files" : ""}`);
}
const { status, signal } = spawnSync(process.execPath, ["--import", "tsx", "test/tools/files.ts", ...names], {
  cwd: ROOT,
  stdio: "inherit",
  env: { ...process.env, ...(update ? { UPDATE: "1" } : {}) },
});
process.exitCode = status ?? (signal === "SIGINT" ? 130 : 1);

function step(title) {
  console.log(`\n── ${title}`);
}
