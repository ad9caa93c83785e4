// Folders that only the user can write to. Code in them is run later, so no one else may add files.
import { chmodSync, lstatSync, mkdirSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "./make-folder.ts";

/** Permission bits that let others write. */
const WRITABLE_BY_OTHERS = 0o022;
/** Permission bits that give others access. */
const OPEN_TO_OTHERS = 0o077;
/** The sticky bit: everyone may write, but only rename and remove their own files. */
const STICKY = 0o1000;

/** Whether a file or folder belongs to the user of this process and no one else can write to it. */
export function isPrivate({ uid, mode }: Pick<Stats, "uid" | "mode">): boolean {
  return isOwn({ uid }) && (mode & WRITABLE_BY_OTHERS) === 0;
}

/** Always true on systems without user ids. */
function isOwn({ uid }: Pick<Stats, "uid">): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

/**
 * Creates a folder that only the user can access, or verifies an existing one. Returns the reason why it cannot be
 * used, as part of a sentence; `undefined` if it can. Throws errors of the file system.
 */
export function makePrivateFolder(path: string): string | undefined {
  makeFolder(dirname(path));
  const parent = statSync(dirname(path));
  if ((parent.mode & 0o002) !== 0 && (parent.mode & STICKY) === 0) return "every user can replace it";
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  // A link is only trusted if the user created it.
  if (!isOwn(lstatSync(path))) return "it belongs to another user";
  const folder = statSync(path);
  if (!folder.isDirectory()) return "it is not a folder";
  if (!isOwn(folder)) return "it belongs to another user";
  if ((folder.mode & WRITABLE_BY_OTHERS) !== 0) return "other users can write to it";
  if ((folder.mode & OPEN_TO_OTHERS) !== 0) chmodSync(path, 0o700);
  return undefined;
}
