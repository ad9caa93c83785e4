// Standard output and standard error. Creating a Node.js stream takes a large part of the time of a command, so pipes and files
// are written without one. Terminals and devices need a stream.
import { fstatSync, writeSync } from "node:fs";
import { EXIT } from "./exit.ts";
import { reasonOf } from "./reason.ts";

/** Standard output is 1, and standard error is 2. */
export type Descriptor = 1 | 2;

const watched = new Set<Descriptor>();
const closed = new Set<Descriptor>();

/** The Node.js stream. The command exits without a message if the pipe is closed, and with a message after other errors. */
export function streamOf(descriptor: Descriptor): NodeJS.WriteStream {
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  if (!watched.has(descriptor)) stream.on("error", (error) => refuse(descriptor, error));
  watched.add(descriptor);
  return stream;
}

/** The stream of a terminal; `undefined` if the descriptor is not a terminal. */
export function terminalOf(descriptor: Descriptor): NodeJS.WriteStream | undefined {
  if (!isDevice(descriptor)) return undefined;
  const stream = streamOf(descriptor);
  return stream.isTTY === true ? stream : undefined;
}

/** Writes all of a text. */
export function writeText(descriptor: Descriptor, text: string): void {
  if (closed.has(descriptor)) return;
  if (watched.has(descriptor) || isDevice(descriptor)) {
    streamOf(descriptor).write(text);
    return;
  }
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    // A full non-blocking pipe: the stream waits until it can be written.
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") streamOf(descriptor).write(bytes.subarray(written));
    else refuse(descriptor, error as NodeJS.ErrnoException);
  }
}

/** Whether the reader of a stream has exited, so that nothing can be written anymore. */
export function isClosed(descriptor: Descriptor): boolean {
  return closed.has(descriptor);
}

/** Stops handling errors of standard output, so that its next writer handles them. */
export function leaveStandardOutput(): void {
  streamOf(1)
    .removeAllListeners("error")
    .on("error", () => {});
}

/** Whether a stream is a regular file. */
export function isFile(descriptor: Descriptor): boolean {
  return fstatSync(descriptor).isFile();
}

function isDevice(descriptor: Descriptor): boolean {
  return fstatSync(descriptor).isCharacterDevice();
}

function refuse(descriptor: Descriptor, { code, message }: NodeJS.ErrnoException): void {
  closed.add(descriptor);
  if (code === "EPIPE") return;
  if (descriptor === 1) {
    writeText(2, `modelwright: Cannot write to standard output: ${reasonOf(String(code), message)}.\n`);
  }
  process.exit(EXIT.failure);
}
