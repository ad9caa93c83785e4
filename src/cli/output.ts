import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { withoutCommands } from "../base/runner-commands.ts";
import { makeFolder } from "../emit/make-folder.ts";
import { reasonOf } from "./reason.ts";
import { type Descriptor, isFile, writeText } from "./streams.ts";

/** Writes a result for people to standard output; a reader that went away, as in `| head`, is not an error. */
export function printResult(text: string): void {
  writeText(1, withoutCommands(text));
}

/** Writes everything that is not a result to standard error. */
export function printNote(text: string): void {
  writeText(2, withoutCommands(text));
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
  writeText(1, isLog ? withoutCommands(text) : text);
}

/**
 * Writes a whole file or nothing: through a temporary file beside it, and a rename. A link stays a link. Pipes and devices
 * are written in place: a rename would put a file where `/dev/null` was.
 */
export function writeWhole(path: string, text: string, mode?: number): void {
  const target = realPathOf(path);
  if (target === undefined) {
    writeFileSync(path, text);
    return;
  }
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    if (mode !== undefined) chmodSync(temporary, mode);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Where the file is that a path leads to; `undefined` when what stands there is no file, or a link to nothing. */
function realPathOf(path: string): string | undefined {
  const isThere = statSync(path, { throwIfNoEntry: false });
  if (isThere !== undefined) return isThere.isFile() ? realpathSync(path) : undefined;
  return lstatSync(path, { throwIfNoEntry: false }) === undefined ? path : undefined;
}

/** Writes a file that is there: a link stays a link, the mode stays, and what may not be written is not. */
export function rewriteWhole(path: string, text: string): void {
  const target = realpathSync(path);
  accessSync(target, constants.W_OK);
  const { mode } = statSync(target);
  writeWhole(target, text, mode & 0o7777);
}

/** Writes a file, in a new folder if need be; what the system says when it refuses. */
export function tryToWrite(file: string, text: string): string | undefined {
  try {
    makeFolder(dirname(file));
    writeWhole(file, text);
    return undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error) return reasonOf(String(error.code), error.message);
    throw error;
  }
}
