// Writes tar files whose bytes depend only on the names, the permissions to execute and the contents of the files: sorted names, mode
// 644 or 755, owner 0, time 0. The format is ustar, with a pax header for what ustar cannot express:
// https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
import { createReadStream } from "node:fs";
import { PackProblem } from "./problem.ts";

/** A file to pack. */
export interface TarFile {
  /** Its path in the archive. */
  readonly name: string;
  readonly isExecutable: boolean;
  readonly bytes: number;
  /** The content, or the path from which it is read. */
  readonly content: Buffer | { readonly path: string };
}

const BLOCK = 512;

/** The largest size that the field of ustar can hold. */
const MAX_USTAR_SIZE = 0o77777777777;

/** The size of an archive in bytes. */
export function tarSize(files: readonly Pick<TarFile, "name" | "bytes">[]): number {
  const each = files.map(({ name, bytes }) => headerOf(name, bytes, false).length + padded(bytes));
  return each.reduce((sum, size) => sum + size, tarEnd().length);
}

/** The bytes of an archive. `onBytes` is called with the bytes of each file. Throws if a file has changed since it was listed. */
export async function* tarStream(
  files: readonly TarFile[],
  onBytes: (file: TarFile, chunk: Buffer) => void = () => {},
): AsyncGenerator<Buffer> {
  for (const file of files) yield* tarPart(file, contentOf(file), (chunk) => onBytes(file, chunk));
  yield tarEnd();
}

/** The bytes of one file in an archive. */
export async function* tarPart(
  { name, bytes, isExecutable }: Pick<TarFile, "name" | "bytes" | "isExecutable">,
  content: AsyncIterable<Buffer>,
  onBytes: (chunk: Buffer) => void = () => {},
): AsyncGenerator<Buffer> {
  yield headerOf(name, bytes, isExecutable);
  let rest = bytes;
  for await (const chunk of content) {
    rest -= chunk.length;
    if (rest < 0) break;
    onBytes(chunk);
    yield chunk;
  }
  if (rest !== 0) throw new PackProblem(`\`${name}\` changed while it was packed`);
  yield Buffer.alloc(padded(bytes) - bytes);
}

/** The end of an archive. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK);
}

/** The bytes of a file. */
export async function* contentOf({ content }: Pick<TarFile, "content">): AsyncGenerator<Buffer> {
  if (!("path" in content)) yield content;
  else for await (const chunk of createReadStream(content.path, { highWaterMark: 1 << 20 })) yield chunk as Buffer;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}

/** The header of a file, after a pax header if it needs one. */
function headerOf(name: string, bytes: number, isExecutable: boolean): Buffer {
  const split = splitName(name);
  const records = [
    ...(split === undefined ? [paxRecord("path", name)] : []),
    ...(bytes > MAX_USTAR_SIZE ? [paxRecord("size", String(bytes))] : []),
  ];
  const size = bytes > MAX_USTAR_SIZE ? 0 : bytes;
  const [prefix, short] = split ?? ["", "file"];
  const header = block({ prefix, name: short, size, mode: isExecutable ? 0o755 : 0o644, type: "0" });
  if (records.length === 0) return header;
  const data = Buffer.concat(records);
  const pax = block({ prefix: "", name: "pax", size: data.length, mode: 0o644, type: "x" });
  return Buffer.concat([pax, data, Buffer.alloc(padded(data.length) - data.length), header]);
}

/** Splits a name into the two fields of ustar; `undefined` if it does not fit, or is not ASCII. */
function splitName(name: string): readonly [prefix: string, name: string] | undefined {
  if (!/^[\x20-\x7e]+$/.test(name)) return undefined;
  if (name.length <= 100) return ["", name];
  for (let slash = name.indexOf("/"); slash >= 0 && slash <= 155; slash = name.indexOf("/", slash + 1)) {
    if (name.length - slash - 1 <= 100) return [name.slice(0, slash), name.slice(slash + 1)];
  }
  return undefined;
}

/** `LENGTH key=value` and a newline. The length includes its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

interface Fields {
  readonly prefix: string;
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  readonly type: "0" | "x";
}

function block({ prefix, name, size, mode, type }: Fields): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, "latin1");
  header.write(octal(mode, 8), 100, "latin1");
  header.write(octal(0, 8), 108, "latin1");
  header.write(octal(0, 8), 116, "latin1");
  header.write(octal(size, 12), 124, "latin1");
  header.write(octal(0, 12), 136, "latin1");
  header.write(" ".repeat(8), 148, "latin1"); // the checksum counts as spaces
  header.write(type, 156, "latin1");
  header.write("ustar\u000000", 257, "latin1");
  header.write(octal(0, 8), 329, "latin1");
  header.write(octal(0, 8), 337, "latin1");
  header.write(prefix, 345, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)}\u0000 `, 148, "latin1");
  return header;
}

/** Octal digits up to the terminating zero byte, which is already there. */
function octal(value: number, width: number): string {
  return value.toString(8).padStart(width - 1, "0");
}
