// Sends files to another host, as packages: tar files that are stored under their hashes. A package that the host has is not sent.
import { createHash } from "node:crypto";
import { found, problem, type Result } from "../../base/result.ts";
import { type TarFile, tarSize, tarStream } from "../pack/tar.ts";
import { converse } from "./conversation.ts";
import type { Connection } from "./ssh.ts";

/** Files that are sent together. */
export interface Package {
  readonly files: readonly TarFile[];
  /** The hexadecimal sha256 of the tar file. */
  readonly hash: string;
  readonly bytes: number;
}

/** A host that can run models. */
export interface Host {
  /** The absolute path of the folder that contains the packages. */
  readonly folder: string;
  /** The free space on its disk, in bytes. */
  readonly free: number;
}

/** How files are sent. */
export interface SendContext {
  readonly signal: AbortSignal;
  /** Called with the bytes sent so far and the total, for all packages that the host does not have. */
  readonly onProgress: (bytes: number, total: number) => void;
}

/** Reads files and computes the hash of their package. */
export async function packageOf(files: readonly TarFile[]): Promise<Package> {
  const hash = createHash("sha256");
  for await (const chunk of tarStream(files)) hash.update(chunk);
  return { files, hash: hash.digest("hex"), bytes: tarSize(files) };
}

/** Connects to a host, verifies its Python, and sends the packages that it does not have. Throws only the reason of the signal. */
export async function sendPackages(
  connection: Connection,
  packages: readonly Package[],
  { signal, onProgress }: SendContext,
): Promise<Result<Host>> {
  const { address } = connection;
  return converse(connection, signal, async ({ input, ask, next }) => {
    const { folder = "", free = 0, problem: refused } = await ask({ folder: address.folder });
    if (refused !== undefined) return problem(refused);
    const missing: Package[] = [];
    for (const each of packages) {
      const { exists, problem: failed } = await ask({ hash: each.hash });
      if (failed !== undefined) return problem(failed);
      if (exists !== true) missing.push(each);
    }
    const total = missing.reduce((sum, { bytes }) => sum + bytes, 0);
    // The archive and its files exist at the same time.
    const needed = total + Math.max(0, ...missing.map(({ bytes }) => bytes));
    if (needed > free) {
      return problem(
        `the disk of the host \`${address.host}\` has ${free} bytes left in \`${folder}\`, but ${needed} are needed`,
      );
    }
    let sent = 0;
    for (const each of missing) {
      input.write(`${JSON.stringify({ hash: each.hash, bytes: each.bytes })}\n`);
      for await (const chunk of tarStream(each.files)) {
        if (!input.writable) break;
        if (!input.write(chunk)) await drain(input);
        sent += chunk.length;
        onProgress(sent, total);
      }
      const { problem: failed } = await next(each.bytes);
      if (failed !== undefined) return problem(failed);
    }
    return found({ folder, free });
  });
}

/** Resolves when more can be written, or when the pipe is closed. */
function drain(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ["drain", "close", "error"]) stream.removeListener(event, done);
      resolve();
    };
    for (const event of ["drain", "close", "error"]) stream.on(event, done);
  });
}
