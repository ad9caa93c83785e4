import { checkFiles, exitCodeFor, report } from "../compile-files.ts";
import { EXIT } from "../exit.ts";
import type { SharedOptions } from "../options.ts";
import { printResult } from "../output.ts";
import { choose } from "../render/choose.ts";
import { GRAPH_FORMATS, renderGraph } from "../render/graph.ts";

/** `modelwright graph`: prints the dependency graph as a diagram or as data, even if the definition has errors. */
export function graphCommand(files: readonly string[], options: SharedOptions, format: string): number {
  const known = choose(GRAPH_FORMATS, format, " for graphs");
  const checked = checkFiles(options, files);
  if (checked === undefined) return EXIT.clean;
  report(options, checked, false);
  printResult(renderGraph(checked.graph.bound, known));
  const machine = new Set(["missing-file", "remote-code"]);
  const diagnostics = checked.diagnostics.filter(({ code }) => !machine.has(code));
  return exitCodeFor(options, { ...checked, diagnostics });
}
