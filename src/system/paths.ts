// Tests on paths of this machine.
import { access, constants, stat } from "node:fs/promises";

/** Whether a path is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** Why a path cannot be read, as the end of a sentence; `undefined` if it can. */
export async function whyUnreadable(path: string): Promise<string | undefined> {
  try {
    await stat(path);
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
    return code === "EACCES" ? "cannot be read: permission denied" : `cannot be read (${code})`;
  }
}
