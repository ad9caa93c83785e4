// One attempt to download a file: passes the bytes on, and enforces the announced length.
import type { Failed, OpenFile, Validator, Want } from "../storage/driver.ts";
import { withSilenceLimit } from "./silence.ts";

/** What to ask for. */
export interface Attempt {
  readonly open: OpenFile;
  readonly want: Want;
  /** How long the server may send nothing, in milliseconds. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
}

/** The receiver of the bytes. */
export interface Sink {
  /** The next bytes start at the offset `from`. `total` is the size of the file, if the server sent it. */
  readonly begin: (from: number, total: number | undefined, validator: Validator | undefined) => Promise<void>;
  readonly write: (chunk: Uint8Array) => Promise<void>;
}

/** The outcome of an attempt. */
export type DownloadOutcome = { readonly kind: "whole" } | { readonly kind: "unchanged" } | Failed;

/** Downloads as much as the server sends. Throws only errors of the sink and the reason of the signal. */
export function getFile({ open, want, stallMs, signal: outer }: Attempt, sink: Sink): Promise<DownloadOutcome> {
  return withSilenceLimit(stallMs, outer, async (signal, heard): Promise<DownloadOutcome> => {
    const answer = await open(want, signal);
    heard();
    if (answer.kind !== "content") return answer;
    await sink.begin(answer.from, answer.total, answer.validator);
    let rest = answer.end - answer.from;
    for await (const chunk of answer.chunks) {
      rest -= chunk.length;
      if (rest < 0)
        return { kind: "failed", message: "the server sent more bytes than it had announced", retry: "from-start" };
      await sink.write(chunk);
      heard();
    }
    return { kind: "whole" };
  });
}
