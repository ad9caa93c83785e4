// Writes the files that users name. The folder may be hostile, so an existing link never determines the target: a link
// is followed inside the working directory and refused otherwise.
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

/** A write that was refused. The message is part of a sentence: "it is a symbolic link …". */
export class WriteRefused extends Error {}

/** A resolved path to write to. */
export interface WriteTarget {
  /** Resolved, without links. */
  readonly path: string;
  /** A pipe or a device, which is opened and written to. Any other target is replaced by renaming. */
  readonly isStream: boolean;
  /** The descriptor of an open file of this process, if the path names one, such as `/dev/stdout`. */
  readonly descriptor?: number;
  /** What exists at the path now. */
  readonly existing: Stats | undefined;
}

/** A text and the absolute path of its file. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** The permissions of the file. Default: those of a new file. */
  readonly mode?: number | undefined;
}

/**
 * Resolves a path to write to. `path` and `root` must be absolute. Links may lead anywhere below `root`; for a path
 * outside of it, anywhere below its own folder. Throws `WriteRefused` for other links, and errors of the file system.
 */
export function writeTarget(path: string, root: string): WriteTarget {
  const scope = realPathOf(isWithin(root, path) ? root : dirname(path));
  const place = join(realPathOf(dirname(path)), basename(path));
  if (!isWithin(scope, place))
    throw new WriteRefused("a folder in its path is a symbolic link that leads out of the working directory");
  const isGit = (real: string) => isGitPath(scope, real) && !path.split(/[\\/]/).includes(".git");
  if (isGit(place)) throw new WriteRefused("a folder in its path is a symbolic link into the `.git` folder");
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
  if (isGit(real)) throw new WriteRefused("it is a symbolic link into the `.git` folder");
  return targetAt(real, existing);
}

const LEADS_OUT = "it is a symbolic link that leads out of the working directory";

/**
 * The descriptor in a path such as `/dev/fd/3`. Reopening such a path may not work (a socket) or may truncate a file,
 * so the descriptor is used directly. https://man7.org/linux/man-pages/man4/fd.4.html
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

/** The real path of a folder whose last components may not exist yet. */
function realPathOf(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(folder) === folder) throw error;
    return join(realPathOf(dirname(folder)), basename(folder));
  }
}

/**
 * Writes files atomically: all texts are on the disk before the first rename, and each rename is atomic. Creates
 * missing folders. Throws `WriteRefused` before anything is written, and errors of the file system.
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

/** Overwrites an existing file and keeps its permissions. Throws `WriteRefused` if the path must not be written. */
export function rewriteFile(path: string, text: string, root: string): void {
  const { path: target, existing } = writeTarget(path, root);
  accessSync(target, constants.W_OK);
  writeFiles([{ path, text, mode: existing && existing.mode & 0o7777 }], root);
}

/** An unpredictable name next to a file. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
}
