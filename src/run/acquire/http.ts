// One attempt to get a file over http: what is asked, and what the answer means. Nothing is expected of a server but that
// it answers a GET: neither HEAD, nor Range, nor a length.
import { decodePercent } from "../../base/address.ts";
import { linkedSignal } from "../abort/linked-signal.ts";
import { redactor } from "../secrets/redactor.ts";
import { addressTexts, credentialTexts } from "../secrets/secret-values.ts";

/** By which mark a server knows whether a file is still the same. */
export interface Validator {
  readonly header: "etag" | "last-modified";
  readonly value: string;
}

/** What is asked for. */
export interface Get {
  readonly url: string;
  /** `user:password`, or a token. When the server leads to another one, that one does not get it. */
  readonly credentials?: string | undefined;
  /** The whole file; what follows the bytes that are here; or the whole file if it has changed. */
  readonly want:
    | { readonly kind: "whole" }
    | { readonly kind: "rest"; readonly from: number; readonly validator: Validator }
    | { readonly kind: "changes"; readonly validator: Validator };
  /** How long the server may be silent, in milliseconds. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
}

/** Where the bytes go. */
export interface Sink {
  /** What comes next follows the first `from` bytes of a file that has `total` bytes, if the server says so. */
  readonly begin: (from: number, total: number | undefined, validator: Validator | undefined) => Promise<void>;
  readonly write: (chunk: Uint8Array) => Promise<void>;
}

/** What came of an attempt. */
export type DownloadOutcome = { readonly kind: "whole" } | { readonly kind: "unchanged" } | Failed;

export interface Failed {
  readonly kind: "failed";
  readonly message: string;
  /** Whether another attempt may help, after the time that the server asks for; `anew`: without what is here. */
  readonly retry: boolean | "anew";
  readonly afterMs?: number;
}

/** Gets as much as the server gives. Throws what the sink throws, and the reason of the signal. */
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
      if (rest < 0) return { kind: "failed", message: "the server sent more bytes than it had said", retry: "anew" };
      await sink.write(chunk);
      silence.refresh();
    }
    return { kind: "whole" };
  } catch (error) {
    request.signal.throwIfAborted();
    if (isSilent)
      return { kind: "failed", message: `the server was silent for ${request.stallMs / 1000} s`, retry: true };
    if (error instanceof TypeError) return connectionFailure(error);
    throw error;
  } finally {
    clearTimeout(silence);
    abort(); // whatever is left of the answer
    unlink();
  }
}

function requestOf({ url, credentials, want }: Get): { url: string; headers: Record<string, string> } {
  const address = new URL(url);
  // `fetch` refuses an address that holds them.
  const inside = address.username === "" ? undefined : decodePercent(`${address.username}:${address.password}`);
  address.username = "";
  address.password = "";
  // Packed on its way, a file has neither a length nor places that can be counted.
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

/** `fetch` would quote the value: https://fetch.spec.whatwg.org/#concept-header-value, whose ends are stripped. */
function isInvalidHeader(value: string | undefined): boolean {
  return value !== undefined && /[^\t\x20-\x7e\x80-\xff]/.test(value.trim());
}

const INVALID_HEADER =
  "its credential cannot be sent in an HTTP header: it contains a line break, another control character or a character outside of Latin-1";

const COMPRESSED = "the server sent the file compressed, although it was asked not to";

/** `fetch` unpacks what comes, so a few bytes could become any number of them, and no length could be checked. */
function isCompressed({ headers }: Response): boolean {
  const codings = (headers.get("content-encoding") ?? "").split(",").map((coding) => coding.trim().toLowerCase());
  return codings.some((coding) => coding !== "" && coding !== "identity");
}

interface BodyRange {
  readonly from: number;
  /** Where the body ends at the latest; infinite when the server does not say. */
  readonly end: number;
  readonly total: number | undefined;
}

/** Where in the file the body stands; `undefined` when there is none. */
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

/** Only a strong mark promises the same bytes: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5 */
function validatorOf({ headers }: Response): Validator | undefined {
  const etag = headers.get("etag");
  if (etag !== null && !etag.startsWith("W/")) return { header: "etag", value: etag };
  const modified = headers.get("last-modified");
  return modified === null ? undefined : { header: "last-modified", value: modified };
}

/** Whether a server says a secret of the request again: a mark is written into the cache. */
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
    message: `the server answered ${`${status} ${statusText}`.trim()}`,
    retry: [206, 416].includes(status) ? "anew" : status >= 500 || [408, 425, 429].includes(status),
    ...(Number.isFinite(after) && { afterMs: after * 1000 }),
  };
}

/** `fetch` tells why in the cause of what it throws. */
function connectionFailure({ message, cause }: TypeError): Failed {
  const { code, message: reason = message } = (cause ?? {}) as { code?: unknown; message?: string };
  if (/redirect/.test(reason))
    return { kind: "failed", message: "the server leads from one address to the next without an end", retry: false };
  if (code === "ENOTFOUND") return { kind: "failed", message: "there is no server of that name", retry: true };
  if (code === "ECONNREFUSED") return { kind: "failed", message: "the server refuses the connection", retry: true };
  if (/CERT|TLS|SSL/.test(String(code)))
    return { kind: "failed", message: `the connection is not safe: ${reason}`, retry: false };
  return { kind: "failed", message: `the connection broke off (${reason})`, retry: true };
}
