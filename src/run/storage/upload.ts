// Uploads. A file is sent in requests that fit into memory, each of which can be sent again.
import { setTimeout as wait } from "node:timers/promises";
import { type Failed, refusal, TransferError, type UploadSource } from "./driver.ts";
import { failureOf, type HttpRequest, type HttpService, send } from "./http.ts";

/** Larger files are uploaded in parts. */
export const MAX_WHOLE = 100 * 1024 * 1024;

/** The size of a part. Services allow at least 10,000 parts. */
const PART = 16 * 1024 * 1024;
const MAX_PARTS = 10_000;

/** How long one request of an upload may take, in milliseconds. */
const REQUEST_MS = 10 * 60 * 1000;

const ATTEMPTS = 5;
const RETRY_MS = 500;

/** Sends a request until it succeeds; the result is a successful response, or one with the status `or`. */
export async function sendUpload(
  service: HttpService,
  request: HttpRequest,
  outer: AbortSignal,
  or?: number,
): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const signal = AbortSignal.any([outer, AbortSignal.timeout(REQUEST_MS)]);
    const failed = await tryToSend(service, request, signal, or).catch((error: unknown): Failed => {
      outer.throwIfAborted();
      if (!signal.aborted) throw error;
      return { kind: "failed", message: `the server did not answer for ${REQUEST_MS / 1000} s`, retry: true };
    });
    if (failed instanceof Response) return failed;
    if (failed.retry === false || attempt === ATTEMPTS) throw new TransferError(failed);
    await wait(failed.afterMs ?? RETRY_MS * 2 ** attempt, undefined, { signal: outer });
  }
}

async function tryToSend(service: HttpService, request: HttpRequest, signal: AbortSignal, or?: number) {
  const sent = await send(service, request, signal);
  if (sent.kind === "failed") return sent;
  const { response } = sent;
  return response.ok || response.status === or ? response : await failureOf(service, response);
}

/** The parts of a file: their numbers from 1, their offsets and bytes, one after the other. */
export async function* partsOf({ size, read }: UploadSource) {
  const length = Math.max(PART, Math.ceil(size / MAX_PARTS / PART) * PART);
  for (let [number, from] = [1, 0]; from < size; number++, from += length) {
    yield { number, from, bytes: await read(from, Math.min(length, size - from)) };
  }
}

/** The whole file. Throws if it is too large. */
export function wholeOf({ size, read }: UploadSource): Promise<Uint8Array> {
  if (size > MAX_WHOLE) throw new TransferError(refusal(`it has more than ${MAX_WHOLE / 1024 / 1024} MB`));
  return read(0, size);
}
