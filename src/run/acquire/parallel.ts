// Large files are asked for in blocks, several at the same time, because one connection is often slower than the network. The blocks
// arrive in their order, so the download that writes and hashes them, and can be resumed, does not know about it.
import { type Content, type Failed, type OpenFile, TransferError } from "../storage/driver.ts";

/** A file that has at least this many bytes to download is split. */
const LARGE = 64 * 1024 * 1024;

/** The size of a block. So many bytes are kept in memory for each request. */
const BLOCK = 8 * 1024 * 1024;

/** How many blocks are asked for at the same time. */
const REQUESTS = 4;

/** If the first block arrives within this time, in milliseconds, one connection is fast enough: more would only cost requests. */
const FAST_MS = 250;

/** Opens a file such that large ones are asked for in parallel, if the server sends ranges and a validator that proves that they fit. */
export function inParallel(open: OpenFile): OpenFile {
  // A server that refuses one of the requests gets only one at a time from then on.
  let isAllowed = true;
  const openBlock: OpenFile = async (want, signal) => {
    const answer = await open(want, signal);
    if (answer.kind !== "content" || (want.kind === "rest" && answer.from !== want.from)) isAllowed = false;
    return answer;
  };
  return async (want, signal) => {
    const answer = await open(want, signal);
    if (answer.kind !== "content" || !isAllowed || !canSplit(answer)) return answer;
    return { ...answer, chunks: splitChunks(openBlock, answer, signal) };
  };
}

interface Splittable extends Content {
  readonly total: number;
  readonly validator: NonNullable<Content["validator"]>;
}

function canSplit(content: Content): content is Splittable {
  const { total, end, from, hasRanges, validator } = content;
  return total !== undefined && end === total && total - from >= LARGE && hasRanges && validator?.header === "etag";
}

/** Reads the first block from the answer that is already there, and the rest in parallel if that took long. */
async function* splitChunks(open: OpenFile, content: Splittable, outer: AbortSignal): AsyncGenerator<Uint8Array> {
  const { from, total, validator } = content;
  const controller = new AbortController();
  const signal = AbortSignal.any([outer, controller.signal]);
  const blocks: Block[] = [];
  const started = performance.now();
  let next = from;
  let isSplit = false;
  try {
    for await (const chunk of content.chunks) {
      yield chunk;
      const isFirst = next - from < BLOCK;
      next += chunk.length;
      isSplit = isFirst && next - from >= BLOCK && performance.now() - started >= FAST_MS;
      if (isSplit) break; // closes the connection
    }
    while (isSplit && (next < total || blocks.length > 0)) {
      for (; next < total && blocks.length < REQUESTS; next += BLOCK) {
        const [start, end] = [next, Math.min(next + BLOCK, total)];
        const openBlock = (until: AbortSignal) => open({ kind: "rest", from: start, end, validator }, until);
        blocks.push(readBlock(openBlock, end - start, signal));
      }
      const [first] = blocks;
      if (first !== undefined) yield* first();
      blocks.shift();
    }
  } finally {
    controller.abort();
  }
}

/** Yields the chunks of a block as they arrive. */
type Block = () => AsyncGenerator<Uint8Array>;

/** Starts to read a block of `length` bytes into memory. */
function readBlock(open: (signal: AbortSignal) => ReturnType<OpenFile>, length: number, signal: AbortSignal): Block {
  const chunks: Uint8Array[] = [];
  let end: { readonly error: unknown } | undefined;
  let wake = (): void => {};
  const read = async (): Promise<void> => {
    const answer = await open(signal);
    if (answer.kind === "failed") throw new TransferError(answer);
    if (answer.kind === "unchanged" || answer.end - answer.from !== length) throw new TransferError(UNEXPECTED);
    let left = length;
    for await (const chunk of answer.chunks) {
      left -= chunk.length;
      if (left < 0) throw new TransferError(UNEXPECTED);
      chunks.push(chunk);
      wake();
    }
    if (left > 0) throw new TransferError(INCOMPLETE);
  };
  read().then(
    () => {
      end = { error: undefined };
      wake();
    },
    (error: unknown) => {
      end = { error };
      wake();
    },
  );
  return async function* () {
    for (;;) {
      const chunk = chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (end?.error !== undefined) throw end.error;
      else if (end !== undefined) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  };
}

const UNEXPECTED: Failed = { kind: "failed", message: "the server sent another range than requested", retry: true };
const INCOMPLETE: Failed = { kind: "failed", message: "the connection was closed early", retry: true };
