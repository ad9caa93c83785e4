import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { Severity } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { printable } from "../base/quote.ts";
import { rootFolderOf } from "../base/root.ts";
import { withBlockingErrors } from "../build.ts";
import { type Checked, type Compilation, type CompileOptions, check, compile } from "../compile.ts";
import { discover } from "../disk/discover.ts";
import { nodeHost } from "../disk/host.ts";
import { type Fixed, fix } from "../fix.ts";
import type { PrettyOptions } from "../render/pretty.ts";
import { type Hidden, summaryLine } from "../render/summary.ts";
import { whyUnreadable } from "../system/read.ts";
import { CommandError, EXIT } from "./exit.ts";
import { definitionPath, givenFiles, type SharedOptions } from "./options.ts";
import { printNote, printRendered, tryToWrite } from "./output.ts";
import { FORMATS, type FormatName } from "./render/formats.ts";
import { codeLinks, columnsOf, showsColor } from "./terminal.ts";

/** Checks the files of the command line, or the definitions below the working directory if there are none. */
export function checkFiles(
  options: SharedOptions,
  files: readonly string[],
  host: Host = nodeHost(options.cwd),
): Checked {
  return withFiles(options, files, (given) => check(given, host, compileOptions(options)), host);
}

/** Checks the files after applying the safe fixes in memory. */
export function fixFiles(options: SharedOptions, files: readonly string[]): Fixed {
  return withFiles(options, files, (given) => {
    const fixed = fix(given, nodeHost(options.cwd), compileOptions(options));
    return { ...fixed.after, fixed };
  }).fixed;
}

/**
 * Compiles the files. A suppressed error still prevents a plan, so it is shown. `undefined` if there are no definitions and
 * `--allow-empty` is given.
 */
export function compileFiles(
  options: SharedOptions,
  files: readonly string[],
  host: Host = nodeHost(options.cwd),
  more: CompileOptions = {},
): Compilation | undefined {
  const read = (given: Parameters<typeof check>[0]) =>
    withBlockingErrors(compile(given, host, { ...compileOptions(options), ...more }));
  const found = withFiles(options, files, read, host);
  return found.files === 0 ? undefined : found;
}

function compileOptions({ environment, portable, pedantic, rules }: SharedOptions) {
  return { portable, pedantic, rules, ...(environment === undefined ? {} : { environment }) };
}

/** Reads the given files, or the definitions that are found. Fails if there are none, unless `--allow-empty` is given. */
function withFiles<T extends Checked>(
  options: SharedOptions,
  files: readonly string[],
  read: (files: Parameters<typeof check>[0]) => T,
  host: Host = nodeHost(options.cwd),
): T {
  const given = files.length > 0 ? givenFiles(options, files) : discover(options.cwd, host);
  if (given.length === 0 && !options.allowEmpty) {
    throw new CommandError(
      EXIT.nothing,
      "No definition was found. Run `modelwright init` to create one, or name a file.",
    );
  }
  const result = read(given);
  if (result.unreadable.length > 0) {
    const why = (name: string) => whyUnreadable(resolve(options.cwd, name), resolve(options.cwd, rootFolderOf(name)));
    const names = result.unreadable.map((name) => `  ${printable(name)} ${why(name)}`);
    throw new CommandError(EXIT.failure, `These files cannot be read:\n${names.join("\n")}`);
  }
  return result;
}

/**
 * Shows the findings in all selected formats. `isResult`: they are written to standard output. `isAsked`: the command is for
 * findings, so hints are shown, too.
 */
export function report(
  options: SharedOptions,
  found: Checked & Hidden,
  isResult: boolean,
  isAsked: boolean = isResult,
): void {
  const checked = { ...found, settings: { rules: options.rules ?? {}, from: options.rulesFrom } };
  const shown = (name: FormatName, how: PrettyOptions): string => {
    const { render, skipsHints } = FORMATS[name];
    return render(isAsked || !skipsHints ? checked : withoutHints(checked), how);
  };
  const files = options.formats.flatMap((format) =>
    format.file === undefined ? [] : [{ ...format, file: format.file }],
  );
  refuseToOverwrite(options, checked, files);
  const problems: string[] = [];
  for (const { name, file } of files) {
    const text = shown(name, { color: false, width: undefined, isResult });
    const problem = tryToWrite([{ path: file, text }], options.cwd);
    if (problem !== undefined)
      problems.push(`Cannot write ${printable(definitionPath(options.cwd, file))}: ${problem}.`);
  }
  const stream = isResult ? 1 : 2;
  for (const { name, file } of options.formats) {
    if (file !== undefined) continue;
    const text = shown(name, {
      color: options.color ?? showsColor(stream),
      width: columnsOf(stream),
      urlOf: codeLinks(stream, options.color),
      isResult,
    });
    printRendered(stream, text);
  }
  // The summary, if no shown format contains it. Commands like `build` report their own results.
  const isSummed = options.formats.some(({ name, file }) => file === undefined && FORMATS[name].hasSummary);
  if (isResult && !isSummed) printNote(`${summaryLine(checked.diagnostics, checked.files, checked)}\n`);
  if (problems.length > 0) throw new CommandError(EXIT.failure, problems.join("\n"));
}

/** Refuses to overwrite a definition with a report about it. */
function refuseToOverwrite(
  { cwd }: SharedOptions,
  checked: Checked,
  files: readonly { readonly file: string }[],
): void {
  const read = new Set(checked.graph.bound.files.map(({ source }) => realPath(resolve(cwd, source.path))));
  const wrong = files.find(({ file }) => read.has(realPath(file)));
  if (wrong !== undefined) {
    const name = printable(definitionPath(cwd, wrong.file));
    throw new CommandError(
      EXIT.usage,
      `${name} is a definition, so no report is written to it. Choose another \`--output-file\`.`,
    );
  }
}

/** The path after following links. A path that does not exist is returned unchanged. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Commands that are not about findings show only those that may prevent the result. */
function withoutHints(checked: Checked & Hidden): Checked & Hidden {
  return { ...checked, diagnostics: checked.diagnostics.filter(({ severity }) => severity !== "hint") };
}

/** The exit code for some findings. */
export function exitCodeFor(options: SharedOptions, { diagnostics }: Pick<Checked, "diagnostics">): number {
  const fails: Readonly<Record<Severity, boolean>> = {
    error: true,
    warning: options.errorOnWarnings,
    unverified: options.requireVerified,
    hint: false,
  };
  return diagnostics.some(({ severity }) => fails[severity]) ? EXIT.findings : EXIT.clean;
}
