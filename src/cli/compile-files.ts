import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { Severity } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { printable } from "../base/quote.ts";
import { rootFolderOf } from "../base/root.ts";
import { withBlockingErrors } from "../build.ts";
import { type Checked, type Compilation, check, compile } from "../compile.ts";
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

/** Checks the files of a command line; without any, those that are found below the working folder. */
export function checkFiles(options: SharedOptions, files: readonly string[]): Checked {
  return withFiles(options, files, (given) => check(given, nodeHost(options.cwd), compileOptions(options)));
}

/** Checks them after the safe fixes, which are not written anywhere yet. */
export function fixFiles(options: SharedOptions, files: readonly string[]): Fixed {
  return withFiles(options, files, (given) => {
    const fixed = fix(given, nodeHost(options.cwd), compileOptions(options));
    return { ...fixed.after, fixed };
  }).fixed;
}

/**
 * Compiles them. An error that is suppressed still stands in the way of a plan: then it is shown. `undefined` when there is
 * nothing to read and that is allowed.
 */
export function compileFiles(
  options: SharedOptions,
  files: readonly string[],
  host: Host = nodeHost(options.cwd),
): Compilation | undefined {
  const read = (given: Parameters<typeof check>[0]) =>
    withBlockingErrors(compile(given, host, compileOptions(options)));
  const found = withFiles(options, files, read, host);
  return found.files === 0 ? undefined : found;
}

function compileOptions({ environment, portable, pedantic, rules }: SharedOptions) {
  return { portable, pedantic, rules, ...(environment === undefined ? {} : { environment }) };
}

/** Reads what was given, or else what is found; that is nothing only where it is allowed. */
function withFiles<T extends Checked>(
  options: SharedOptions,
  files: readonly string[],
  read: (files: Parameters<typeof check>[0]) => T,
  host: Host = nodeHost(options.cwd),
): T {
  const given = files.length > 0 ? givenFiles(options, files) : discover(options.cwd, host);
  if (given.length === 0 && !options.allowEmpty) {
    throw new CommandError(EXIT.nothing, "No definition was found here. `modelwright init` writes a first one.");
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
 * Shows the findings in every format that was asked for; `isResult`: they are what goes to standard output; `isAsked`: they
 * are what the command is for.
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
      problems.push(`The file ${printable(definitionPath(options.cwd, file))} cannot be written: ${problem}.`);
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
  // Where people see no summary, they see it here; `build` and the others say for themselves what they did.
  const isSummed = options.formats.some(({ name, file }) => file === undefined && FORMATS[name].hasSummary);
  if (isResult && !isSummed) printNote(`${summaryLine(checked.diagnostics, checked.files, checked)}\n`);
  if (problems.length > 0) throw new CommandError(EXIT.failure, problems.join("\n"));
}

/** A report in the place of the definition that it is about would destroy it. */
function refuseToOverwrite(
  { cwd }: SharedOptions,
  checked: Checked,
  files: readonly { readonly file: string }[],
): void {
  const read = new Set(checked.graph.bound.files.map(({ source }) => realPath(resolve(cwd, source.path))));
  const wrong = files.find(({ file }) => read.has(realPath(file)));
  if (wrong !== undefined) {
    const name = printable(definitionPath(cwd, wrong.file));
    throw new CommandError(EXIT.usage, `${name} is a definition; nothing else is written to it.`);
  }
}

/** Where links lead; a path to nothing is itself. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Advice is for who asks for findings; whoever wants something else is told only what stands in its way. */
function withoutHints(checked: Checked & Hidden): Checked & Hidden {
  return { ...checked, diagnostics: checked.diagnostics.filter(({ severity }) => severity !== "hint") };
}

/** The exit code that findings lead to. */
export function exitCodeFor(options: SharedOptions, { diagnostics }: Pick<Checked, "diagnostics">): number {
  const fails: Readonly<Record<Severity, boolean>> = {
    error: true,
    warning: options.errorOnWarnings,
    unverified: options.requireVerified,
    hint: false,
  };
  return diagnostics.some(({ severity }) => fails[severity]) ? EXIT.findings : EXIT.clean;
}
