import type { Severity } from "../base/diagnostic.ts";
import { type Checked, type Compilation, check, compile } from "../compile.ts";
import { discover } from "./discover.ts";
import { CommandError, EXIT } from "./exit.ts";
import { nodeHost } from "./host.ts";
import { givenFiles, type OutputFormat, type SharedOptions } from "./options.ts";
import { printNote, printResult, writeWhole } from "./output.ts";
import { renderConcise } from "./render/concise.ts";
import { renderGithub } from "./render/github.ts";
import { renderJson } from "./render/json.ts";
import { renderPretty } from "./render/pretty.ts";
import { renderSarif } from "./render/sarif.ts";

/** Checks the files of a command line; without any, those that are found below the working folder. */
export function checkFiles(options: SharedOptions, files: readonly string[]): Checked | undefined {
  return withFiles(options, files, (given) => check(given, nodeHost(options.cwd), compileOptions(options)));
}

/** Compiles them. */
export function compileFiles(options: SharedOptions, files: readonly string[]): Compilation | undefined {
  return withFiles(options, files, (given) => compile(given, nodeHost(options.cwd), compileOptions(options)));
}

function compileOptions({ environment, portable, pedantic }: SharedOptions) {
  return { portable, pedantic, ...(environment === undefined ? {} : { environment }) };
}

/** `undefined` when there is nothing to read and that is allowed. */
function withFiles<T extends Checked>(
  options: SharedOptions,
  files: readonly string[],
  read: (files: Parameters<typeof check>[0]) => T,
): T | undefined {
  const given = files.length > 0 ? givenFiles(options, files) : discover(options.cwd, nodeHost(options.cwd));
  if (given.length === 0) {
    if (options.allowEmpty) return undefined;
    throw new CommandError(EXIT.nothing, "No definition was found here. `modelwright init` writes a first one.");
  }
  const result = read(given);
  if (result.unreadable.length > 0) {
    const names = result.unreadable.map((name) => `  ${name}`).join("\n");
    throw new CommandError(EXIT.failure, `These files do not exist, or are no UTF-8 text:\n${names}`);
  }
  return result;
}

/** Shows the findings in every format that was asked for; `isResult`: they are what the command is for. */
export function report(options: SharedOptions, checked: Checked, isResult: boolean): void {
  for (const format of options.formats) {
    const text = render(options, format, checked, isResult);
    if (format.file !== undefined) writeWhole(format.file, text);
    else if (isResult) printResult(text);
    else printNote(text);
  }
}

function render(options: SharedOptions, { name, file }: OutputFormat, checked: Checked, isResult: boolean): string {
  const stream = isResult ? process.stdout : process.stderr;
  switch (name) {
    case "concise":
      return renderConcise(checked);
    case "json":
      return renderJson(checked, !isResult);
    case "sarif":
      return renderSarif(checked);
    case "github":
      return renderGithub(checked);
    default:
      return renderPretty(isResult ? checked : withoutHints(checked), {
        color: file === undefined && (options.color ?? stream.isTTY === true),
        isResult,
      });
  }
}

/** Advice is for who asks for findings; whoever wants something else is told only what stands in its way. */
function withoutHints(checked: Checked): Checked {
  return { ...checked, diagnostics: checked.diagnostics.filter(({ severity }) => severity !== "hint") };
}

/** The exit code that findings lead to. */
export function exitCodeFor(options: SharedOptions, { diagnostics }: Checked): number {
  const failing = new Set<Severity>(["error"]);
  if (options.errorOnWarnings) failing.add("warning");
  if (options.requireVerified) failing.add("unverified");
  return diagnostics.some(({ severity }) => failing.has(severity)) ? EXIT.findings : EXIT.clean;
}
