// `npm run build:vscode`: writes the VS Code extension to `dist/vscode/`, and packages it as
// `dist/modelwright-VERSION.vsix`. It contains the command line, so that users do not need to install it.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build as bundle } from "esbuild";
import { build, isBuilt } from "./build.mjs";
import { bundleCommandLine } from "./bundle.mjs";
import { ROOT } from "./install.mjs";
import { licensesOf } from "./licenses.mjs";

const SOURCES = join(ROOT, "src/vscode");

const OPTIONS = { absWorkingDir: ROOT, bundle: true, minify: true, charset: "ascii", logLevel: "warning" };

/** The time of all files in the package, in seconds, so that the same sources give the same bytes: 1980-01-02. */
const FILE_TIME = "315619200";

/** Writes the files of the extension to a folder. */
export async function buildExtension(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ["language-configuration.json", "syntaxes", "README.md"]) {
    cpSync(join(SOURCES, name), join(folder, name), { recursive: true });
  }
  cpSync(join(SOURCES, "media"), join(folder, "media"), { recursive: true });
  rmSync(join(folder, "media/icon.svg"));
  for (const name of ["LICENSE", "CHANGELOG.md"]) cpSync(join(ROOT, name), join(folder, name));
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const manifest = JSON.parse(readFileSync(join(SOURCES, "package.json"), "utf8"));
  writeFileSync(
    join(folder, "package.json"),
    `${JSON.stringify({ ...manifest, version, type: "commonjs" }, undefined, 2)}\n`,
  );
  const { metafile } = await bundle({
    ...OPTIONS,
    entryPoints: ["src/vscode/extension.ts"],
    outfile: join(folder, "extension.cjs"),
    format: "cjs",
    platform: "node",
    target: "node20",
    external: ["vscode"],
    metafile: true,
  });
  await bundle({
    ...OPTIONS,
    entryPoints: ["src/vscode/page/graph.ts"],
    outfile: join(folder, "page/graph.js"),
    format: "iife",
    platform: "browser",
    target: "es2022",
  });
  writeFileSync(join(folder, "LICENSES.txt"), licensesOf(Object.keys(metafile.inputs), "The extension of Modelwright"));
  // Everything in this folder belongs to the package.
  writeFileSync(join(folder, ".vscodeignore"), "");
  await copyServer(join(folder, "server"));
}

/** Copies the command line in the same folder structure as in the npm package, because it finds its files by relative paths. */
async function copyServer(folder) {
  await bundleCommandLine(join(folder, "dist/cli"), { verifies: false });
  const copied = [
    ...readdirSync(join(ROOT, "src/run/worker"))
      .filter((name) => name.endsWith(".py"))
      .map((name) => `src/run/worker/${name}`),
    "src/check/rules/README.md",
  ];
  for (const path of copied) cpSync(join(ROOT, path), join(folder, path));
}

/** Packages the files of the extension. Runs no programs and makes no network requests. */
export async function packageExtension(folder, packagePath) {
  process.env["SOURCE_DATE_EPOCH"] = FILE_TIME;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o644);
  }
  const { createVSIX } = await import("@vscode/vsce");
  await createVSIX({ cwd: folder, packagePath, dependencies: false, allowMissingRepository: true });
}

// A test passes the output folder as an argument.
if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [, , target = join(ROOT, "dist")] = process.argv;
  if (!isBuilt()) await build();
  const folder = join(target, "vscode");
  await buildExtension(folder);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const path = join(target, `modelwright-${version}.vsix`);
  await packageExtension(folder, path);
  console.log(`${path}: ${Math.round(statSync(path).size / 1000)} kB`);
}
