// The only way to write files that users name. Anybody may have written the folder, so a link that is already there never
// decides where the text goes: it is followed within the working folder and refused otherwise.
import { randomUUID } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isGitPath, isWithin } from "./inside.ts";
import { makeFolder } from "./make-folder.ts";

/** A path that is not written to. The message is a part of a sentence: "it is a link …". */
export class WriteRefused extends Error {}

/** Where a text goes. */
export interface WriteTarget {
  /** Without links. */
  readonly path: string;
  /** A pipe or a device: it is opened and written to. Everything else is replaced by a rename. */
  readonly isStream: boolean;
  /** The number of an open file of this process, when the path names one, such as `/dev/stdout`. */
  readonly descriptor?: number;
  /** What is there now. */
  readonly existing: Stats | undefined;
}

/** A text and the absolute path of its file. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** The permissions of the file; those of a new file when absent. */
  readonly mode?: number | undefined;
}

/**
 * Decides where a text goes that is to be written to `path`, both absolute. Links may lead anywhere below `root`; of a path
 * outside of it, below the folder that the path names. Throws `WriteRefused` for all others, and what the system throws.
 */
export function writeTarget(path: string, root: string): WriteTarget {
  const scope = realPathOf(isWithin(root, path) ? root : dirname(path));
  const place = join(realPathOf(dirname(path)), basename(path));
  if (!isWithin(scope, place))
    throw new WriteRefused("a folder of its path is a link that leads out of the working folder");
  const isGit = (real: string) => isGitPath(scope, real) && !path.split(/[\\/]/).includes(".git");
  if (isGit(place)) throw new WriteRefused("a folder of its path is a link into the `.git` folder");
  const entry = lstatSync(place, { throwIfNoEntry: false });
  if (entry?.isSymbolicLink() !== true) return targetAt(place, entry);
  const existing = statSync(place, { throwIfNoEntry: false });
  if (existing === undefined) {
    const target = resolve(dirname(place), readlinkSync(place));
    if (!isWithin(scope, realPathOf(dirname(target)))) throw new WriteRefused(LEADS_OUT);
    return writeTarget(target, root);
  }
  const descriptor = descriptorOf(path);
  if (descriptor !== undefined) return { path, isStream: true, existing, descriptor };
  if (!isWithin(root, path) && !existing.isFile()) return { path: place, isStream: true, existing };
  const real = realpathSync.native(place);
  if (!isWithin(scope, real)) throw new WriteRefused(LEADS_OUT);
  if (isGit(real)) throw new WriteRefused("it is a link into the `.git` folder");
  return targetAt(real, existing);
}

const LEADS_OUT = "it is a link that leads out of the working folder";

/**
 * The number of an open file by its name. A name cannot always be opened again: a socket cannot, and a file would be
 * truncated. https://man7.org/linux/man-pages/man4/fd.4.html
 */
function descriptorOf(path: string): number | undefined {
  const name = /^\/(?:dev\/(std(?:in|out|err)|fd\/\d+)|proc\/self\/(fd\/\d+))$/.exec(path);
  const which = name?.[1] ?? name?.[2];
  if (which === undefined) return undefined;
  return which.startsWith("fd/") ? Number(which.slice(3)) : ["stdin", "stdout", "stderr"].indexOf(which);
}

function targetAt(path: string, existing: Stats | undefined): WriteTarget {
  return { path, existing, isStream: existing !== undefined && !existing.isFile() && !existing.isDirectory() };
}

/** The real path of a folder, of which the end may not exist yet. */
function realPathOf(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(folder) === folder) throw error;
    return join(realPathOf(dirname(folder)), basename(folder));
  }
}

/**
 * Writes files, each whole or not at all: all texts are on the disk before the first name changes, and each name changes at
 * once. Folders are made where they are missing. Throws `WriteRefused` before anything is written, and what the system throws.
 */
export function writeFiles(files: readonly NewFile[], root: string): void {
  const staged = files.map(({ path, text, mode }) => {
    const { path: target, isStream, descriptor } = writeTarget(path, root);
    return { target, isStream, descriptor, text, mode, temporary: temporaryName(target) };
  });
  try {
    for (const { target, isStream, text, mode, temporary } of staged) {
      if (isStream) continue;
      makeFolder(dirname(target));
      writeFileSync(temporary, text, { flag: "wx" });
      if (mode !== undefined) chmodSync(temporary, mode);
    }
    for (const { target, isStream, descriptor, text, temporary } of staged) {
      if (isStream) writeFileSync(descriptor ?? target, text);
      else renameSync(temporary, target);
    }
  } finally {
    for (const { isStream, temporary } of staged) if (!isStream) rmSync(temporary, { force: true });
  }
}

/** Writes a file that is there: its permissions stay, and what must not be written is not. */
export function rewriteFile(path: string, text: string, root: string): void {
  const { path: target, existing } = writeTarget(path, root);
  accessSync(target, constants.W_OK);
  writeFiles([{ path, text, mode: existing && existing.mode & 0o7777 }], root);
}

/** A name beside a file that nobody can guess. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
}
