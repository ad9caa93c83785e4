import { escapeCommands } from "../base/runner-commands.ts";
import { type NewFile, WriteRefused, writeFiles } from "../system/write.ts";
import { reasonOf } from "./reason.ts";
import { type Descriptor, isFile, writeText } from "./streams.ts";

/** Writes a result for people to standard output; a reader that went away, as in `| head`, is not an error. */
export function printResult(text: string): void {
  writeText(1, escapeCommands(text));
}

/** Writes everything that is not a result to standard error. */
export function printNote(text: string): void {
  writeText(2, escapeCommands(text));
}

/** Writes a text whose renderer has escaped what could be obeyed: findings in a format, or JSON. */
export function printRendered(descriptor: Descriptor, text: string): void {
  writeText(descriptor, text);
}

/**
 * Writes data for another program, byte for byte. Only where the log of GitHub Actions may be the reader, what its runner
 * would obey is escaped: a file gets the exact bytes there too.
 */
export function printData(text: string): void {
  const isLog = process.env["GITHUB_ACTIONS"] === "true" && !isFile(1);
  writeText(1, isLog ? escapeCommands(text) : text);
}

/** Writes files below or beside the working folder `root`; what the system or our own rules say when they refuse. */
export function tryToWrite(files: readonly NewFile[], root: string): string | undefined {
  try {
    writeFiles(files, root);
    return undefined;
  } catch (error) {
    return whyNotWritten(error);
  }
}

/** Why something could not be written, as a part of a sentence. Throws what is no reason but a bug. */
export function whyNotWritten(error: unknown): string {
  if (error instanceof WriteRefused) return error.message;
  if (error instanceof Error && "code" in error) return reasonOf(String(error.code), error.message);
  throw error;
}
