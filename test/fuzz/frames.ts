// Data from a worker: frames with a few changed bytes, in pieces of any size, read as the executor reads them.
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { encodeFrame, type Frame, frameReader, splitAtMark } from "../../src/run/worker/frame.ts";
import { itemsOf, predictionJson, tooLarge } from "../../src/run/worker/prediction.ts";
import { type Message, readReply } from "../../src/run/worker/reply.ts";
import { changed } from "./corpus.ts";
import type { Layer } from "./layer.ts";
import { changedTrees, type Tree } from "./trees.ts";

const PREDICT: Message = { type: "predict", datapoints: [0, 1] };

const MARK = Buffer.from("\0modelwright\n");

const bytesOf = (header: unknown, arrays: Parameters<typeof encodeFrame>[1] = []) =>
  Buffer.concat(encodeFrame(header, arrays));

const HELLO = { type: "hello", protocol: 1, python: "3.11.2" };
const ERROR = { type: "ValueError", message: "no weights", traceback: "Traceback (most recent call last):\n" };
const RESULT: Tree = {
  type: "result",
  items: [{ boxes: null, score: null, names: ["a", null, { deep: [null] }] }, null],
  numbers: [
    [[0, "score"], "NaN"],
    [[0, "names", 1], "-12345678901234567890"],
  ],
  errors: [[1, ERROR]],
  arrays: [
    { path: [0, "boxes"], dtype: "FP32", shape: [2, 2], offset: 0 },
    { path: [0, "names", 2, "deep", 0], dtype: "INT64", shape: [], offset: 16, list: true },
  ],
};
const HEADERS: readonly Tree[] = [
  HELLO,
  { type: "imported" },
  { type: "ready" },
  { type: "error", error: ERROR },
  RESULT,
];

/** The bytes of a frame with this header and a body of this size, as Latin-1. */
export const frameBytes = (header: Tree, size: number): string => frameOf(header, size).toString("latin1");

function frameOf(header: Tree, size: number): Buffer {
  const text = Buffer.from(
    JSON.stringify(header).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
  const prefix = Buffer.alloc(12);
  prefix.writeUInt32LE(text.length, 0);
  prefix.writeBigUInt64LE(BigInt(size), 4);
  return Buffer.concat([prefix, text, Buffer.alloc(size, 0x7f)]);
}

const latin1 = (...parts: readonly Buffer[]) => Buffer.concat(parts).toString("latin1");

const corpus = [
  latin1(Buffer.from("warning: x\n"), MARK, bytesOf(HELLO), bytesOf({ type: "imported" }), frameOf(RESULT, 24)),
  ...HEADERS.map((header) => latin1(MARK, bytesOf(HELLO), frameOf(header, header === RESULT ? 24 : 0))),
];

const WORDS = [
  "\0",
  "\xff",
  "\0modelwright\n",
  "\x0c\0\0\0",
  "\xff\xff\xff\x0f",
  "\0\0\0@\0\0\0\0",
  "{}",
  "[]",
  "null",
  '"',
  "{",
  "NaN",
  "[0]",
];

export const frames: Layer = {
  name: "frames",
  inputs: fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.array(fc.tuple(changedTrees(HEADERS), fc.constantFrom(0, 1, 8, 16, 24, 4096)), {
            minLength: 1,
            maxLength: 4,
          }),
        )
        .map(([all]) => latin1(MARK, ...all.map(([header, size]) => frameOf(header, size)))),
    },
    { weight: 2, arbitrary: changed(corpus, WORDS) },
  ),
  check: (input) => {
    const bytes = Buffer.from(input, "latin1");
    const whole = framesIn(bytes, bytes.length || 1);
    // The result does not depend on the pieces.
    for (const size of [1, 7]) assert.ok(isDeepStrictEqual(framesIn(bytes, size), whole), `in pieces of ${size}`);
    for (const frame of whole.frames) {
      const reply = readReply(frame, PREDICT);
      if (reply.kind === "problem" || reply.value.kind !== "result") continue;
      const { result } = reply.value;
      if (tooLarge(result, "lists") !== undefined) continue;
      const again = structuredClone(result);
      for (const form of ["lists", "raw"] as const) {
        for (const item of itemsOf(form === "raw" ? again : result, form))
          if (item.kind === "prediction" && form === "lists") JSON.parse(predictionJson(item.value) ?? "null");
      }
    }
  },
};

/** What is read from bytes that arrive in pieces, up to the first invalid frame. */
function framesIn(
  bytes: Buffer,
  size: number,
): { readonly frames: readonly Frame[]; readonly error: string | undefined } {
  const frames: Frame[] = [];
  const read = splitAtMark(
    () => {},
    frameReader((frame) => frames.push(frame)),
  );
  try {
    for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size));
    return { frames, error: undefined };
  } catch (error) {
    assert.instance(error, Error);
    return { frames, error: (error as Error).message };
  }
}
