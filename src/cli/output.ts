import { renameSync, rmSync, writeFileSync } from "node:fs";
import { EXIT } from "./exit.ts";

/** Writes results to standard output; a reader that went away, as in `| head`, is not an error. */
export function printResult(text: string): void {
  process.stdout.write(text);
}

/** Writes everything that is not a result to standard error. */
export function printNote(text: string): void {
  process.stderr.write(text);
}

/** Writes a whole file or nothing: through a temporary file beside it, and a rename. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Why the file system refuses something, in words. */
export function reasonOf(code: string, message: string): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "that is not allowed here";
    case "EISDIR":
      return "it is a folder";
    case "ENOTDIR":
    case "EEXIST":
      return "a part of its path is a file and no folder";
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full";
    case "ENAMETOOLONG":
      return "its name is too long";
    default:
      return message;
  }
}

/** Lets a closed pipe end the output in silence; whatever else goes wrong with it is said, and fails. */
export function watchStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") return;
      const reason = reasonOf(String(error.code), error.message);
      if (stream === process.stdout) printNote(`modelwright: Standard output cannot be written: ${reason}.\n`);
      process.exit(EXIT.failure);
    });
  }
}
