import { checkFiles, exitCodeFor, report } from "../compile-files.ts";
import { EXIT } from "../exit.ts";
import type { SharedOptions } from "../options.ts";

/** `modelwright check`: all findings. */
export function checkCommand(files: readonly string[], options: SharedOptions): number {
  const checked = checkFiles(options, files);
  if (checked === undefined) return EXIT.clean;
  report(options, checked, true);
  return exitCodeFor(options, checked);
}
