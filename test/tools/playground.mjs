// Builds the playground: one HTML file with the page, the language server for its worker, and the examples.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { install, ROOT } from "./install.mjs";
import { licensesOf } from "./licenses.mjs";
import { withoutExamples } from "./without-examples.mjs";

const FOLDER = join(ROOT, "src/playground");

/** The examples by title: folders of fixtures, with the generated and the binary files left out. */
export const EXAMPLES = [
  ["A detector", "docs/detector"],
  ["A misspelled name", "docs/picture"],
  ["Types in Python", "accept/python-types"],
  ["Several models", "accept/several-models"],
  ["A runtime for all models", "accept/universal"],
  ["Code in packages", "accept/packages"],
  ["Datasets and domains", "accept/whole-project"],
  ["Environment variables", "accept/environment"],
  ["Code and files from the network", "accept/remote"],
  ["Digits: a model that runs", "run/digits"],
  ["A cycle", "reject/cycle"],
  ["A missing argument", "reject/missing-argument"],
];

const LEFT_OUT =
  /\.(?:png|onnx|md|csv|jsonl|env|cases)$|^(?:models\.ts|plan\.json|train\.py|diagnostics\.txt)$|__pycache__/;

/** The text files of the folder of an example, the definition first. */
export function exampleFiles(folder) {
  const root = join(ROOT, "fixtures", folder);
  const paths = readdirSync(root, { recursive: true }).map((path) => path.replaceAll("\\", "/"));
  const files = paths.filter((path) => statSync(join(root, path)).isFile() && !LEFT_OUT.test(path)).sort();
  const code = join(ROOT, "fixtures/reject/inference.py");
  // The cases of rules share their Python code.
  const shared =
    folder.startsWith("reject/") && !files.some((path) => path.endsWith(".py"))
      ? [{ name: "inference.py", text: readFileSync(code, "utf8") }]
      : [];
  const rank = (path) => (/\.ya?ml$/.test(path) ? (path.includes("/") ? 1 : 0) : path.endsWith(".py") ? 2 : 3);
  const own = files
    .sort((a, b) => rank(a) - rank(b))
    .map((path) => ({ name: path, text: readFileSync(join(root, path), "utf8") }));
  return [...own, ...shared];
}

/** The text of the page. */
export async function playground() {
  const bundle = async (entry) => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: [entry],
      bundle: true,
      minify: true,
      platform: "browser",
      format: "iife",
      target: "es2022",
      charset: "utf8",
      legalComments: "none",
      plugins: [withoutExamples],
      alias: { yaml: join(ROOT, "node_modules/yaml/browser/dist/index.js") },
      write: false,
      metafile: true,
      logLevel: "warning",
    });
    return { text: outputFiles[0].text, inputs: Object.keys(metafile.inputs) };
  };
  const [page, server] = [await bundle("src/playground/main.ts"), await bundle("src/playground/server.ts")];
  const examples = EXAMPLES.map(([title, folder]) => ({ title, files: exampleFiles(folder) }));
  const style = `<style>${readFileSync(join(FOLDER, "style.css"), "utf8")}</style>`;
  const scripts = [
    scriptOf('type="application/json" id="examples"', JSON.stringify(examples).replaceAll("<", "\\u003c")),
    scriptOf('type="text/plain" id="licenses"', licensesOf([...page.inputs, ...server.inputs], "This page")),
    scriptOf('type="text/plain" id="server"', server.text),
    scriptOf("", page.text),
  ];
  const html = readFileSync(join(FOLDER, "page.html"), "utf8")
    .replace("<!-- style -->", () => style)
    .replace("<!-- scripts -->", () => scripts.join("\n"));
  return { html, sizes: { page: page.text.length, server: server.text.length } };
}

/**
 * A script that does not end early in HTML. esbuild escapes `</script` itself. It writes `<!--`, which can hide the end of a
 * script, only in texts and regular expressions, where an escape means the same.
 */
function scriptOf(attributes, text) {
  if (/<\/script/i.test(text)) throw new Error("a script of the page contains the end of a script");
  return `<script ${attributes}>${text.replaceAll("<!--", "\\x3C!--")}</script>`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  install();
  const { html, sizes } = await playground();
  const path = join(FOLDER, "dist/playground.html");
  mkdirSync(join(FOLDER, "dist"), { recursive: true });
  writeFileSync(path, html);
  const kB = (bytes) => `${Math.round(bytes / 1000)} kB`;
  console.log(
    `${relative(ROOT, path)}: ${kB(Buffer.byteLength(html))}, ${kB(gzipSync(html, { level: 9 }).length)} with gzip ` +
      `(page ${kB(sizes.page)}, server ${kB(sizes.server)})`,
  );
}
