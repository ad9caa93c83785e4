// An output file. It is written to a temporary file next to it, which is renamed on completion, so it is never incomplete.
import { constants } from "node:fs";
import { copyFile, type FileHandle, open, rename, rm } from "node:fs/promises";
import { plainJson } from "../../base/json-text.ts";
import { writeTarget } from "../../system/write.ts";
import type { EarlierOutput } from "./earlier.ts";
import { keepAlive, partialFiles, partialName } from "./partial-file.ts";
import type { OutputTarget } from "./target.ts";

/** Lines are buffered up to about this many characters, so that small batches do not wait for the disk. */
const BUFFER_SIZE = 64 * 1024;

/** The longest time that lines are buffered, so that a killed run loses few rows. */
const FLUSH_MS = 500;

/**
 * Opens the output file with the absolute path `to`, including the rows of an earlier run if there are any. Pipes and devices
 * are written directly. Throws if the file cannot be written or if symbolic links leave `root`.
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
      write: (lines) => handle.appendFile(lines.map(plainJson).join("")), // the stream may be a terminal or a log
      close: () => handle.close(),
      discard: () => handle.close(),
    };
  }
  if (existing !== undefined) await (await open(place, "r+")).close(); // checks the permission to write
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
      // A complete output makes the files of killed runs unnecessary.
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

/** Opens a new file, the file of a killed run, or a copy of the output, which stays unchanged until the end. */
async function openTemporary(temporary: string, earlier: EarlierOutput | undefined, mode: number): Promise<FileHandle> {
  if (earlier === undefined) return open(temporary, "wx", mode);
  if (earlier.isOutput) {
    const copy = `${temporary}.copy`; // a different name, because an incomplete copy cannot be continued
    try {
      await copyFile(earlier.path, copy, constants.COPYFILE_EXCL);
      await rename(copy, temporary);
    } catch (error) {
      await rm(copy, { force: true });
      throw error;
    }
  } else {
    await rename(earlier.path, temporary).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? new Error("another run is already continuing it") : error;
    });
  }
  const handle = await open(temporary, "a");
  await handle.truncate(earlier.size);
  return handle;
}

/** Writes to a file in large pieces. If a write fails, as on a full disk, the file is cut after its last complete line. */
function bufferedWriter(
  handle: FileHandle,
  start: number,
): { write: OutputTarget["write"]; flush: () => Promise<void> } {
  let buffered = "";
  let size = start;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  /** Writes pieces one after the other. Nothing is written after a failure. */
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
      else timer ??= setTimeout(() => void flush().catch(() => {}), FLUSH_MS); // the next flush reports the error
    },
    flush,
  };
}
