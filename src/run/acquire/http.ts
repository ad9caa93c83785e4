// One attempt to download a file over HTTP: the request, and the meaning of the response. A server only has to support GET;
// HEAD, Range and Content-Length are not required.
import { decodePercent } from "../../base/address.ts";
import { linkedSignal } from "../abort/linked-signal.ts";
import { redactor } from "../secrets/redactor.ts";
import { addressTexts, credentialTexts } from "../secrets/secret-values.ts";

/** The header with which a server decides whether a file has changed. */
export interface Validator {
  readonly header: "etag" | "last-modified";
  readonly value: string;
}

/** A request. */
export interface Get {
  readonly url: string;
  /** `user:password` or a token. It is not sent to another server after a redirect. */
  readonly credentials?: string | undefined;
  /** The whole file, the rest after the first `from` bytes, or the whole file if it has changed. */
  readonly want:
    | { readonly kind: "whole" }
    | { readonly kind: "rest"; readonly from: number; readonly validator: Validator }
    | { readonly kind: "changes"; readonly validator: Validator };
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

export interface Failed {
  readonly kind: "failed";
  readonly message: string;
  /** Whether another attempt may succeed; `from-start` if the bytes received so far must be discarded. */
  readonly retry: boolean | "from-start";
  /** The delay that the server requested. */
  readonly afterMs?: number;
}

/** Downloads as much as the server sends. Throws only errors of the sink and the reason of the signal. */
export async function getFile(request: Get, sink: Sink): Promise<DownloadOutcome> {
  const { signal, abort, unlink } = linkedSignal(request.signal);
  let isSilent = false;
  const silence = setTimeout(() => {
    isSilent = true;
    abort();
  }, request.stallMs);
  try {
    const { url, headers } = requestOf(request);
    if (isInvalidHeader(headers["authorization"])) return { kind: "failed", message: INVALID_HEADER, retry: false };
    const response = await fetch(url, { headers, signal });
    silence.refresh();
    if (response.status === 304 && request.want.kind === "changes") return { kind: "unchanged" };
    const place = rangeOfBody(response, request.want);
    if (place === undefined) return statusFailure(response);
    if (isCompressed(response)) return { kind: "failed", message: COMPRESSED, retry: false };
    const validator = validatorOf(response);
    await sink.begin(place.from, place.total, echoesSecret(validator?.value, request) ? undefined : validator);
    let rest = place.end - place.from;
    for await (const chunk of response.body ?? []) {
      rest -= chunk.length;
      if (rest < 0)
        return { kind: "failed", message: "the server sent more bytes than it had announced", retry: "from-start" };
      await sink.write(chunk);
      silence.refresh();
    }
    return { kind: "whole" };
  } catch (error) {
    request.signal.throwIfAborted();
    if (isSilent)
      return { kind: "failed", message: `the server sent nothing for ${request.stallMs / 1000} s`, retry: true };
    if (error instanceof TypeError) return connectionFailure(error);
    throw error;
  } finally {
    clearTimeout(silence);
    abort(); // discards the rest of the response
    unlink();
  }
}

function requestOf({ url, credentials, want }: Get): { url: string; headers: Record<string, string> } {
  const address = new URL(url);
  // `fetch` rejects a URL that contains credentials.
  const inside = address.username === "" ? undefined : decodePercent(`${address.username}:${address.password}`);
  address.username = "";
  address.password = "";
  // With content encoding, neither the length nor the offsets of the file are known.
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  const secret = credentials ?? inside;
  if (secret !== undefined) {
    headers["authorization"] = secret.includes(":")
      ? `Basic ${Buffer.from(secret).toString("base64")}`
      : `Bearer ${secret}`;
  }
  if (want.kind === "changes") {
    headers[want.validator.header === "etag" ? "if-none-match" : "if-modified-since"] = want.validator.value;
  } else if (want.kind === "rest") {
    headers["range"] = `bytes=${want.from}-`;
    headers["if-range"] = want.validator.value;
  }
  return { url: address.href, headers };
}

/** The error of `fetch` would contain the value. `fetch` trims it: https://fetch.spec.whatwg.org/#concept-header-value */
function isInvalidHeader(value: string | undefined): boolean {
  return value !== undefined && /[^\t\x20-\x7e\x80-\xff]/.test(value.trim());
}

const INVALID_HEADER =
  "its credential cannot be sent in an HTTP header because it contains a line break, another control character or a character outside Latin-1";

const COMPRESSED = "the server sent the file compressed, although the request did not allow it";

/** `fetch` decompresses content, so a few bytes could expand to any number, and the length could not be checked. */
function isCompressed({ headers }: Response): boolean {
  const codings = (headers.get("content-encoding") ?? "").split(",").map((coding) => coding.trim().toLowerCase());
  return codings.some((coding) => coding !== "" && coding !== "identity");
}

interface BodyRange {
  readonly from: number;
  /** The maximum offset of the end of the body; infinite if the server did not send a length. */
  readonly end: number;
  readonly total: number | undefined;
}

/** The part of the file that the body contains; `undefined` if the response cannot be used. */
function rangeOfBody(response: Response, want: Get["want"]): BodyRange | undefined {
  if (response.status === 200) {
    const length = response.headers.get("content-length");
    const total = length === null ? undefined : Number(length);
    return { from: 0, end: total ?? Number.POSITIVE_INFINITY, total };
  }
  if (response.status !== 206 || want.kind !== "rest") return undefined;
  const [, from, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  if (Number(from) !== want.from) return undefined;
  return { from: want.from, end: Number(last) + 1, total: total === "*" ? undefined : Number(total) };
}

/** Only a strong validator guarantees identical bytes: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5 */
function validatorOf({ headers }: Response): Validator | undefined {
  const etag = headers.get("etag");
  if (etag !== null && !etag.startsWith("W/")) return { header: "etag", value: etag };
  const modified = headers.get("last-modified");
  return modified === null ? undefined : { header: "last-modified", value: modified };
}

/** Whether a validator repeats a secret of the request. Such a validator must not be written into the cache. */
function echoesSecret(text: string | undefined, { url, credentials = "" }: Get): boolean {
  if (text === undefined) return false;
  const { pathname, search } = new URL(url);
  const values = [url, pathname, search, ...addressTexts(url), ...credentialTexts(credentials)];
  return redactor([], {}, { values })(text) !== text;
}

function statusFailure({ status, statusText, headers }: Response): Failed {
  const after = Number(headers.get("retry-after") ?? Number.NaN);
  return {
    kind: "failed",
    message: `the server responded with status ${`${status} ${statusText}`.trim()}`,
    retry: [206, 416].includes(status) ? "from-start" : status >= 500 || [408, 425, 429].includes(status),
    ...(Number.isFinite(after) && { afterMs: after * 1000 }),
  };
}

/** The cause of a `TypeError` of `fetch` contains the reason. */
function connectionFailure({ message, cause }: TypeError): Failed {
  const { code, message: reason = message } = (cause ?? {}) as { code?: unknown; message?: string };
  if (/redirect/.test(reason)) return { kind: "failed", message: "the server sent too many redirects", retry: false };
  if (code === "ENOTFOUND") return { kind: "failed", message: "the server name could not be resolved", retry: true };
  if (code === "ECONNREFUSED") return { kind: "failed", message: "the server refused the connection", retry: true };
  if (/CERT|TLS|SSL/.test(String(code)))
    return { kind: "failed", message: `the connection is not secure: ${reason}`, retry: false };
  return { kind: "failed", message: `the connection failed (${reason})`, retry: true };
}
