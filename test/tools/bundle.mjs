// Bundles the command line as CommonJS chunks, which start faster and whose compiled code can be cached
// (`src/cli/start.ts`). esbuild splits only ES modules, so each chunk is converted after the bundling.
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { build, transform } from "esbuild";
import { ROOT } from "./install.mjs";
import { licensesOf } from "./licenses.mjs";

const OPTIONS = { platform: "node", target: "node20", minify: true, charset: "ascii", logLevel: "warning" };
const URL_OF_CHUNK = "__url";

/**
 * Modules that are loaded only when one of their functions is called: packages and our own files, with the functions
 * that are imported. A plain definition without a mistake needs none of them.
 */
const LAZY = new Map([
  ["node:child_process", ["execFile", "spawn", "spawnSync"]],
  ["node:crypto", ["createHash", "createHmac", "randomUUID", "sign", "timingSafeEqual"]],
  ["string-width", ["default"]],
  ["grammar/template.ts", ["readTemplate"]],
  ["src/base/digest.ts", ["sha256Hex"]],
  ["src/check/portable/portability.ts", ["portabilityOf"]],
  ["src/check/portable/words.ts", ["portableWords"]],
  ["src/check/python-syntax-words.ts", ["describeSyntaxMistake"]],
  ["src/cli/baseline-file.ts", ["withBaseline"]],
  ["src/cli/config/read-config.ts", ["readConfiguration"]],
  ["src/cli/config/rule-options.ts", ["ruleMistake", "ruleSettingsFrom"]],
  ["src/cli/fixed-files.ts", ["changesAsDiff", "shownDiff", "whatWasFixed", "writeFixed"]],
  ...renderers(),
  ["src/draw/html.ts", ["html"]],
  ["src/draw/picture.ts", ["pictureData"]],
  ["src/draw/svg.ts", ["svg"]],
  ["src/emit/publish.ts", ["checkPublished", "publish"]],
  ["src/fix.ts", ["fix"]],
  ["src/parse/compose.ts", ["composeDocument"]],
  ["src/plan/plan.ts", ["plan", "planRoot"]],
  ["src/base/python-packages.ts", ["similarModule", "packageOf"]],
  ["src/python/names/absent.ts", ["absentPackages", "readEnvironment"]],
  ["src/python/resolve.ts", ["resolveFunction", "findNonListReturn"]],
  ["src/python/syntax/check-syntax.ts", ["syntaxMistakeOf"]],
  ["src/python/type-lookup.ts", ["lookUpTypes"]],
]);

/** The renderers of the formats of `check`: what their table imports from its own folder. */
function renderers() {
  const folder = "src/cli/render";
  const table = readFileSync(join(ROOT, folder, "formats.ts"), "utf8");
  const imports = table.matchAll(/^import \{ (\w+) \} from "\.\/([\w-]+\.ts)";$/gm);
  return [...imports].map(([, name, file]) => [`${folder}/${file}`, [name]]);
}

const isBuiltIn = (name) => name.startsWith("node:");
/** The name of the chunk of a lazy module. */
const chunkOf = (name) => `lazy-${basename(name, ".ts")}`;

/** Replaces lazy modules with functions that load them. Any other import from a lazy module fails the build. */
const lazy = {
  name: "lazy",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path: given, namespace, resolveDir, kind }) => {
      if (kind === "entry-point" || namespace !== "file") return undefined;
      const name = given.startsWith(".") ? relative(ROOT, join(resolveDir, given)) : given;
      const path = name === "child_process" ? `node:${name}` : name;
      return LAZY.has(path) ? { path, namespace: "lazy" } : undefined;
    });
    onResolve({ filter: /^\.\/lazy-/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /./, namespace: "lazy" }, ({ path: name }) => {
      const path = JSON.stringify(isBuiltIn(name) ? name : `./${chunkOf(name)}.js`);
      const functions = LAZY.get(name).map(
        (each) => `const _${each} = (...given) => require(${path}).${each}(...given); export { _${each} as ${each} };`,
      );
      return { contents: functions.join("\n"), resolveDir: ROOT };
    });
  },
};

/** Replaces the emitter that verifies its output with ts-morph by the one that prints the same text without ts-morph. */
const unverified = {
  name: "unverified",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]emit[\\/]printer\.ts$/ }, () => ({
      contents: 'export { textEmitter as morphEmitter } from "./text-printer.ts";',
      loader: "ts",
      resolveDir: join(ROOT, "src/emit"),
    }));
  },
};

/**
 * Writes `main.js` and the chunks that it loads. With `verifies: false`, they need no packages, because `build` does not use ts-morph
 * to parse its output.
 */
export async function bundleCommandLine(folder, { verifies = true } = {}) {
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: {
      "command-line": "src/cli/main.ts",
      program: "src/cli/program.ts",
      check: "src/cli/commands/check.ts",
      ...Object.fromEntries([...LAZY.keys()].filter((name) => !isBuiltIn(name)).map((name) => [chunkOf(name), name])),
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    external: verifies ? ["ts-morph"] : [],
    plugins: verifies ? [lazy] : [unverified, lazy],
    // The same library as ES modules, so that esbuild can remove unused code.
    alias: { yaml: join(ROOT, "node_modules/yaml/browser/dist/index.js") },
    write: false,
    metafile: true,
  });
  mkdirSync(folder, { recursive: true });
  // The package itself is of type `module`.
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
  // Files that are in none of the chunks are not part of the bundle.
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  writeFileSync(join(folder, "LICENSES.txt"), licensesOf(inputs));
  const { texts, files } = await filesOf(outputFiles, metafile);
  const hash = createHash("sha256");
  for (const [name, text] of texts) {
    hash.update(text);
    writeFileSync(join(folder, name), text);
  }
  const main = join(folder, "main.js");
  await build({
    ...OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: ["src/cli/start.ts"],
    outfile: main,
    bundle: true,
    format: "cjs",
    define: { BUILD: JSON.stringify(hash.digest("hex")), FILES: JSON.stringify(files) },
  });
  chmodSync(main, 0o755);
}

/** Chunks that are needed together are in one file. The importers of a chunk decide in which one. */
const FIRST = "command-line.js";
const CHECK = "check.js";
const PROGRAM = "program.js";

/** The texts of the files by name, each an object with the functions of its chunks, and the file of each chunk. */
async function filesOf(outputFiles, { outputs }) {
  const chunks = new Map();
  for (const { path, text } of outputFiles) chunks.set(basename(path), await toCommonJs(text));
  const importsOf = new Map(
    Object.entries(outputs).map(([path, { imports }]) => [
      basename(path),
      imports
        .filter(({ kind, external }) => kind === "import-statement" && !external)
        .map((each) => basename(each.path)),
    ]),
  );
  const closure = (name, found = new Set()) => {
    if (found.has(name)) return found;
    found.add(name);
    for (const other of importsOf.get(name)) closure(other, found);
    return found;
  };
  const [first, check, program] = [FIRST, CHECK, PROGRAM].map((name) => closure(name));
  const fileOf = (name) => {
    if (first.has(name) || (check.has(name) && program.has(name))) return FIRST;
    return check.has(name) ? CHECK : name;
  };
  const files = Object.fromEntries([...chunks.keys()].map((name) => [name, fileOf(name)]));
  const texts = new Map();
  for (const [name, file] of Object.entries(files)) {
    const before = texts.get(file) ?? "({";
    texts.set(file, `${before}"./${name}":(function(exports,require,module,__filename){${chunks.get(name)}\n}),\n`);
  }
  for (const [file, text] of texts) texts.set(file, `${text}})`);
  const elsewhere = Object.entries(files).filter(([name, file]) => name !== file);
  return { texts, files: Object.fromEntries(elsewhere.map(([name, file]) => [`./${name}`, file])) };
}

async function toCommonJs(text) {
  const { code } = await transform(text, {
    ...OPTIONS,
    format: "cjs",
    supported: { "dynamic-import": false },
    define: { "import.meta.url": URL_OF_CHUNK },
  });
  const url = `var ${URL_OF_CHUNK}=require("node:url").pathToFileURL(__filename).href;`;
  return code.includes(URL_OF_CHUNK) ? url + code : code;
}
