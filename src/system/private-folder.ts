// Folders that belong to the user alone: what they hold is run later, so nobody else may put anything there.
import { chmodSync, lstatSync, mkdirSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "./make-folder.ts";

/** Permissions that let others write. */
const WRITABLE_BY_OTHERS = 0o022;
/** Permissions that let others in. */
const OPEN_TO_OTHERS = 0o077;
/** Everybody may write, but only rename and remove what is theirs. */
const STICKY = 0o1000;

/** Whether a file or folder belongs to the user of this process, and nobody else can write to it. */
export function isPrivate({ uid, mode }: Pick<Stats, "uid" | "mode">): boolean {
  return isOwn({ uid }) && (mode & WRITABLE_BY_OTHERS) === 0;
}

/** Systems without users have nobody else. */
function isOwn({ uid }: Pick<Stats, "uid">): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

/**
 * Makes a folder that only the user can enter, or makes sure that it is one. Gives the reason why it cannot be used, as a part
 * of a sentence: somebody else may have put something there. Throws what the file system throws.
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
  // A link counts as the user's word only if the user made it.
  if (!isOwn(lstatSync(path))) return "it belongs to another user";
  const folder = statSync(path);
  if (!folder.isDirectory()) return "it is not a folder";
  if (!isOwn(folder)) return "it belongs to another user";
  if ((folder.mode & WRITABLE_BY_OTHERS) !== 0) return "other users can write to it";
  if ((folder.mode & OPEN_TO_OTHERS) !== 0) chmodSync(path, 0o700);
  return undefined;
}
