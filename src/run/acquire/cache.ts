// Where what comes from elsewhere is kept: files and code, by what they are, so that every run and process can share them.
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, rename, rm, utimes, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "../../base/result.ts";
import { isPrivate, makePrivateFolder } from "../../system/private-folder.ts";

/** Who holds a lock says so this often … */
const HEARTBEAT_MS = 2000;

/** … and who has been silent for this long has died. */
const STALE_MS = 15_000;

const POLL_MS = 100;

/** Makes the cache folder, and gives the reason why it is not used, as a sentence without its full stop. */
export function cacheProblem(cache: string): string | undefined {
  try {
    const reason = makePrivateFolder(cache);
    const what = "remove it, or let XDG_CACHE_HOME name a folder of your own";
    return reason === undefined ? undefined : `the cache folder is not used, because ${reason}; ${what}`;
  } catch (error) {
    return `the cache cannot be written: ${messageOf(error)}`;
  }
}

/** The bytes of a file of the cache; `undefined` when it is not there, is no regular file, or others can write to it. */
export async function readCached(path: string): Promise<Buffer | undefined> {
  // A pipe is not waited for, and a link is not followed.
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
 * Does some work while no other process does the same, and waits for one that does. The lock only saves work: what is made
 * takes its place in the cache by a rename, whoever else is at it.
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
    // Whoever thought us dead holds it now.
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

/** Writes a small file as a whole, or not at all. */
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
