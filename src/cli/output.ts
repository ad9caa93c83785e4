import { type NewFile, WriteRefused, writeFiles } from "../system/write.ts";
import { reasonOf } from "./reason.ts";
import { writeText } from "./streams.ts";

/** Writes results to standard output; a reader that went away, as in `| head`, is not an error. */
export function printResult(text: string): void {
  writeText(1, text);
}

/** Writes everything that is not a result to standard error. */
export function printNote(text: string): void {
  writeText(2, text);
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
