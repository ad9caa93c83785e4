// The time during which a server may send nothing.
import { linkedSignal } from "../abort/linked-signal.ts";
import { type Failed, TransferError } from "../storage/driver.ts";

/**
 * Runs a conversation with a server. It is aborted when `heard` is not called for `stallMs`, and at its end. Throws only errors of
 * the work that are not those of the connection, and the reason of the outer signal.
 */
export async function withSilenceLimit<Value>(
  stallMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal, heard: () => void) => Promise<Value>,
): Promise<Value | Failed> {
  const { signal, abort, unlink } = linkedSignal(outer);
  let isSilent = false;
  const silence = setTimeout(() => {
    isSilent = true;
    abort();
  }, stallMs);
  try {
    return await work(signal, () => silence.refresh());
  } catch (error) {
    outer.throwIfAborted();
    if (isSilent) return { kind: "failed", message: `the server sent nothing for ${stallMs / 1000} s`, retry: true };
    if (error instanceof TransferError) return error.failed;
    throw error;
  } finally {
    clearTimeout(silence);
    abort(); // discards the rest of the response
    unlink();
  }
}
