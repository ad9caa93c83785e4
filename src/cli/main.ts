// The command line. Whatever happens, a message for people and an exit code come out. What is asked for most begins at once;
// everything with options goes through `program.ts`.
import { printableLines } from "../base/quote.ts";
import { VERSION } from "../base/version.ts";
import { CommandError, EXIT } from "./exit.ts";
import { sharedOptions } from "./options.ts";
import { printNote, printResult } from "./output.ts";

const NOTHING_ELSE = { fix: false, dryRun: false, baseline: undefined, updateBaseline: false };

async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const [command, ...rest] = given;
  try {
    if ((command === "--version" || command === "-V") && rest.length === 0) printResult(`${VERSION}\n`);
    else if (command === "check" && rest.every(isFile)) {
      const { checkCommand } = await import("./commands/check.ts");
      process.exitCode = await checkCommand(rest, sharedOptions({}), NOTHING_ELSE);
    } else {
      const { runProgram } = await import("./program.ts");
      await runProgram(given);
    }
  } catch (error) {
    const isExpected = error instanceof CommandError;
    // Names of files and what was given come in: nothing in them is obeyed by a terminal.
    printNote(`${printableLines(isExpected ? `modelwright: ${error.message}` : bugReport(error))}\n`);
    process.exitCode = isExpected ? error.code : EXIT.failure;
  }
}

/** A single `-` is standard input. */
function isFile(given: string): boolean {
  return given === "-" || !given.startsWith("-");
}

/** What the file system refuses is said as it is; everything else is a bug, and is called one. */
function bugReport(error: unknown): string {
  if (error instanceof Error && "syscall" in error) return `modelwright: ${error.message}`;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const where = error instanceof Error ? (error.stack ?? "").split("\n").slice(1, 4).join("\n") : "";
  const details = process.env["MODELWRIGHT_DEBUG"] ? `\n${where}` : " (set MODELWRIGHT_DEBUG=1 to see where)";
  return `modelwright: this is a bug of modelwright ${VERSION}, please report it: ${message}${details}`;
}

void main();
