import { printable } from "../../base/quote.ts";
import { openFile, writeTemporaryFile } from "../../system/open.ts";
import { checkFiles, exitCodeFor, report } from "../compile-files.ts";
import { CommandError, EXIT } from "../exit.ts";
import type { SharedOptions } from "../options.ts";
import { printNote, printResult } from "../output.ts";
import { choose } from "../render/choose.ts";
import { GRAPH_FORMATS, renderGraph, whyRefused } from "../render/graph.ts";

/** The options of `graph`. `format` is `undefined` if it is not given. */
export interface GraphOptions {
  readonly format: string | undefined;
  readonly open: boolean;
}

/**
 * `modelwright graph`: prints the dependency graph as a diagram or as data, or opens it as a page, even if the definition has
 * errors.
 */
export async function graphCommand(
  files: readonly string[],
  options: SharedOptions,
  { format, open }: GraphOptions,
): Promise<number> {
  const known = choose(GRAPH_FORMATS, format ?? (open ? "html" : "mermaid"), " for graphs");
  if (open && known !== "html") {
    throw new CommandError(EXIT.usage, "`--open` requires `--format html`. Remove `--format`, or use `--format html`.");
  }
  const checked = checkFiles(options, files);
  if (checked === undefined) return EXIT.clean;
  report(options, checked, false);
  const text = renderGraph(checked, known);
  if (open) await openPage(text, options);
  else printResult(text);
  const refused = known === "mermaid" ? whyRefused(text) : undefined;
  if (refused !== undefined) printNote(`${refused}\n`);
  const machine = new Set(["missing-file", "remote-code"]);
  const diagnostics = checked.diagnostics.filter(({ code }) => !machine.has(code));
  return exitCodeFor(options, { ...checked, diagnostics });
}

async function openPage(text: string, { cwd }: SharedOptions): Promise<void> {
  const path = writeTemporaryFile("graph.html", text);
  const problem = await openFile(path, [cwd], process.env);
  if (problem !== undefined) {
    throw new CommandError(EXIT.failure, `Cannot open the page: ${problem}. Open ${printable(path)} in a browser.`);
  }
  printNote(`Opened ${printable(path)}\n`);
}
