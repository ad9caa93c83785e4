// Frames: `u32` length of the header, `u64` length of the body, a JSON header, a raw body; little-endian. The other
// side is worker/frames.py.
import { exactJson } from "../../base/exact-json.ts";
import type { ElementType } from "./raw-array.ts";
import { MAX_BODY, MAX_HEADER, sizeProblem } from "./reply-limits.ts";

/** What every message may say; the rest depends on its type. */
export interface Header {
  readonly type?: unknown;
  readonly protocol?: unknown;
  readonly process?: unknown;
  readonly error?: unknown;
}

/** One message of a worker. The body stands at the start of its own memory, so that arrays in it are aligned. */
export interface Frame {
  readonly header: Header;
  readonly body: ArrayBuffer;
}

/** What the worker sends first. Whatever comes before it was printed by something that starts with Python. */
const MARK = Buffer.from("\0modelwright\n");

const PREFIX = 12;
const ALIGNMENT = 8;
const NO_BODY = new ArrayBuffer(0);

/** Where in a message something belongs: names and positions, from the outside. */
export type Path = readonly (string | number)[];

/** An array that travels in the body of a frame. */
export interface OutgoingArray {
  readonly path: Path;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** The bytes of a frame, in several parts when it has a body; throws when it is too large. */
export function encodeFrame(header: unknown, arrays: readonly OutgoingArray[] = []): readonly Uint8Array[] {
  const places: object[] = [];
  const body: Uint8Array[] = [];
  let end = 0;
  for (const { path, dtype, shape, bytes } of arrays) {
    const padding = -end & (ALIGNMENT - 1);
    places.push({ path, dtype, shape, offset: end + padding });
    body.push(new Uint8Array(padding), bytes);
    end += padding + bytes.length;
    if (end > MAX_BODY) throw new Error(`the arrays of one batch have more than ${MAX_BODY} bytes`);
  }
  const text = exactJson(places.length === 0 ? header : { ...(header as object), arrays: places });
  const size = Buffer.byteLength(text);
  const start = Buffer.allocUnsafe(PREFIX + size);
  start.writeUInt32LE(size, 0);
  start.writeBigUInt64LE(BigInt(end), 4);
  start.write(text, PREFIX);
  return [start, ...body];
}

/** Hands on what comes before the worker's mark, and what comes after it, to different readers. */
export function splitAtMark(before: (chunk: Buffer) => void, after: (chunk: Buffer) => void): (chunk: Buffer) => void {
  let unclear = Buffer.alloc(0);
  let isPast = false;
  return (chunk) => {
    if (isPast) return after(chunk);
    unclear = Buffer.concat([unclear, chunk]);
    const place = unclear.indexOf(MARK);
    isPast = place >= 0;
    // The end may be the beginning of the mark.
    const end = isPast ? place : Math.max(0, unclear.length - MARK.length);
    before(unclear.subarray(0, end));
    unclear = unclear.subarray(end);
    if (isPast) after(unclear.subarray(MARK.length));
  };
}

/** Takes a stream in pieces and gives the frames in it; throws when the stream is not made of frames. */
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

  /** What follows once the current part is complete. */
  function advance(): void {
    if (part === "prefix") {
      const headerSize = target.readUInt32LE(0);
      bodySize = Number(target.readBigUInt64LE(4));
      if (headerSize > MAX_HEADER || bodySize > MAX_BODY) throw new Error("a frame is larger than the limit");
      begin("header", Buffer.allocUnsafe(headerSize));
    } else if (part === "header") {
      header = parseHeader(target);
      // Memory of its own, outside the pool: it starts at offset 0.
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
  if (typeof header !== "object" || header === null || Array.isArray(header)) throw new Error("a header is no object");
  return header;
}
