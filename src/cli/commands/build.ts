import { relative, resolve, sep } from "node:path";
import { checkPublished, publish } from "../../emit/publish.ts";
import { compileFiles, report } from "../compile-files.ts";
import { CommandError, EXIT } from "../exit.ts";
import type { SharedOptions } from "../options.ts";
import { printNote, printResult } from "../output.ts";
import { exitCodeOfPlan, isPlanned } from "./plan.ts";

export interface BuildOptions {
  readonly out: string;
  /** Writes nothing, and says whether what is there is what would be written. */
  readonly check: boolean;
}

/** `modelwright build`: the plan and the bindings. */
export function buildCommand(files: readonly string[], options: SharedOptions, { out, check }: BuildOptions): number {
  const compilation = compileFiles(options, files);
  if (compilation === undefined) return EXIT.clean;
  report(options, compilation, false);
  if (!isPlanned(compilation)) return EXIT.findings;
  const folder = resolve(options.cwd, out);
  const root = `${relative(folder, resolve(options.cwd, compilation.root)).split(sep).join("/") || "."}/`;
  const shown = (path: string) => `${relative(options.cwd, folder).split(sep).join("/") || "."}/${path}`;
  if (check) {
    const stale = checkPublished(folder, compilation.plan, { root }).filter(({ state }) => state !== "current");
    for (const { path, state } of stale) printResult(`${shown(path)}: ${STATES[state]}\n`);
    if (stale.length > 0) printNote("Run `modelwright build` to write them anew.\n");
    return stale.length > 0 ? EXIT.stale : exitCodeOfPlan(options, compilation);
  }
  const { written, unchanged, foreign } = publish(folder, compilation.plan, { root });
  if (foreign.length > 0) {
    const names = foreign.map((path) => `  ${shown(path)}`).join("\n");
    throw new CommandError(
      EXIT.failure,
      `These files were not written by modelwright, so nothing is overwritten:\n${names}`,
    );
  }
  for (const path of written) printResult(`${shown(path)}: written\n`);
  for (const path of unchanged) printResult(`${shown(path)}: unchanged\n`);
  return exitCodeOfPlan(options, compilation);
}

const STATES = {
  current: "current",
  stale: "stale",
  edited: "edited by hand",
  missing: "missing",
  foreign: "not written by modelwright",
} as const;
