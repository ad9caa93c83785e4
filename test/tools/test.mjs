// The whole truth: packages, types, build, format and lint, then every test. `--update` writes golden files and format.
import { spawnSync } from "node:child_process";
import { build } from "./build.mjs";
import { mustRun, ROOT } from "./install.mjs";

const update = process.argv.includes("--update");
const only = process.argv.slice(2).find((argument) => !argument.startsWith("-"));

step("Types and build (tsc, esbuild)");
await build();

step("Format and lint (biome)");
mustRun(process.execPath, ["node_modules/@biomejs/biome/bin/biome", "check", ...(update ? ["--write"] : []), "."]);

step(`Tests (uvu)${update ? ", writing golden files" : ""}`);
const files = ["--import", "tsx", "test/tools/files.ts", ...(only === undefined ? [] : [only])];
const { status, signal } = spawnSync(process.execPath, files, {
  cwd: ROOT,
  stdio: "inherit",
  env: { ...process.env, ...(update ? { UPDATE: "1" } : {}) },
});
process.exitCode = status ?? (signal === "SIGINT" ? 130 : 1);

function step(title) {
  console.log(`\n── ${title}`);
}
