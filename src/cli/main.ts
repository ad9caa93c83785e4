// The command line. Every outcome has a message and an exit code. The most common calls start immediately; calls with options
// are parsed by `program.ts`.
import { printableLines } from "../base/quote.ts";
import { VERSION } from "../base/version.ts";
import { bundleForm } from "../run/pack/is-bundle.ts";
import { CommandError, EXIT } from "./exit.ts";
import { sharedOptions } from "./options.ts";
import { printNote, printResult } from "./output.ts";

const NO_OPTIONS = { fix: false, dryRun: false, baseline: undefined, updateBaseline: false };

async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const [command, ...rest] = given;
  try {
    if ((command === "--version" || command === "-V") && rest.length === 0) printResult(`${VERSION}\n`);
    else if (command === "check" && rest.every(isFile)) {
      const { checkCommand } = await import("./commands/check.ts");
      process.exitCode = await checkCommand(rest, sharedOptions({}), NO_OPTIONS);
    } else {
      const { runProgram } = await import("./program.ts");
      await runProgram(given);
    }
  } catch (error) {
    const isExpected = error instanceof CommandError;
    // The message may contain file names and arguments, so control characters are escaped.
    printNote(`${printableLines(isExpected ? `modelwright: ${error.message}` : bugReport(error))}\n`);
    process.exitCode = isExpected ? error.code : EXIT.failure;
  }
}

/** A single `-` is standard input. A bundle is unpacked first. */
function isFile(given: string): boolean {
  return given === "-" || (!given.startsWith("-") && bundleForm(given) === undefined);
}

/** Errors of the file system are shown as they are. All other errors are bugs. */
function bugReport(error: unknown): string {
  if (error instanceof Error && "syscall" in error) return `modelwright: ${error.message}`;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const where = error instanceof Error ? (error.stack ?? "").split("\n").slice(1, 4).join("\n") : "";
  const details = process.env["MODELWRIGHT_DEBUG"] ? `\n${where}` : " (set MODELWRIGHT_DEBUG=1 to see the stack trace)";
  return `modelwright: This is a bug in Modelwright ${VERSION}. Please report it: ${message}${details}`;
}

void main();
