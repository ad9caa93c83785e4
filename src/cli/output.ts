import { escapeCommands } from "../base/runner-commands.ts";
import { type NewFile, WriteRefused, writeFiles } from "../system/write.ts";
import { reasonOf } from "./reason.ts";
import { type Descriptor, isFile, writeText } from "./streams.ts";

/** Writes a result to standard output. A pipe whose reader has exited, as in `| head`, is not an error. */
export function printResult(text: string): void {
  writeText(1, escapeCommands(text));
}

/** Writes a message to standard error. */
export function printNote(text: string): void {
  writeText(2, escapeCommands(text));
}

/** Writes text that its renderer has already escaped: findings in a format, or JSON. */
export function printRendered(descriptor: Descriptor, text: string): void {
  writeText(descriptor, text);
}

/**
 * Writes data for another program, byte for byte. Workflow commands are escaped only in the log of GitHub Actions. A file
 * receives the exact bytes there, too.
 */
export function printData(text: string): void {
  const isLog = process.env["GITHUB_ACTIONS"] === "true" && !isFile(1);
  writeText(1, isLog ? escapeCommands(text) : text);
}

/** Writes files of the working directory `root`. Returns why that failed, as a part of a sentence. */
export function tryToWrite(files: readonly NewFile[], root: string): string | undefined {
  try {
    writeFiles(files, root);
    return undefined;
  } catch (error) {
    return whyNotWritten(error);
  }
}

/** Why something could not be written, as a part of a sentence. An error that is a bug is thrown again. */
export function whyNotWritten(error: unknown): string {
  if (error instanceof WriteRefused) return error.message;
  if (error instanceof Error && "code" in error) return reasonOf(String(error.code), error.message);
  throw error;
}
