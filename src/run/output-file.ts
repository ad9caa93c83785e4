// An output file: written beside its place and put there at the end, so that nobody ever finds half of it.
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { OutputTarget } from "./output-target.ts";

/** Lines are collected up to about this many characters, so that small batches do not wait for the disk. */
const COLLECTED = 64 * 1024;

let files = 0;

/** Opens a file for output; throws when that cannot be done. Pipes and devices are written in place. */
export async function openFileTarget(path: string): Promise<OutputTarget> {
  const existing = await stat(path).catch(() => undefined);
  if (existing !== undefined && !existing.isFile()) {
    const handle = await open(path, "w");
    return {
      write: (lines) => handle.appendFile(lines.join("")),
      close: () => handle.close(),
      discard: () => handle.close(),
    };
  }
  if (existing !== undefined) await (await open(path, "r+")).close(); // may we replace it?
  const place = existing === undefined ? path : await realpath(path);
  const temporary = join(dirname(place), `.${basename(place)}.${process.pid}-${files++}.tmp`);
  const handle = await open(temporary, "w", (existing?.mode ?? 0o666) & 0o777);
  const lines = collect(handle);
  return {
    write: lines.write,
    close: async () => {
      try {
        await lines.flush();
      } finally {
        await handle.close();
        await rename(temporary, place);
      }
    },
    discard: async () => {
      await handle.close();
      await rm(temporary, { force: true });
    },
  };
}

/** Writes to a file in larger pieces; when the disk is full, what remains of it ends with a whole line. */
function collect(handle: FileHandle): { write: OutputTarget["write"]; flush: () => Promise<void> } {
  let collected = "";
  let size = 0;

  async function flush(): Promise<void> {
    const bytes = Buffer.from(collected);
    collected = "";
    try {
      await handle.appendFile(bytes);
      size += bytes.length;
    } catch (error) {
      await handle.truncate(size);
      throw error;
    }
  }

  return {
    write: async (lines) => {
      for (const line of lines) collected += line;
      if (collected.length >= COLLECTED) await flush();
    },
    flush,
  };
}
