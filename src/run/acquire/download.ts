// Brings a file over http into the cache: streamed, hashed on the way, continued where it broke off, tried again with
// patience. In the cache a file stands under its hash, so what a model was given never changes below it.
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { found, problem, type Result } from "../../base/result.ts";
import { isPrivate } from "../../system/private-folder.ts";
import { cacheProblem, readCached, withLock, writeAtomically } from "./cache.ts";
import { type DownloadOutcome, type Get, getFile, type Sink, type Validator } from "./http.ts";

/** What is to be brought, and how. */
export interface Download extends Pick<Get, "url" | "credentials" | "stallMs" | "signal"> {
  /** Whether the url comes from the environment, so that no name in the cache may show a part of it. */
  readonly isSecret?: boolean | undefined;
  /** The cache folder. */
  readonly cache: string;
  /** The wait before the second attempt, in milliseconds; each further one is about twice as long. */
  readonly retryMs: number;
  /** Is told how many bytes are here, and of how many, if the server says so. */
  readonly onProgress: (bytes: number, total: number | undefined) => void;
}

/** A file in the cache. */
export interface CachedFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Attempts in a row that bring nothing. */
const ATTEMPTS = 5;
const LONGEST_DELAY_MS = 20_000;

/**
 * Gives the file of a url, from the cache when the server says that it is the same or cannot be asked. A server that marks
 * its files in no way is asked once. Problems name no part of the url; only an abort of the signal is thrown.
 */
export async function download(request: Download): Promise<Result<CachedFile>> {
  const refused = cacheProblem(request.cache);
  if (refused !== undefined) return problem(refused);
  const key = createHash("sha256").update(request.url).digest("hex");
  const paths = { entry: join(request.cache, "urls", `${key}.json`), parts: join(request.cache, "parts") };
  try {
    for (const folder of ["urls", "parts"]) await mkdir(join(request.cache, folder), { recursive: true });
    return await withLock(`${paths.entry}.lock`, request.signal, async () => {
      const known = await readEntry(request.cache, paths.entry);
      if (known !== undefined && known.validator === undefined) return found(known.file);
      const part = await openPart(paths.parts, key, request.onProgress);
      try {
        const outcome = await getWithRetries(request, part, known?.validator);
        if (outcome.kind === "whole") return found(await moveToCache(request, part, paths.entry));
        const isKnown = outcome.kind === "unchanged" || outcome.retry !== false;
        if (known !== undefined && isKnown) return found(known.file);
        return problem(outcome.kind === "failed" ? outcome.message : "the server says that nothing has changed");
      } finally {
        await part.close();
      }
    });
  } catch (error) {
    request.signal.throwIfAborted();
    const { code, message } = error as NodeJS.ErrnoException;
    return problem(`the cache cannot be written: ${code === "ENOSPC" ? "the disk is full" : message}`);
  }
}

/** A file of the cache with the mark by which its server knows it. */
interface Entry {
  readonly file: CachedFile;
  readonly validator: Validator | undefined;
}

/** What the disk says about a file without reading it; whoever writes to a file changes at least one of the times. */
interface FileState {
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** The file of a url, if it is in the cache and still what was downloaded. Its content is read only if its times changed. */
async function readEntry(cache: string, path: string): Promise<Entry | undefined> {
  const entry = parseEntry((await readCached(path))?.toString());
  if (entry === undefined) return undefined;
  const { sha256, name, validator, state } = entry;
  const file = { path: fileIn(cache, sha256, name), sha256, bytes: state.bytes };
  const now = await stateOf(file.path);
  if (now === undefined || now.bytes !== state.bytes) return undefined;
  if (now.mtimeMs === state.mtimeMs && now.ctimeMs === state.ctimeMs) return { file, validator };
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file.path)) hash.update(chunk as Buffer);
  if (hash.digest("hex") !== sha256) return undefined;
  await writeAtomically(path, JSON.stringify({ ...entry, state: now }));
  return { file, validator };
}

/** A regular file of the cache to which nobody else can write. */
async function stateOf(path: string): Promise<FileState | undefined> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry?.isFile() !== true || !isPrivate(entry)) return undefined;
  return { bytes: entry.size, mtimeMs: entry.mtimeMs, ctimeMs: entry.ctimeMs };
}

/** What is written down about the file of a url. */
interface WrittenEntry {
  readonly sha256: string;
  readonly name: string;
  readonly validator: Validator | undefined;
  readonly state: FileState;
}

function parseEntry(text: string | undefined): WrittenEntry | undefined {
  try {
    const { sha256, name, validator, state } = JSON.parse(text ?? "");
    const isPlace = /^[0-9a-f]{64}$/.test(String(sha256)) && SAFE_NAME.test(String(name));
    return isPlace && typeof state === "object" ? { sha256, name, validator, state } : undefined;
  } catch {
    return undefined;
  }
}

function fileIn(cache: string, sha256: string, name: string): string {
  return join(cache, "files", sha256, name);
}

/** Only letters that every system takes, and no name of a folder. */
const SAFE_NAME = /^(?=.*[^.])[\w.+-]{1,100}$/;

/** Ends of names that say what a file is; what is longer may say more. */
const ENDING = /(?:\.[a-z\d]{1,4})?\.(?:[a-z\d]{1,5}|joblib|pickle|tflite|parquet|mlmodel|safetensors)$/i;

/** The last part of the url's path, since code looks at the ends of names; only letters that every system takes. */
function nameOf({ url, isSecret = false }: Download): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  if (isSecret) return `file${ENDING.exec(last)?.[0] ?? ""}`;
  const name = last.replace(/%[0-9a-f]{2}|[^\w.+-]/gi, "_").slice(-100);
  return SAFE_NAME.test(name) ? name : "file";
}

/** Tries again as long as it helps, and goes on where the last attempt ended. */
async function getWithRetries(request: Download, part: Part, known: Validator | undefined): Promise<DownloadOutcome> {
  let failedAttempts = 0;
  // Only what was never here before is progress: a server may send the same beginning again and again.
  let most = part.bytes();
  for (;;) {
    const outcome = checkLength(await getFile({ ...request, want: wantOf(part, known) }, part), part);
    if (outcome.kind !== "failed" || !outcome.retry) return outcome;
    failedAttempts = part.bytes() > most ? 1 : failedAttempts + 1;
    most = Math.max(most, part.bytes());
    if (outcome.retry === "anew") await part.reset();
    if (failedAttempts >= ATTEMPTS) return outcome;
    const delay = outcome.afterMs ?? request.retryMs * 2 ** (failedAttempts - 1) * (0.5 + Math.random() / 2);
    await wait(Math.min(delay, LONGEST_DELAY_MS), undefined, { signal: request.signal });
  }
}

function wantOf(part: Part, known: Validator | undefined): Get["want"] {
  const validator = part.validator();
  if (part.bytes() > 0 && validator !== undefined) return { kind: "rest", from: part.bytes(), validator };
  return known === undefined ? { kind: "whole" } : { kind: "changes", validator: known };
}

/** A whole answer with another number of bytes than the server has said is none. */
function checkLength(outcome: DownloadOutcome, part: Part): DownloadOutcome {
  const [bytes, total] = [part.bytes(), part.total()];
  if (outcome.kind !== "whole" || total === undefined || bytes === total) return outcome;
  return { kind: "failed", message: `the server sent ${bytes} bytes and had said ${total}`, retry: "anew" };
}

/** Gives the file its place under its hash; another process may have been quicker. */
async function moveToCache(request: Download, part: Part, entry: string): Promise<CachedFile> {
  const [sha256, bytes, name] = [part.sha256(), part.bytes(), nameOf(request)];
  const path = fileIn(request.cache, sha256, name);
  await mkdir(join(request.cache, "files", sha256), { recursive: true });
  await part.moveTo(path);
  const state = await stateOf(path);
  if (state !== undefined)
    await writeAtomically(entry, JSON.stringify({ sha256, name, validator: part.validator(), state }));
  return { path, sha256, bytes };
}

/** The beginning of a file. Its name is only ours, so that nobody else writes to it. */
interface Part extends Sink {
  readonly bytes: () => number;
  readonly total: () => number | undefined;
  readonly validator: () => Validator | undefined;
  readonly sha256: () => string;
  readonly reset: () => Promise<void>;
  readonly moveTo: (path: string) => Promise<void>;
  /** What can be continued stays for the next one. */
  readonly close: () => Promise<void>;
}

/** Opens a part of our own, which goes on with what somebody else has left behind. */
async function openPart(folder: string, key: string, onProgress: Download["onProgress"]): Promise<Part> {
  const path = join(folder, `${key}-${randomUUID()}.part`);
  let validator = await claimPart(folder, key, path);
  let total: number | undefined;
  let hash = createHash("sha256");
  const file = await open(path, "a+", 0o600);
  let isKept = false;
  let bytes = validator === undefined ? 0 : (await file.stat()).size;
  await file.truncate(bytes);
  if (bytes > 0) for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);

  const reset = async (): Promise<void> => {
    await file.truncate(0);
    hash = createHash("sha256");
    bytes = 0;
  };
  return {
    bytes: () => bytes,
    total: () => total,
    validator: () => validator,
    sha256: () => hash.digest("hex"),
    begin: async (from, expected, mark) => {
      if (from !== bytes) await reset();
      [total, validator] = [expected, mark];
      if (mark !== undefined) await writeAtomically(validatorPath(path), JSON.stringify(mark));
      onProgress(bytes, total);
    },
    write: async (chunk) => {
      await file.appendFile(chunk);
      hash.update(chunk);
      bytes += chunk.length;
      onProgress(bytes, total);
    },
    reset,
    moveTo: async (place) => {
      await rename(path, place);
      isKept = true;
    },
    close: async () => {
      await file.close();
      if (!isKept && validator !== undefined && bytes > 0) return;
      await rm(path, { force: true });
      await rm(validatorPath(path), { force: true });
    },
  };
}

const validatorPath = (part: string): string => part.replace(/part$/, "json");

/** Makes a part that somebody has left behind ours, and gives the mark of what it is the beginning of. */
async function claimPart(folder: string, key: string, path: string): Promise<Validator | undefined> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${key}-`) || !name.endsWith(".part")) continue;
    try {
      const isFile = (await lstat(join(folder, name))).isFile();
      if (!isFile) continue;
      await rename(join(folder, name), path);
      const mark = JSON.parse(String(await readCached(validatorPath(join(folder, name)))));
      await rename(validatorPath(join(folder, name)), validatorPath(path));
      return { header: mark.header === "etag" ? "etag" : "last-modified", value: String(mark.value) };
    } catch {
      // Somebody else was quicker, or it had hardly begun.
    }
  }
  return undefined;
}
