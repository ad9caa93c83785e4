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
const pattern = only === undefined ? "\\.test\\.ts$" : `${only}.*\\.test\\.ts$`;
const { status, signal } = spawnSync(
  process.execPath,
  ["--import", "tsx", "node_modules/uvu/bin.js", "test", pattern],
  {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, ...(update ? { UPDATE: "1" } : {}), ...(only === undefined ? { ALL_TESTS: "1" } : {}) },
  },
);
process.exitCode = status ?? (signal === "SIGINT" ? 130 : 1);

function step(title) {
  console.log(`\n── ${title}`);
}
