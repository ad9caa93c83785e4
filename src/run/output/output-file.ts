// An output file: written beside its place and put there at the end, so that nobody ever finds half of it.
import { constants } from "node:fs";
import { copyFile, type FileHandle, open, rename, rm } from "node:fs/promises";
import { plainJson } from "../../base/json-text.ts";
import { writeTarget } from "../../system/write.ts";
import type { EarlierOutput } from "./earlier.ts";
import { keepAlive, partialFiles, partialName } from "./partial-file.ts";
import type { OutputTarget } from "./target.ts";

/** Lines are collected up to about this many characters, so that small batches do not wait for the disk … */
const BUFFER_SIZE = 64 * 1024;

/** … but not longer than this, so that a run that is killed loses little. */
const FLUSH_MS = 500;

/**
 * Opens a file for output, with the rows of an earlier run if there are some; `to` is absolute. Pipes and devices are written
 * in place. Throws when that cannot be done, and when links lead out of `root`.
 */
export async function openFileTarget(
  to: string,
  root: string,
  earlier: EarlierOutput | undefined,
): Promise<OutputTarget> {
  const { path: place, isStream, existing } = writeTarget(to, root);
  if (isStream) {
    const handle = await open(place, "w");
    return {
      leftBehind: [],
      write: (lines) => handle.appendFile(lines.map(plainJson).join("")), // it may be a terminal or a log
      close: () => handle.close(),
      discard: () => handle.close(),
    };
  }
  if (existing !== undefined) await (await open(place, "r+")).close(); // may we replace it?
  const abandoned = (await partialFiles(place)).filter(({ isAlive }) => !isAlive).map(({ path }) => path);
  const temporary = partialName(place);
  const handle = await openTemporary(temporary, earlier, (existing?.mode ?? 0o666) & 0o777);
  const stopHeartbeat = keepAlive(temporary);
  const lines = bufferedWriter(handle, earlier?.size ?? 0);
  return {
    leftBehind: abandoned.filter((path) => path !== earlier?.path),
    write: lines.write,
    close: async (isWhole) => {
      try {
        await lines.flush();
      } finally {
        stopHeartbeat();
        await handle.close();
        await rename(temporary, place);
      }
      // Now that everything is there, nobody wants to continue them.
      if (isWhole) for (const path of abandoned) await rm(path, { force: true });
    },
    discard: async () => {
      stopHeartbeat();
      await handle.close();
      if (earlier === undefined || earlier.isOutput) await rm(temporary, { force: true });
      else await rename(temporary, earlier.path);
    },
  };
}

/** A new file, one that a killed run left behind, or a copy of the output: that stays in its place until the end. */
async function openTemporary(temporary: string, earlier: EarlierOutput | undefined, mode: number): Promise<FileHandle> {
  if (earlier === undefined) return open(temporary, "wx", mode);
  if (earlier.isOutput) {
    const copy = `${temporary}.copy`; // another name, since half a copy is nothing to continue
    try {
      await copyFile(earlier.path, copy, constants.COPYFILE_EXCL);
      await rename(copy, temporary);
    } catch (error) {
      await rm(copy, { force: true });
      throw error;
    }
  } else {
    await rename(earlier.path, temporary).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? new Error("another run has just begun to continue it") : error;
    });
  }
  const handle = await open(temporary, "a");
  await handle.truncate(earlier.size);
  return handle;
}

/** Writes to a file in larger pieces; when the disk is full, what remains of it ends with a whole line. */
function bufferedWriter(
  handle: FileHandle,
  start: number,
): { write: OutputTarget["write"]; flush: () => Promise<void> } {
  let buffered = "";
  let size = start;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  /** One piece after the other; after one that failed there is none. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const bytes = Buffer.from(buffered);
    buffered = "";
    writing = writing.then(() => append(bytes));
    return writing;
  }

  async function append(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    try {
      await handle.appendFile(bytes);
      size += bytes.length;
    } catch (error) {
      const written = (await handle.stat()).size - size;
      await handle.truncate(size + bytes.subarray(0, Math.max(0, written)).lastIndexOf("\n") + 1);
      throw error;
    }
  }

  return {
    write: async (lines) => {
      for (const line of lines) buffered += line;
      if (buffered.length >= BUFFER_SIZE) await flush();
      else timer ??= setTimeout(() => void flush().catch(() => {}), FLUSH_MS); // the next flush tells
    },
    flush,
  };
}
