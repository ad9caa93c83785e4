// Downloads a file into the cache. The file is streamed and hashed; an interrupted download is resumed and retried.
// A file is stored under its hash, so the path that a model got never changes its content.
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { LOCK_NAME, type LockedFile } from "../../base/lock-file.ts";
import { found, problem, type Result } from "../../base/result.ts";
import { isPrivate } from "../../system/private-folder.ts";
import type { OpenFile, Validator, Want } from "../storage/driver.ts";
import { type DownloadOutcome, getFile, type Sink } from "./attempt.ts";
import { cacheProblem, readCached, withLock, writeAtomically } from "./cache.ts";
import { inParallel } from "./parallel.ts";

/** A file to download. */
export interface Download {
  /** The key of the file in the cache. */
  readonly url: string;
  /** Asks the server for the file. */
  readonly open: OpenFile;
  /** How long the server may send nothing, in milliseconds. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
  /** Whether the URL comes from the environment. No name in the cache may then contain a part of it. */
  readonly isSecret?: boolean | undefined;
  /** The cache folder. */
  readonly cache: string;
  /** The file that the lock file records. It is taken from the cache without asking the server, and any other file is a problem. */
  readonly expected?: LockedFile | undefined;
  /** Whether only the cache may be used. */
  readonly offline?: boolean | undefined;
  /** The delay before the second attempt, in milliseconds. It roughly doubles for each further attempt. */
  readonly retryMs: number;
  /** Called with the number of bytes received, and the total if the server sent it. */
  readonly onProgress: (bytes: number, total: number | undefined) => void;
}

/** A file in the cache. */
export interface CachedFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** The maximum number of consecutive attempts without progress. */
const ATTEMPTS = 5;
const LONGEST_DELAY_MS = 20_000;

/**
 * Returns the file of a URL. The cached file is used if the server reports that it is unchanged, or if the server cannot be
 * reached. If the server sent neither an ETag nor a modification time, the file is downloaded only once. Messages do not
 * contain the URL. Only the reason of the signal is thrown.
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
      const { expected, offline = false } = request;
      const cached = expected && (isExpected(known?.file, expected) ? known?.file : await findFile(request, expected));
      if (cached !== undefined) return found(cached);
      if (offline) return known === undefined || expected !== undefined ? problem(NOT_CACHED) : found(known.file);
      if (known !== undefined && known.validator === undefined && expected === undefined) return found(known.file);
      const part = await openPart(paths.parts, key, request.onProgress);
      try {
        const outcome = await getWithRetries(request, part, expected === undefined ? known?.validator : undefined);
        if (outcome.kind === "whole" && expected !== undefined && !isExpected(fileOf(part), expected))
          return problem(changed(expected, fileOf(part)));
        if (outcome.kind === "whole") return found(await moveToCache(request, part, paths.entry));
        if (expected !== undefined && outcome.kind === "failed") return problem(outcome.message);
        const isKnown = outcome.kind === "unchanged" || outcome.retry !== false;
        if (known !== undefined && isKnown) return found(known.file);
        return problem(
          outcome.kind === "failed"
            ? outcome.message
            : "the server reports that the file is unchanged, but the cache does not have it",
        );
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

/** The content of a file. */
type FileContent = Pick<CachedFile, "sha256" | "bytes">;

/** Why nothing can be used with the option `offline`. */
export const NOT_CACHED = "it is not in the cache, and `--offline` does not allow a download";

function fileOf(part: Part): FileContent {
  return { sha256: part.sha256(), bytes: part.bytes() };
}

function isExpected(file: FileContent | undefined, expected: LockedFile): boolean {
  return file?.sha256 === expected.sha256 && file.bytes === expected.bytes;
}

/** Why a file or folder is not the one that the lock file records. */
export function changed(
  expected: LockedFile,
  { sha256, bytes }: FileContent,
  what: "file" | "folder" = "file",
): string {
  const [before, now] = [
    { sha256: expected.sha256, bytes: expected.bytes },
    { sha256, bytes },
  ].map((file) => `sha256 ${file.sha256} (${file.bytes} bytes)`);
  return `the ${what} has changed: \`${LOCK_NAME}\` records ${before}, but the server sent ${now}; if the new ${what} is wanted, run \`modelwright lock --update\``;
}

/** The file with this content, if the cache has it, whichever URL it came from. */
async function findFile(request: Download, { sha256, bytes }: LockedFile): Promise<CachedFile | undefined> {
  const path = fileIn(request.cache, sha256, nameOf(request));
  const state = await stateOf(path);
  return state?.bytes === bytes && (await hashOf(path)) === sha256 ? { path, sha256, bytes } : undefined;
}

/** A file in the cache with the validator of its server. */
interface Entry {
  readonly file: CachedFile;
  readonly validator: Validator | undefined;
}

/** The size and times of a file. Writing to a file changes at least one of them. */
interface FileState {
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** The cached file of a URL if it is unchanged since the download. Its content is read only if its times have changed. */
async function readEntry(cache: string, path: string): Promise<Entry | undefined> {
  const entry = parseEntry((await readCached(path))?.toString());
  if (entry === undefined) return undefined;
  const { sha256, name, validator, state } = entry;
  const file = { path: fileIn(cache, sha256, name), sha256, bytes: state.bytes };
  const now = await stateOf(file.path);
  if (now === undefined || now.bytes !== state.bytes) return undefined;
  if (now.mtimeMs === state.mtimeMs && now.ctimeMs === state.ctimeMs) return { file, validator };
  if ((await hashOf(file.path)) !== sha256) return undefined;
  await writeAtomically(path, JSON.stringify({ ...entry, state: now }));
  return { file, validator };
}

/** The SHA-256 of a file on this machine. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** The state of a regular file to which no other user can write. */
async function stateOf(path: string): Promise<FileState | undefined> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry?.isFile() !== true || !isPrivate(entry)) return undefined;
  return { bytes: entry.size, mtimeMs: entry.mtimeMs, ctimeMs: entry.ctimeMs };
}

/** The JSON data about a cached file. */
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

/** Only characters that every file system supports, and neither `.` nor `..`. */
const SAFE_NAME = /^(?=.*[^.])[\w.+-]{1,100}$/;

/** Common suffixes of file names. A longer suffix may contain a secret. */
const ENDING = /(?:\.[a-z\d]{1,4})?\.(?:[a-z\d]{1,5}|joblib|pickle|tflite|parquet|mlmodel|safetensors)$/i;

/** The last part of the path of the URL, because code may check the suffix of a file. */
function nameOf({ url, isSecret = false }: Download): string {
  const last = (URL.canParse(url) ? new URL(url).pathname : "").split("/").at(-1) ?? "";
  if (isSecret) return `file${ENDING.exec(last)?.[0] ?? ""}`;
  const name = last.replace(/%[0-9a-f]{2}|[^\w.+-]/gi, "_").slice(-100);
  return SAFE_NAME.test(name) ? name : "file";
}

/** Retries as long as it makes progress, and resumes where the last attempt ended. */
async function getWithRetries(request: Download, part: Part, known: Validator | undefined): Promise<DownloadOutcome> {
  const open = inParallel(request.open);
  let failedAttempts = 0;
  // Only bytes beyond the previous maximum are progress: a server may send the same beginning repeatedly.
  let mostBytes = part.bytes();
  for (;;) {
    const outcome = checkLength(await getFile({ ...request, open, want: wantOf(part, known) }, part), part);
    if (outcome.kind !== "failed" || !outcome.retry) return outcome;
    failedAttempts = part.bytes() > mostBytes ? 1 : failedAttempts + 1;
    mostBytes = Math.max(mostBytes, part.bytes());
    if (outcome.retry === "from-start") await part.reset();
    if (failedAttempts >= ATTEMPTS) return outcome;
    const delay = outcome.afterMs ?? request.retryMs * 2 ** (failedAttempts - 1) * (0.5 + Math.random() / 2);
    await wait(Math.min(delay, LONGEST_DELAY_MS), undefined, { signal: request.signal });
  }
}

function wantOf(part: Part, known: Validator | undefined): Want {
  const validator = part.validator();
  if (part.bytes() > 0 && validator !== undefined) return { kind: "rest", from: part.bytes(), validator };
  return known === undefined ? { kind: "whole" } : { kind: "changes", validator: known };
}

/** A complete response fails if its size differs from the size that the server announced. */
function checkLength(outcome: DownloadOutcome, part: Part): DownloadOutcome {
  const [bytes, total] = [part.bytes(), part.total()];
  if (outcome.kind !== "whole" || total === undefined || bytes === total) return outcome;
  return {
    kind: "failed",
    message: `the server sent ${bytes} bytes instead of the announced ${total}`,
    retry: "from-start",
  };
}

/** Moves the file to the path of its hash, and writes its entry. */
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

/** A partial download. Its random name ensures that no other process writes to it. */
interface Part extends Sink {
  readonly bytes: () => number;
  readonly total: () => number | undefined;
  readonly validator: () => Validator | undefined;
  readonly sha256: () => string;
  readonly reset: () => Promise<void>;
  readonly moveTo: (path: string) => Promise<void>;
  /** Closes the file, and keeps it if the download can be resumed later. */
  readonly close: () => Promise<void>;
}

/** Opens a partial download. It continues one that an earlier process left, if there is one. */
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
    sha256: () => hash.copy().digest("hex"),
    begin: async (from, expected, announced) => {
      if (from !== bytes) await reset();
      [total, validator] = [expected, announced];
      if (announced !== undefined) await writeAtomically(validatorPath(path), JSON.stringify(announced));
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

/** Renames a partial download of an earlier process to `path`, and returns its validator. */
async function claimPart(folder: string, key: string, path: string): Promise<Validator | undefined> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${key}-`) || !name.endsWith(".part")) continue;
    try {
      const isFile = (await lstat(join(folder, name))).isFile();
      if (!isFile) continue;
      await rename(join(folder, name), path);
      const validator = JSON.parse(String(await readCached(validatorPath(join(folder, name)))));
      await rename(validatorPath(join(folder, name)), validatorPath(path));
      return { header: validator.header === "etag" ? "etag" : "last-modified", value: String(validator.value) };
    } catch {
      // Another process was faster, or the validator was not written yet.
    }
  }
  return undefined;
}
