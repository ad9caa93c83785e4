// The cache of fetched files and code, which all runs and processes share.
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, rename, rm, utimes, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "../../base/result.ts";
import { isPrivate, makePrivateFolder } from "../../system/private-folder.ts";

/** How often the holder of a lock updates its modification time. */
const HEARTBEAT_MS = 2000;

/** A lock that was not updated for this long belongs to a process that has ended. */
const STALE_MS = 15_000;

const POLL_MS = 100;

/** Creates the cache folder, and returns the reason if it cannot be used. */
export function cacheProblem(cache: string): string | undefined {
  try {
    const reason = makePrivateFolder(cache);
    const hint = "remove it, or set XDG_CACHE_HOME to a folder of your own";
    return reason === undefined ? undefined : `the cache folder cannot be used because ${reason}; ${hint}`;
  } catch (error) {
    return `the cache cannot be written: ${messageOf(error)}`;
  }
}

/** The bytes of a file in the cache; `undefined` if it does not exist, is not a regular file, or others can write to it. */
export async function readCached(path: string): Promise<Buffer | undefined> {
  // Do not wait for a pipe, and do not follow a link.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const file = await open(path, flags).catch(() => undefined);
  try {
    const entry = await file?.stat();
    return entry?.isFile() === true && isPrivate(entry) ? await file?.readFile() : undefined;
  } finally {
    await file?.close();
  }
}

/**
 * Runs work while no other process holds the same lock. The lock only avoids duplicate work: entries are renamed into the
 * cache atomically, so two processes at the same time are safe.
 */
export async function withLock<Value>(path: string, signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
  const token = randomUUID();
  while (!(await tryLock(path, token))) {
    if (await isStale(path)) await rm(path, { force: true });
    else await wait(POLL_MS, undefined, { signal });
  }
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    // Another process may have taken over the lock.
    if ((await readCached(path))?.toString() === token) await rm(path, { force: true });
  }
}

async function tryLock(path: string, token: string): Promise<boolean> {
  try {
    await writeFile(path, token, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  const entry = await lstat(path).catch(() => undefined);
  return entry !== undefined && Date.now() - entry.mtimeMs > STALE_MS;
}

/** Writes a small file atomically. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { flag: "wx", mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
