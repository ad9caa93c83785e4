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

/** A compilation with a plan. */
export type PlannedCompilation = Compilation & { readonly plan: object };

/**
 * Compiles definitions for a command that needs a plan, and reports the findings, except those with the codes in `left`, which the
 * command reports itself. Returns the exit code if there is no plan, or no definition.
 */
export function compileToPlan(
  options: SharedOptions,
  files: readonly string[],
  left: ReadonlySet<string>,
): PlannedCompilation | number {
  const compilation = compileFiles(options, files);
  if (compilation === undefined) return EXIT.clean;
  const diagnostics = compilation.diagnostics.filter(({ code }) => !left.has(code));
  if (diagnostics.length > 0) report(options, { ...compilation, diagnostics }, false);
  return isPlanned(compilation) ? compilation : EXIT.findings;
}

/** Whether the compilation has a plan. */
export function isPlanned(compilation: Compilation): compilation is PlannedCompilation {
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
