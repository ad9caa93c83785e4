import { resolve } from "node:path";
import { printable } from "../../base/quote.ts";
import type { Checked } from "../../compile.ts";
import { withBaseline } from "../baseline-file.ts";
import { checkFiles, exitCodeFor, fixFiles, report } from "../compile-files.ts";
import { CommandError, EXIT } from "../exit.ts";
import { changesAsDiff, shownDiff, whatWasFixed, writeFixed } from "../fixed-files.ts";
import type { SharedOptions } from "../options.ts";
import { printData, printNote } from "../output.ts";
import { terminalOf } from "../streams.ts";

export interface CheckCommandOptions {
  readonly fix: boolean;
  /** Whether to print the fixes as a diff instead of writing them. */
  readonly dryRun: boolean;
  /** The file of accepted findings. */
  readonly baseline: string | undefined;
  readonly updateBaseline: boolean;
}

/** `modelwright check`: reports all findings. */
export async function checkCommand(
  files: readonly string[],
  options: SharedOptions,
  given: CheckCommandOptions,
): Promise<number> {
  const { fix, dryRun, baseline, updateBaseline } = given;
  if (dryRun && !fix) throw new CommandError(EXIT.usage, "`--dry-run` requires `--fix`.");
  if (updateBaseline && baseline === undefined)
    throw new CommandError(EXIT.usage, "`--update-baseline` requires `--baseline FILE`.");
  if (updateBaseline && dryRun)
    throw new CommandError(EXIT.usage, "`--update-baseline` and `--dry-run` cannot be used together.");
  refuseOneFileForBoth(options, baseline);
  const conclude = (checked: Checked, isResult: boolean) => reportChecked(files, options, given, checked, isResult);
  if (fix) return fixCommand(files, options, dryRun, conclude);
  return conclude(checkFiles(options, files), true);
}

/** Reports the findings that the baseline does not accept. Returns the exit code. */
export function reportChecked(
  files: readonly string[],
  options: SharedOptions,
  { baseline, updateBaseline }: CheckCommandOptions,
  checked: Checked,
  isResult: boolean,
): number {
  const isPart = files.length > 0;
  const { cwd, rules } = options;
  const left =
    baseline === undefined
      ? checked
      : withBaseline({ cwd, file: baseline, update: updateBaseline, isPart, rules }, checked);
  report(options, left, isResult, true);
  return exitCodeFor(options, left);
}

/** Refuses to overwrite the baseline with a report. */
function refuseOneFileForBoth({ cwd, formats }: SharedOptions, baseline: string | undefined): void {
  if (baseline === undefined) return;
  const path = resolve(cwd, baseline);
  if (formats.some(({ file }) => file === path))
    throw new CommandError(
      EXIT.usage,
      `${printable(baseline)} is the baseline, so no report is written to it. Choose another \`--output-file\`.`,
    );
}

/** Applies fixes, then reports the remaining findings. With `--dry-run` or standard input, the result is the diff or the text. */
async function fixCommand(
  files: readonly string[],
  options: SharedOptions,
  dryRun: boolean,
  conclude: (checked: Checked, isResult: boolean) => number,
): Promise<number> {
  const isInput = files.includes("-");
  if (isInput && files.length > 1) throw new CommandError(EXIT.usage, "`--fix` cannot combine `-` with other files.");
  const fixed = fixFiles(options, files);
  if (dryRun) printData(shownDiff(await changesAsDiff(fixed.files), terminalOf(1) !== undefined));
  else if (isInput) printData(fixed.after.graph.bound.requested.map(({ source }) => source.text).join(""));
  else writeFixed(options.cwd, fixed.files);
  printNote(whatWasFixed(fixed, dryRun));
  return conclude(dryRun ? fixed.before : fixed.after, !dryRun && !isInput);
}
