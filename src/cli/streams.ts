// Standard output and standard error. Making one of Node's streams takes a good part of the time of a whole command, so pipes
// and files are written without; terminals and devices have one.
import { fstatSync, writeSync } from "node:fs";
import { EXIT } from "./exit.ts";
import { reasonOf } from "./reason.ts";

/** Standard output is 1, standard error 2. */
export type Descriptor = 1 | 2;

const watched = new Set<Descriptor>();
const closed = new Set<Descriptor>();

/** Node's stream. A closed pipe ends it in silence; whatever else goes wrong with it is said, and fails. */
export function streamOf(descriptor: Descriptor): NodeJS.WriteStream {
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  if (!watched.has(descriptor)) stream.on("error", (error) => refuse(descriptor, error));
  watched.add(descriptor);
  return stream;
}

/** The stream of a terminal; `undefined` when there is none. */
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
    // A pipe that is full and does not wait: the stream does.
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") streamOf(descriptor).write(bytes.subarray(written));
    else refuse(descriptor, error as NodeJS.ErrnoException);
  }
}

/** From now on, whoever writes to standard output looks at its errors. */
export function leaveStandardOutput(): void {
  streamOf(1)
    .removeAllListeners("error")
    .on("error", () => {});
}

/** Whether a stream goes to a regular file. */
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
    writeText(2, `modelwright: Standard output cannot be written: ${reasonOf(String(code), message)}.\n`);
  }
  process.exit(EXIT.failure);
}
