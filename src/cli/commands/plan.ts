import { plainJson } from "../../base/json-text.ts";
import type { Compilation } from "../../compile.ts";
import { canonicalJsonPretty } from "../../plan/canonical.ts";
import { compileFiles, exitCodeFor, report } from "../compile-files.ts";
import { EXIT } from "../exit.ts";
import type { SharedOptions } from "../options.ts";
import { printRendered } from "../output.ts";

/** `modelwright plan`: prints the execution plan as JSON. */
export function planCommand(files: readonly string[], options: SharedOptions): number {
  const compilation = compileFiles(options, files);
  if (compilation === undefined) return EXIT.clean;
  report(options, compilation, false);
  if (!isPlanned(compilation)) return EXIT.findings;
  const text = canonicalJsonPretty(compilation.plan);
  // Canonical bytes for programs; on a terminal, invisible characters are escaped too.
  printRendered(1, process.stdout.isTTY === true ? plainJson(text) : text);
  return exitCodeOfPlan(options, compilation);
}

/** Whether the compilation has a plan. */
export function isPlanned(compilation: Compilation): compilation is Compilation & { readonly plan: object } {
  return compilation.plan !== undefined;
}

/** The exit code of a compilation with a plan. Missing files do not fail it, but findings that a flag asks for do. */
export function exitCodeOfPlan(options: SharedOptions, compilation: Compilation): number {
  const diagnostics = compilation.diagnostics.filter(({ severity }) => severity !== "error");
  const isEnvironmentMissing = compilation.diagnostics.some(
    ({ code, severity }) => code === "missing-environment" && severity === "error",
  );
  return isEnvironmentMissing ? EXIT.findings : exitCodeFor(options, { ...compilation, diagnostics });
}
