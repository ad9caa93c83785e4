// Splits a stream of bytes into lines, on demand.

/**
 * The maximum length of a line in bytes. A longer line ends the stream with an error, because it does not fit in
 * memory.
 */
export const MAX_LINE = 256 * 1024 * 1024;

const NEWLINE = 10;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A line without its newline. */
export interface Line {
  /** Starts at 1. */
  readonly number: number;
  readonly bytes: Buffer;
  /** The offset in the stream. */
  readonly start: number;
  /** Whether a newline ends it. Text after the last newline may be incomplete. */
  readonly isWhole: boolean;
}

/** The lines of a stream. Throws if a line is longer than `MAX_LINE`. */
export async function* lines(stream: AsyncIterable<Buffer | string>): AsyncGenerator<Line> {
  let number = 1;
  let pending: Buffer[] = [];
  let size = 0;
  let place = 0;
  for await (const piece of stream) {
    const chunk = typeof piece === "string" ? Buffer.from(piece) : piece;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      pending.push(chunk.subarray(start, end));
      // Copies even a single piece, so that a retained line does not retain its whole chunk.
      const bytes = Buffer.concat(pending);
      yield { number: number++, bytes, start: place, isWhole: true };
      place += bytes.length + 1;
      pending = [];
      size = 0;
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > MAX_LINE) throw new Error(`line ${number} is longer than ${MAX_LINE} bytes`);
  }
  if (size > 0) yield { number, bytes: Buffer.concat(pending), start: place, isWhole: false };
}

/** A line decoded as UTF-8, without the byte order mark of the first line; `undefined` if it is not valid UTF-8. */
export function lineText({ number, bytes }: Pick<Line, "number" | "bytes">): string | undefined {
  const text = decodeText(bytes);
  return number === 1 && text?.startsWith("\ufeff") ? text.slice(1) : text;
}

/** Bytes decoded as UTF-8; `undefined` if they are not valid UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
