// The command line as chunks of CommonJS, which starts faster, and whose compiled code can be kept (`src/cli/start.ts`). esbuild
// splits nothing but ES modules, so each chunk is translated when it is made.
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build, transform } from "esbuild";
import { ROOT } from "./install.mjs";
import { licensesOf } from "./licenses.mjs";

const OPTIONS = { platform: "node", target: "node20", minify: true, charset: "ascii", logLevel: "warning" };
const URL_OF_CHUNK = "__url";

/** What is loaded only when one of its functions is called: packages and files, with the functions that are imported. */
const LAZY = new Map([
  ["node:child_process", ["execFile", "spawn", "spawnSync"]],
  ["node:crypto", ["createHash", "randomUUID"]],
  ["string-width", ["default"]],
  [join(ROOT, "grammar/template.ts"), ["readTemplate"]],
]);

/** Puts functions in the place of lazy modules, which load them. What imports anything else from one does not build. */
const lazy = {
  name: "lazy",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path: name, namespace, resolveDir }) => {
      const path = name.startsWith(".") ? join(resolveDir, name) : name.replace(/^(?=child_process$)/, "node:");
      return LAZY.has(path) && namespace === "file" ? { path, namespace: "lazy" } : undefined;
    });
    onLoad({ filter: /./, namespace: "lazy" }, ({ path }) => ({
      contents: LAZY.get(path)
        .map(
          (name) => `const _${name} = (...given) => require(${JSON.stringify(path)}).${name}(...given);
          export { _${name} as ${name} };`,
        )
        .join("\n"),
      resolveDir: ROOT,
    }));
  },
};

/** Writes `main.js` and the chunks that it loads. */
export async function bundleCommandLine(folder) {
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: { "command-line": "src/cli/main.ts" },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    external: ["ts-morph"],
    plugins: [lazy],
    // The same library as ES modules, of which what is not needed is left out.
    alias: { yaml: join(ROOT, "node_modules/yaml/browser/dist/index.js") },
    write: false,
    metafile: true,
  });
  mkdirSync(folder, { recursive: true });
  // The package is one of ES modules.
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
  // What is left out of every chunk is no part of it.
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  writeFileSync(join(folder, "LICENSES.txt"), licensesOf(inputs));
  const hash = createHash("sha256");
  for (const { path, text } of outputFiles) {
    const chunk = await toCommonJs(text);
    hash.update(chunk);
    writeFileSync(join(folder, basename(path)), chunk);
  }
  const main = join(folder, "main.js");
  await build({
    ...OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: ["src/cli/start.ts"],
    outfile: main,
    bundle: true,
    format: "cjs",
    define: { BUILD: JSON.stringify(hash.digest("hex")) },
  });
  chmodSync(main, 0o755);
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
