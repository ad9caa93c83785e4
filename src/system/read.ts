// Reads text files: only regular ones, because reading a device may never end and reading a pipe blocks, and only below
// a given folder.
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { MAX_MEGABYTES } from "../base/source.ts";
import { isGitPath, isWithin } from "./inside.ts";

const MAX_BYTES = MAX_MEGABYTES * 1024 * 1024;

/** Zero on Windows, where file paths cannot be pipes. */
const NONBLOCK: number = constants.O_NONBLOCK ?? 0;
const NOFOLLOW: number = constants.O_NOFOLLOW ?? 0;

/**
 * The text of a regular UTF-8 file; `undefined` for anything else, and if links lead from the path out of `root` or
 * into a `.git` folder.
 */
export function readText(path: string, root: string): string | undefined {
  const read = readFile(path, root);
  return typeof read === "string" ? read : undefined;
}

/** Why `readText` fails for a path, as the predicate of a sentence about it. */
export function whyUnreadable(path: string, root: string): string {
  const read = readFile(path, root);
  if (typeof read === "string") return "could not be read earlier";
  return read.why;
}

/** The text of an open stream, such as standard input; `undefined` if it is too large or not valid UTF-8. */
export function readStream(descriptor: number): string | undefined {
  try {
    const bytes = readAll(descriptor);
    return bytes === undefined ? undefined : decoded(bytes);
  } catch {
    return undefined;
  }
}

function readFile(path: string, root: string): string | { readonly why: string } {
  let descriptor: number | undefined;
  try {
    const real = realpathSync.native(path);
    const realRoot = realpathSync.native(root);
    if (!isWithin(realRoot, real)) return { why: "is a symbolic link that leads out of the checked folder" };
    if (isGitPath(realRoot, real)) return { why: "is inside a `.git` folder" };
    // Opening a device or a pipe can have side effects, so check before opening. Check again after opening, because the
    // path may have changed.
    const before = kindOf(statSync(real));
    if (before !== "file") return { why: `is ${before}` };
    descriptor = openSync(real, constants.O_RDONLY | NONBLOCK | NOFOLLOW);
    const opened = fstatSync(descriptor);
    if (kindOf(opened) !== "file") return { why: `is ${kindOf(opened)}` };
    const bytes = opened.size > MAX_BYTES ? undefined : readAll(descriptor);
    if (bytes === undefined) return { why: `is larger than ${MAX_MEGABYTES} MB` };
    return decoded(bytes) ?? { why: "is not UTF-8 text" };
  } catch (error) {
    return { why: reasonOf(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** All bytes up to the end, even if the file grows meanwhile; `undefined` if there are too many. */
function readAll(descriptor: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(Math.max(size, 65_536), 1 << 24));
    const count = readChunk(descriptor, chunk);
    if (count === 0) return Buffer.concat(chunks, size);
    chunks.push(chunk.subarray(0, count));
    size += count;
    if (size > MAX_BYTES) return undefined;
  }
}

/** A non-blocking pipe, as a shell may pass it, fails with `EAGAIN` until data arrives. */
function readChunk(descriptor: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, chunk);
    } catch (error) {
      if (codeOf(error) === "EOF") return 0;
      if (codeOf(error) !== "EAGAIN" || fstatSync(descriptor).isFile()) throw error;
      Atomics.wait(PAUSE, 0, 0, 20);
    }
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));

function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function kindOf(stat: ReturnType<typeof fstatSync>): string {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "a folder";
  if (stat.isFIFO()) return "a pipe; use `-` to read standard input";
  return stat.isSocket() ? "a socket" : "a device";
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return "does not exist";
    case "EACCES":
    case "EPERM":
      return "cannot be read: permission denied";
    case "ELOOP":
      return "is a cyclic symbolic link";
    case "ENAMETOOLONG":
      return "has a name that is too long";
    default:
      return "cannot be read";
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
