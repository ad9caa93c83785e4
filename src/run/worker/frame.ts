// Encodes and decodes frames. A frame is the length of the header (`u32`), the length of the body (`u64`), a JSON header and a
// binary body. Integers are little-endian. worker/frames.py is the Python counterpart.
import { exactJson } from "../../base/exact-json.ts";
import type { ElementType } from "./raw-array.ts";
import { MAX_BODY, MAX_HEADER, sizeProblem } from "./reply-limits.ts";

/** The fields of headers. They are not validated here, but in `reply.ts`. */
export interface Header {
  readonly type?: unknown;
  readonly protocol?: unknown;
  readonly process?: unknown;
  readonly error?: unknown;
  readonly items?: unknown;
  readonly numbers?: unknown;
  readonly errors?: unknown;
  readonly arrays?: unknown;
}

/** A message of a worker. The body starts at offset 0 of its own buffer, so that arrays in it are aligned. */
export interface Frame {
  readonly header: Header;
  readonly body: ArrayBuffer;
}

/** The marker that the worker sends first. Output before it was printed during the start of Python. */
const MARK = Buffer.from("\0modelwright\n");

const PREFIX = 12;
const ALIGNMENT = 8;
const NO_BODY = new ArrayBuffer(0);

/** The path of a value in a message: names and positions, from the outermost value. */
export type Path = readonly (string | number)[];

/** An array that is sent in the body of a frame. */
export interface OutgoingArray {
  readonly path: Path;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Encodes a frame, in several parts if it has a body. Throws if it is too large. */
export function encodeFrame(header: unknown, arrays: readonly OutgoingArray[] = []): readonly Uint8Array[] {
  const places: object[] = [];
  const body: Uint8Array[] = [];
  let end = 0;
  for (const { path, dtype, shape, bytes } of arrays) {
    const padding = -end & (ALIGNMENT - 1);
    places.push({ path, dtype, shape, offset: end + padding });
    body.push(new Uint8Array(padding), bytes);
    end += padding + bytes.length;
    if (end > MAX_BODY) throw new Error(`the arrays of one batch exceed the limit of ${MAX_BODY} bytes`);
  }
  const text = exactJson(places.length === 0 ? header : { ...(header as object), arrays: places });
  const size = Buffer.byteLength(text);
  const start = Buffer.allocUnsafe(PREFIX + size);
  start.writeUInt32LE(size, 0);
  start.writeBigUInt64LE(BigInt(end), 4);
  start.write(text, PREFIX);
  return [start, ...body];
}

/** Passes the output before the marker of the worker to one reader, and the output after it to another one. */
export function splitAtMark(before: (chunk: Buffer) => void, after: (chunk: Buffer) => void): (chunk: Buffer) => void {
  let unclear = Buffer.alloc(0);
  let isPast = false;
  return (chunk) => {
    if (isPast) return after(chunk);
    unclear = Buffer.concat([unclear, chunk]);
    const place = unclear.indexOf(MARK);
    isPast = place >= 0;
    // The last bytes may be the beginning of the marker.
    const end = isPast ? place : Math.max(0, unclear.length - MARK.length);
    before(unclear.subarray(0, end));
    unclear = unclear.subarray(end);
    if (isPast) after(unclear.subarray(MARK.length));
  };
}

/** Reads frames from the chunks of a stream. Throws if the stream is not a sequence of frames. */
export function frameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let part: "prefix" | "header" | "body" = "prefix";
  let target: Buffer = Buffer.alloc(PREFIX);
  let filled = 0;
  let bodySize = 0;
  let header: Header = {};

  function begin(next: typeof part, memory: Buffer): void {
    part = next;
    target = memory;
    filled = 0;
  }

  function finish(body: ArrayBuffer): void {
    begin("prefix", Buffer.alloc(PREFIX));
    onFrame({ header, body });
  }

  /** Starts the next part when the current one is complete. */
  function advance(): void {
    if (part === "prefix") {
      const headerSize = target.readUInt32LE(0);
      bodySize = Number(target.readBigUInt64LE(4));
      if (headerSize > MAX_HEADER || bodySize > MAX_BODY) throw new Error("a frame exceeds the size limit");
      begin("header", Buffer.allocUnsafe(headerSize));
    } else if (part === "header") {
      header = parseHeader(target);
      // A separate allocation outside the pool, so that the body starts at offset 0 of its buffer.
      if (bodySize > 0) begin("body", Buffer.allocUnsafeSlow(bodySize));
      else finish(NO_BODY);
    } else {
      finish(target.buffer as ArrayBuffer);
    }
  }

  return (chunk) => {
    let position = 0;
    while (position < chunk.length) {
      const copied = chunk.copy(target, filled, position);
      position += copied;
      filled += copied;
      if (filled === target.length) advance();
    }
  };
}

function parseHeader(bytes: Buffer): Header {
  const reason = sizeProblem(bytes);
  if (reason !== undefined) throw new Error(reason);
  const header: unknown = JSON.parse(bytes.toString("latin1"));
  if (typeof header !== "object" || header === null || Array.isArray(header))
    throw new Error("the header is not a JSON object");
  return header;
}
