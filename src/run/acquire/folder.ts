// Downloads a folder into the cache. Each file is a download of its own, so it is resumed, hashed and kept like any other. The folder
// consists of links to these files and is stored under the hash of its paths and contents.
import { createHash, randomUUID } from "node:crypto";
import { link, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { compareText } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import { found, messageOf, problem, type Result } from "../../base/result.ts";
import type { Failed, ListedFile, StoredFolder } from "../storage/driver.ts";
import { cacheProblem, readCached, withLock, writeAtomically } from "./cache.ts";
import { type CachedFile, changed, type Download, download, hashOf, NOT_CACHED } from "./download.ts";
import { withSilenceLimit } from "./silence.ts";

/** A folder to download. Its URL ends with `/`. */
export interface FolderDownload extends Omit<Download, "open"> {
  readonly storage: StoredFolder;
}

/** The maximum number of files of a folder. */
export const MAX_FILES = 200_000;

/** How many files are downloaded at the same time. */
const AT_ONCE = 4;

/** How many times a list is asked for. */
const ATTEMPTS = 3;

/** The limits of file systems, in bytes. */
const MAX_NAME = 255;
const MAX_PATH = 3000;

/**
 * Returns the path of a folder. If the server cannot be reached, the folder of the last download is used. Messages contain only
 * paths below the folder. Only the reason of the signal is thrown.
 */
export async function downloadFolder(request: FolderDownload): Promise<Result<string>> {
  const refused = cacheProblem(request.cache);
  if (refused !== undefined) return problem(refused);
  const entry = join(request.cache, "urls", `${createHash("sha256").update(request.url).digest("hex")}.json`);
  try {
    for (const folder of ["urls", "folders"]) await mkdir(join(request.cache, folder), { recursive: true });
    return await withLock(`${entry}.lock`, request.signal, async () => {
      const { expected, offline = false } = request;
      const locked = expected && join(request.cache, "folders", expected.sha256);
      if (locked !== undefined && (await hashOfFolder(locked)) === expected?.sha256) return found(locked);
      if (offline) {
        const known = expected === undefined ? await knownFolder(request.cache, entry) : undefined;
        return known === undefined ? problem(NOT_CACHED) : found(known);
      }
      const listed = await listFiles(request);
      if (listed.kind === "failed") {
        const mayUse = listed.retry !== false && expected === undefined;
        const known = mayUse ? await knownFolder(request.cache, entry) : undefined;
        return known === undefined ? problem(listed.message) : found(known);
      }
      const reason = listProblem(listed.files);
      if (reason !== undefined) return problem(reason);
      const files = await downloadFiles(request, listed.files);
      if (files.kind === "problem") return files;
      const folder = await linkFiles(request, files.value);
      if (folder.kind === "value" && expected !== undefined && folder.value !== locked) {
        const bytes = files.value.reduce((sum, { file }) => sum + file.bytes, 0);
        return problem(changed(expected, { sha256: basename(folder.value), bytes }, "folder"));
      }
      if (folder.kind === "value") await writeAtomically(entry, JSON.stringify({ folder: folder.value }));
      return folder;
    });
  } catch (error) {
    request.signal.throwIfAborted();
    return problem(`the cache cannot be written: ${messageOf(error)}`);
  }
}

type Listed = { readonly kind: "listed"; readonly files: readonly ListedFile[] } | Failed;

/** The files of the folder, sorted. Object stores mark folders with empty files whose names end with `/`; they are left out. */
async function listFiles({ storage, stallMs, retryMs, signal: outer }: FolderDownload): Promise<Listed> {
  for (let attempt = 1; ; attempt++) {
    const listed = await withSilenceLimit(stallMs, outer, async (signal, heard): Promise<Listed> => {
      const files: ListedFile[] = [];
      for await (const file of storage.list(signal)) {
        heard();
        if (file.path !== "" && !file.path.endsWith("/")) files.push(file);
        if (files.length > MAX_FILES)
          return { kind: "failed", message: `it has more than ${MAX_FILES} files`, retry: false };
      }
      return { kind: "listed", files: files.sort((a, b) => compareText(a.path, b.path)) };
    });
    if (listed.kind !== "failed" || listed.retry === false || attempt === ATTEMPTS) return listed;
    await wait(listed.afterMs ?? retryMs * 2 ** attempt, undefined, { signal: outer });
  }
}

/** Why a folder with these files cannot be created. Paths come from the server, so they must not leave the folder. */
function listProblem(files: readonly ListedFile[]): string | undefined {
  if (files.length === 0) return "it has no files";
  for (const { path } of files) {
    const parts = path.split("/");
    const isUnsafe = parts.some((part) => part === "" || part === "." || part === ".." || part.includes("\0"));
    if (isUnsafe) return `its file ${quote(path)} has a path that a folder cannot contain`;
    if (Buffer.byteLength(path) > MAX_PATH || parts.some((part) => Buffer.byteLength(part) > MAX_NAME))
      return `its file ${quote(`${path.slice(0, 60)}…`)} has a path that is too long`;
  }
  return undefined;
}

interface FolderFile {
  readonly path: string;
  readonly file: CachedFile;
}

/** Downloads all files. The first problem ends it. */
async function downloadFiles(
  request: FolderDownload,
  files: readonly ListedFile[],
): Promise<Result<readonly FolderFile[]>> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const received = new Map<string, number>();
  let bytes = 0;
  const downloaded: FolderFile[] = [];
  let failed: Result<never> | undefined;
  const waiting = files.values();
  // All lanes share one iterator, so each file is downloaded once.
  const lane = async (): Promise<void> => {
    for (const { path } of waiting) {
      if (failed !== undefined) return;
      const onProgress = (now: number): void => {
        bytes += now - (received.get(path) ?? 0);
        received.set(path, now);
        request.onProgress(bytes, total);
      };
      const file = await download({
        ...request,
        url: request.url + path,
        expected: undefined,
        open: request.storage.open(path),
        onProgress,
      });
      if (file.kind === "value") downloaded.push({ path, file: file.value });
      else failed ??= problem(`its file ${quote(path)}: ${file.message}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return failed ?? found(downloaded.sort((a, b) => compareText(a.path, b.path)));
}

/** The hash of a folder, by the paths and hashes of its files in order. */
function folderHash(files: readonly (readonly [path: string, sha256: string])[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(JSON.stringify(file));
  return hash.digest("hex");
}

/** The hash of a folder on this machine, from the content of its files; `undefined` if it does not exist. */
async function hashOfFolder(folder: string): Promise<string | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  const files = entries?.filter((entry) => !entry.isDirectory()) ?? [];
  // A link could lead anywhere.
  if (files.length === 0 || files.some((entry) => !entry.isFile())) return undefined;
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  const named = paths.map((path) => [path.slice(folder.length + 1), path] as const);
  const hashes: [string, string][] = [];
  for (const [name, path] of named.sort(([a], [b]) => compareText(a, b))) hashes.push([name, await hashOf(path)]);
  return folderHash(hashes);
}

/** Creates the folder, if it does not exist or has been changed. */
async function linkFiles({ cache, signal }: FolderDownload, files: readonly FolderFile[]): Promise<Result<string>> {
  const folder = join(cache, "folders", folderHash(files.map(({ path, file }) => [path, file.sha256])));
  if (await isComplete(folder, files)) return found(folder);
  const temporary = `${folder}.${randomUUID()}.tmp`;
  try {
    for (const { path, file } of files) {
      signal.throwIfAborted();
      const place = join(temporary, path);
      try {
        await mkdir(dirname(place), { recursive: true, mode: 0o700 });
        await link(file.path, place);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== "EEXIST" && code !== "ENOTDIR") throw error;
        return problem(`its file ${quote(path)} has the same path as another of its files or folders on this machine`);
      }
    }
    // An earlier folder that was changed stays where models may still use it, under another name.
    await rename(folder, `${folder}.${randomUUID()}.old`).catch(() => {});
    await rename(temporary, folder);
    return found(folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Whether each path of a folder is still a link to its verified file. */
async function isComplete(folder: string, files: readonly FolderFile[]): Promise<boolean> {
  for (const { path, file } of files) {
    const [entry, cached] = await Promise.all([stat(join(folder, path)).catch(() => undefined), stat(file.path)]);
    if (entry?.ino !== cached.ino || entry.dev !== cached.dev) return false;
  }
  return true;
}

async function knownFolder(cache: string, entry: string): Promise<string | undefined> {
  try {
    const { folder } = JSON.parse(String(await readCached(entry)));
    const isOurs =
      typeof folder === "string" && /^[0-9a-f]{64}$/.test(folder.slice(join(cache, "folders", "x").length - 1));
    return isOurs && (await stat(folder)).isDirectory() ? folder : undefined;
  } catch {
    return undefined;
  }
}
