// The lines of a stream of bytes. Nothing is read before it is asked for.

/** The longest line, in bytes; one that is longer ends the reading, because it could not be held. */
export const MAX_LINE = 256 * 1024 * 1024;

const NEWLINE = 10;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A line without its newline. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly bytes: Buffer;
  /** Where it begins in the stream. */
  readonly start: number;
  /** Whether a newline ends it: behind the last one may be half a line. */
  readonly isWhole: boolean;
}

/** The lines of a stream. */
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
      // A copy, also of a single piece: a line that lives on must not hold the whole chunk.
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

/** The text of a line in UTF-8, of the first one without a byte order mark; `undefined` when it is something else. */
export function lineText({ number, bytes }: Pick<Line, "number" | "bytes">): string | undefined {
  const text = decodeText(bytes);
  return number === 1 && text?.startsWith("\ufeff") ? text.slice(1) : text;
}

/** The text of bytes in UTF-8; `undefined` when they are something else. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
