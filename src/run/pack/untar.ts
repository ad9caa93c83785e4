// Reads tar files that anyone may have made. Only regular files and folders are accepted, and only names that stay inside a folder.
import type { Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { quote } from "../../base/quote.ts";
import { type AddName, isInnerPath } from "./names.ts";
import { PackProblem } from "./problem.ts";

/** A part of an open file. */
export interface Region {
  readonly file: FileHandle;
  readonly offset: number;
  readonly size: number;
}

/** A regular file in an archive. */
export interface TarEntry {
  readonly name: string;
  readonly isExecutable: boolean;
  readonly bytes: number;
  /** The offset of its content in the file that contains the archive. */
  readonly offset: number;
  /** The content, in order. What is not read is skipped. */
  readonly content: () => AsyncGenerator<Buffer>;
}

const BLOCK = 512;
const CHUNK = 1 << 20;

/** The largest pax header. */
const MAX_PAX = 64 * 1024;

/**
 * The files of an archive, in order. `shown` is the name of the archive in messages. `addName` checks that names are unique. `hash`, if
 * there is one, receives every byte of the region. Throws a `PackProblem` for anything but a well-formed archive of regular files.
 */
export async function* tarEntries(
  region: Region,
  shown: string,
  addName: AddName,
  hash?: Hash,
): AsyncGenerator<TarEntry> {
  const fail = (reason: string) => new PackProblem(`${shown} ${reason}`);
  const end = region.offset + region.size;
  let position = region.offset;
  const read = async (length: number): Promise<Buffer> => {
    const chunk = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; ) {
      const { bytesRead } =
        position + length > end ? { bytesRead: 0 } : await region.file.read(chunk, at, length - at, position + at);
      if (bytesRead === 0) throw fail("ends in the middle of a file");
      at += bytesRead;
    }
    position += length;
    hash?.update(chunk);
    return chunk;
  };
  /** Without a hash, the bytes do not have to be read. */
  const skipTo = async (target: number): Promise<void> => {
    if (target > end) throw fail("ends in the middle of a file");
    if (hash === undefined) position = target;
    while (position < target) await read(Math.min(CHUNK, target - position));
  };

  let pax: ReadonlyMap<string, string> = new Map();
  while (position + BLOCK <= end) {
    const header = parseHeader(await read(BLOCK), fail);
    if (header === undefined) break;
    const { type } = header;
    if (type === "x") {
      if (header.size > MAX_PAX) throw fail("has a header that is too large");
      const contentEnd = position + padded(header.size);
      pax = parsePax(await read(header.size), fail);
      await skipTo(contentEnd);
      continue;
    }
    const name = pax.get("path") ?? header.name;
    const bytes = pax.has("size") ? Number(pax.get("size")) : header.size;
    pax = new Map();
    if (type !== "0" && type !== "5")
      throw fail(
        `contains ${quote(name)}, which is ${KINDS[type] ?? "of an unknown kind"}; only regular files are allowed`,
      );
    const path = type === "5" ? name.replace(/\/$/, "") : name;
    if (!(type === "5" && path === ".") && !isInnerPath(path))
      throw fail(`contains the path ${quote(name)}, which is not allowed`);
    if (!Number.isSafeInteger(bytes) || bytes < 0 || position + bytes > end) throw fail("ends in the middle of a file");
    const offset = position;
    const next = offset + padded(bytes);
    if (type === "0") {
      const reason = addName(path);
      if (reason !== undefined) throw fail(reason);
      const content = async function* (): AsyncGenerator<Buffer> {
        while (position < offset + bytes) yield await read(Math.min(CHUNK, offset + bytes - position));
      };
      yield { name: path, isExecutable: (header.mode & 0o100) !== 0, bytes, offset, content };
    }
    await skipTo(next);
  }
  await skipTo(end);
}

const KINDS: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a device",
  "4": "a device",
  "6": "a pipe",
};

interface Header {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  readonly type: string;
}

/** The fields of a header; `undefined` at the end of the archive. */
function parseHeader(block: Buffer, fail: (reason: string) => PackProblem): Header | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const number = (start: number, length: number): number => {
    const text = block
      .toString("latin1", start, start + length)
      .replace(/[\0 ]+$/, "")
      .trimStart();
    return /^[0-7]{1,11}$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
  };
  const text = (start: number, length: number): string => {
    const field = block.subarray(start, start + length);
    const zero = field.indexOf(0);
    return field.toString("utf8", 0, zero < 0 ? length : zero);
  };
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (number(148, 8) !== sum || block.toString("latin1", 257, 262) !== "ustar") throw fail("is not a tar file");
  const [size, mode] = [number(124, 12), number(100, 8)];
  if (Number.isNaN(size)) throw fail("has a file with an invalid size");
  const type = text(156, 1) || "0";
  const isPosix = block[262] === 0; // the old format of GNU has other fields in place of the prefix
  const prefix = isPosix ? text(345, 155) : "";
  return { name: prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`, size, mode, type };
}

function parsePax(data: Buffer, fail: (reason: string) => PackProblem): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const length = Number(data.toString("latin1", at, space < 0 ? at : space));
    const record = data.toString("utf8", space + 1, at + length);
    const equals = record.indexOf("=");
    if (
      !Number.isSafeInteger(length) ||
      length < 5 ||
      at + length > data.length ||
      equals < 0 ||
      !record.endsWith("\n")
    )
      throw fail("has an invalid header");
    records.set(record.slice(0, equals), record.slice(equals + 1, -1));
    at += length;
  }
  return records;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}
