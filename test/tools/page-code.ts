// Bundles the browser code of the graph page into `src/draw/page-code.ts`, so that it is a string in the source, in the built
// package and in tests alike. `npm run update draw-page-code` writes the file.
import { createHash } from "node:crypto";
import { build } from "esbuild";
import { ROOT } from "../golden.ts";

/** The text of `src/draw/page-code.ts`. */
export async function pageCodeModule(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/draw/page/main.ts"],
    bundle: true,
    platform: "browser",
    target: "es2022",
    format: "iife",
    minify: true,
    charset: "ascii",
    legalComments: "none",
    write: false,
    logLevel: "error",
  });
  const code = (outputFiles[0]?.text ?? "").trimEnd();
  const hash = createHash("sha256").update(code).digest("base64");
  return `// Generated from \`src/draw/page/\` by \`npm run update draw-page-code\`. Do not edit.

/** The script of the graph page. */
export const PAGE_CODE =
  ${JSON.stringify(code)};

/** Its hash, for the content security policy of the page. */
export const PAGE_HASH = "sha256-${hash}";
`;
}
