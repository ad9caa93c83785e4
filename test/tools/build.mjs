// Builds `dist/`: the library as modules with declarations, and the command line as one bundle with lazy chunks. With
// `--if-stale`, only if one of its sources has changed since the last build.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { install, mustRun, ROOT } from "./install.mjs";
import { prune } from "./prune.mjs";

const STAMP = `${ROOT}dist/sources.sha256`;

export async function build() {
  install();
  const sources = hashOfSources();
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
  for (const page of ["src/draw/page", "src/vscode/page"]) {
    mustRun(process.execPath, ["node_modules/typescript/bin/tsc", "-p", `${page}/tsconfig.json`]);
  }
  rmSync(`${ROOT}dist/test`, { recursive: true, force: true });
  rmSync(`${ROOT}dist/src/cli`, { recursive: true, force: true });
  prune();
  const { bundleCommandLine } = await import("./bundle.mjs");
  await bundleCommandLine(`${ROOT}dist/cli`);
  writeFileSync(STAMP, sources);
}

/** Whether `dist/` was built from the current files. Their content is compared, because Git changes file times. */
export function isBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === hashOfSources();
}

function hashOfSources() {
  const hash = createHash("sha256");
  for (const path of sourcePaths()) {
    const text = readFileSync(join(ROOT, path));
    hash.update(JSON.stringify([path, text.length])).update(text);
  }
  return hash.digest("hex");
}

/** The source code, the build scripts, and the files with packages and settings. */
function sourcePaths() {
  const below = ["src", "grammar", "test/tools"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true }).map((path) => join(folder, path)),
  );
  const code = below.filter((path) => /\.(?:m?[jt]s|py)$/.test(path)).sort();
  return [...code, "package.json", "package-lock.json", "tsconfig.json"];
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  if (!process.argv.includes("--if-stale") || !isBuilt()) await build();
}
