import type { Places } from "../../disk/places.ts";
import { filesSeen, type Watched } from "../../disk/watch.ts";
import { checkFiles } from "../compile-files.ts";
import { CONFIGURATION_FILES } from "../config/configuration.ts";
import { CommandError, EXIT } from "../exit.ts";
import type { SharedOptions } from "../options.ts";
import { printNote, printResult } from "../output.ts";
import { FORMATS } from "../render/formats.ts";
import { refuseToWatchInput, repeatUntilStopped } from "../repeat.ts";
import { terminalOf } from "../streams.ts";
import { type CheckCommandOptions, reportChecked } from "./check.ts";

/** The lines before and after the findings of a round in the format `concise`. Programs read them, so they never change. */
const STARTED = "modelwright: check started\n";
const FINISHED = "modelwright: check finished\n";

/** Moves the cursor to the top left and clears the screen, but not the scrollback. */
const CLEAR = "\x1b[2J\x1b[H";

/** What `check --watch` needs in addition to `check`. */
export interface CheckWatchOptions {
  /** Reads the options again, because the configuration or the file of `--env-from` may have changed. */
  readonly readOptions: (cwd: string) => SharedOptions;
  /** Other files that the options were read from, relative to the working directory. */
  readonly optionFiles: readonly string[];
}

/** `modelwright check --watch`: checks after each change until a signal arrives. Returns the exit code of the signal. */
export async function checkAndWatch(
  files: readonly string[],
  options: SharedOptions,
  given: CheckCommandOptions,
  { readOptions, optionFiles }: CheckWatchOptions,
): Promise<number> {
  refuseToWatchInput(files);
  refuseWhatWrites(given);
  const { cwd, formats } = options;
  refuseDocuments(formats);
  const shown = formats.flatMap(({ name, file }) => (file === undefined ? [name] : []));
  const isMarked = shown.includes("concise");
  const isScreen = !isMarked && terminalOf(1) !== undefined && process.env["TERM"] !== "dumb";
  const clear = () => {
    if (isScreen) printResult(CLEAR);
  };
  const read = [...CONFIGURATION_FILES, ...optionFiles, ...(given.baseline === undefined ? [] : [given.baseline])];
  const output = formats.flatMap(({ file }) => (file === undefined ? [] : [file]));
  return repeatUntilStopped(files, cwd, output, {
    run: (host) => {
      if (isMarked) printResult(STARTED);
      for (const path of read) host.kindOf(path);
      // The formats stay the same, because a program may read the output.
      const current = { ...readOptions(cwd), formats };
      const checked = checkFiles(current, files, host);
      clear();
      reportChecked(files, current, given, checked, true);
    },
    fail: clear,
    end: (watched, places) => {
      if (isMarked) printResult(FINISHED);
      printNote(`${stateLine(new Date(), watched, places)}\n`);
    },
  });
}

function refuseWhatWrites({ fix, dryRun, updateBaseline }: CheckCommandOptions): void {
  if (fix || dryRun) {
    const hint = "Run `modelwright check --fix` separately.";
    throw new CommandError(
      EXIT.usage,
      `\`--watch\` and \`--fix\` cannot be used together, because an editor may have unsaved changes in the same files. ${hint}`,
    );
  }
  if (updateBaseline) throw new CommandError(EXIT.usage, "`--watch` and `--update-baseline` cannot be used together.");
}

/** A format that is one document cannot be printed several times. */
function refuseDocuments(formats: SharedOptions["formats"]): void {
  const document = formats.find(({ name, file }) => file === undefined && FORMATS[name].isDocument);
  if (document === undefined) return;
  throw new CommandError(
    EXIT.usage,
    `The format \`${document.name}\` is one document, so \`--watch\` cannot print it after each change. Add an \`--output-file\`, or use \`--format concise\`.`,
  );
}

/** For example: Checked at 14:03:09. Watching 7 files, and 3 folders for new definitions. Press Ctrl+C to stop. */
function stateLine(now: Date, watched: Watched, { folders, isPart }: Places): string {
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, "0"));
  const files = plural(filesSeen(watched).files.length, "file");
  const where = `${isPart ? "the first " : ""}${plural(folders.length, "folder")}`;
  const places = folders.length === 0 ? "" : `, and ${where} for new definitions`;
  return `Checked at ${time.join(":")}. Watching ${files}${places}. Press Ctrl+C to stop.`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
