// Support for esbuild, which accepts several errors per module with their locations and prints the source lines itself.
import { dirname } from "node:path";
import type { Diagnostic } from "../base/diagnostic.ts";
import { printable } from "../base/quote.ts";
import { lineStartsOf, positionAt } from "../base/source.ts";
import { errorsOf, warningsOf } from "./findings.ts";
import { NAME, type Platform, type Project, RUNTIME } from "./tool.ts";

/** The part of esbuild's build API that the plugin uses. */
export interface EsbuildBuild {
  readonly initialOptions: { readonly platform?: string };
  onResolve(options: { filter: RegExp }, resolve: (args: { readonly path: string }) => object | undefined): void;
  onLoad(options: { filter: RegExp; namespace: string }, load: (args: EsbuildFile) => object | undefined): void;
}

interface EsbuildFile {
  readonly path: string;
  /** The query after the file name. */
  readonly suffix: string;
}

/** Sets up the plugin in an esbuild build. */
export function setUpEsbuild(project: Project, build: EsbuildBuild): void {
  const { platform: given = "browser" } = build.initialOptions;
  const platform: Platform = project.options.platform ?? (given === "browser" ? "browser" : "node");
  build.onResolve({ filter: new RegExp(`^${RUNTIME}$`) }, ({ path }) =>
    platform === "node" ? { path, external: true } : undefined,
  );
  build.onLoad({ filter: /\.ya?ml$/i, namespace: "file" }, ({ path, suffix }) => {
    const request = project.requestOf(path + suffix);
    if (request === undefined) return undefined;
    const definition = project.get(request.file);
    const notes = project.notesOn(definition).map((text) => ({ text, pluginName: NAME }));
    return {
      contents: project.codeOf(request, definition, platform),
      loader: "js",
      resolveDir: dirname(request.file),
      errors: errorsOf(definition).map(message),
      warnings: request.isPlan ? [] : [...warningsOf(definition).map(message), ...notes],
      watchFiles: [...definition.files, ...definition.missing],
    };
  });
}

/** A finding as an esbuild message: columns and lengths count bytes. */
function message({ code, message, hint, span, related = [] }: Diagnostic): object {
  const notes = related.map((each) => ({ text: printable(each.message), location: location(each.span) }));
  return {
    pluginName: NAME,
    text: `${code}: ${printable(message)}`,
    location: location(span),
    notes: [...notes, ...(hint === undefined ? [] : [{ text: printable(hint) }])],
  };
}

function location({ source, start, end }: Diagnostic["span"]): object {
  const { line, column } = positionAt(source, start);
  const from = lineStartsOf(source)[line - 1] ?? 0;
  const lineText = source.text.slice(from).split(/\r?\n/, 1)[0] ?? "";
  const marked = lineText.slice(column - 1, column - 1 + end - start);
  return {
    file: source.path,
    line,
    column: Buffer.byteLength(lineText.slice(0, column - 1)),
    length: Buffer.byteLength(marked),
    lineText: printable(lineText),
  };
}
