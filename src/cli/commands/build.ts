import { relative, resolve, sep } from "node:path";
import type { Target } from "../../emit/files.ts";
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
  readonly target: Target;
}

/** `modelwright build`: the plan and the bindings. */
export function buildCommand(files: readonly string[], options: SharedOptions, build: BuildOptions): number {
  const { out, check, target } = build;
  const compilation = compileFiles(options, files);
  if (compilation === undefined) return EXIT.clean;
  report(options, compilation, false);
  if (!isPlanned(compilation)) return EXIT.findings;
  const folder = resolve(options.cwd, out);
  const root = `${relative(folder, resolve(options.cwd, compilation.root)).split(sep).join("/") || "."}/`;
  const shown = (path: string) => `${relative(options.cwd, folder).split(sep).join("/") || "."}/${path}`;
  if (check) {
    const stale = checkPublished(folder, compilation.plan, { root, target }).filter(({ state }) => state !== "current");
    for (const { path, state } of stale) printResult(`${shown(path)}: ${STATES[state]}\n`);
    if (stale.length > 0) printNote("Run `modelwright build` to write them anew.\n");
    return stale.length > 0 ? EXIT.stale : exitCodeOfPlan(options, compilation);
  }
  const { written, unchanged, foreign, removed } = publish(folder, compilation.plan, { root, target });
  if (foreign.length > 0) {
    const names = foreign.map((path) => `  ${shown(path)}`).join("\n");
    throw new CommandError(
      EXIT.failure,
      `These files were not written by modelwright, so nothing is written:\n${names}`,
    );
  }
  for (const path of written) printResult(`${shown(path)}: written\n`);
  for (const path of unchanged) printResult(`${shown(path)}: unchanged\n`);
  for (const path of removed) printResult(`${shown(path)}: removed, because it is not for \`--target ${target}\`\n`);
  return exitCodeOfPlan(options, compilation);
}

const STATES = {
  current: "current",
  stale: "stale",
  edited: "edited by hand",
  missing: "missing",
  foreign: "not written by modelwright",
  leftover: "left over from another `--target`",
} as const;
