import { renameSync, rmSync, writeFileSync } from "node:fs";

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

/** Lets a closed pipe end the output in silence instead of a stack trace. */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
