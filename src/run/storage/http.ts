// Files over HTTP: one request, and the meaning of its response. A server only has to support GET; HEAD, Range and
// Content-Length are not required. Services differ in how they authorize a request and in how they describe an error.
import type { Result } from "../../base/result.ts";
import { readAtMost } from "../../system/read-at-most.ts";
import { redactor } from "../secrets/redactor.ts";
import { addressTexts, credentialTexts } from "../secrets/secret-values.ts";
import {
  type Content,
  type Failed,
  type ListedFile,
  type OpenFile,
  refusal,
  type StorageRequest,
  TransferError,
  type Validator,
  type Want,
} from "./driver.ts";

/** A request. The names of the headers are in lower case. */
export interface HttpRequest {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Relative to the service, if its `authorize` says so. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** How a service differs from plain HTTP. */
export interface HttpService {
  /** Adds what authorizes a request, and the address of the service if the URL is relative to it. Is called for each request, because signatures and tokens expire. */
  readonly authorize: (request: HttpRequest, signal: AbortSignal) => Promise<Result<HttpRequest>>;
  /**
   * Whether redirects are followed. A redirect to another server loses only the header `authorization`, so services with other
   * secret headers do not follow.
   */
  readonly follows: boolean;
  /** The request to send instead, if the response names another place. */
  readonly redirected?: (request: HttpRequest, response: Response) => HttpRequest | undefined;
  /** The code of an error, such as `NoSuchKey`, in the body of a response. */
  readonly errorCode?: (body: string) => string | undefined;
  /** Whose credentials the requests have, for the message of a refused request. */
  readonly access?: () => string | undefined;
}

type Sent = { readonly kind: "response"; readonly response: Response } | Failed;

/** How many times a service may name another place. */
const MAX_REDIRECTS = 5;

/** The maximum number of bytes that are read of the body of an error. */
const MAX_ERROR = 16_384;

/** A file that a service has at a URL. A validator must not repeat a secret of the request, because it is written into the cache. */
export function httpFile(service: HttpService, url: string, secrets: StorageRequest): OpenFile {
  return async (want, signal) => {
    const request: HttpRequest = { method: "GET", url, headers: headersFor(want) };
    const sent = await send(service, request, signal);
    if (sent.kind === "failed") return sent;
    const { response } = sent;
    if (response.status === 304 && want.kind === "changes") return { kind: "unchanged" };
    const range = rangeOfBody(response, want);
    if (range === undefined) return failureOf(service, response);
    if (isCompressed(response)) return refusal(COMPRESSED);
    const validator = validatorOf(response);
    if (want.kind === "rest" && range.from > 0 && isOther(validator, want.validator)) return CHANGED;
    // Some servers ignore `If-None-Match`. The same strong ETag means the same bytes.
    if (want.kind === "changes" && validator?.header === "etag" && !isOther(validator, want.validator))
      return { kind: "unchanged" };
    const isStored = validator !== undefined && !echoesSecret(validator.value, secrets);
    return {
      kind: "content",
      ...range,
      validator: isStored ? validator : undefined,
      hasRanges: response.status === 206 || response.headers.get("accept-ranges") === "bytes",
      chunks: chunksOf(response),
    };
  };
}

/** The maximum size of one page of a list, in bytes. */
const MAX_PAGE = 32 * 1024 * 1024;

/** The text of a successful response to a GET request. Throws a `TransferError` otherwise. */
export async function textAt(service: HttpService, url: string, signal: AbortSignal): Promise<string> {
  const sent = await send(service, { method: "GET", url, headers: {} }, signal);
  if (sent.kind === "failed") throw new TransferError(sent);
  if (!sent.response.ok) throw new TransferError(await failureOf(service, sent.response));
  const bytes = await readAtMost(chunksOf(sent.response), MAX_PAGE);
  if (bytes === undefined) throw new TransferError(refusal("the server sent a list that is too long"));
  return bytes.toString("utf8");
}

/**
 * The files of all pages of a list. A page may name the next one.
 *
 * @param urlOf the URL of a page
 * @param read reads a page, and throws if it cannot
 */
export async function* listPages(
  service: HttpService,
  urlOf: (next: string | undefined) => string,
  read: (page: string) => { readonly files: readonly ListedFile[]; readonly next: string | undefined },
  signal: AbortSignal,
): AsyncGenerator<ListedFile> {
  let next: string | undefined;
  do {
    const page = await textAt(service, urlOf(next), signal);
    const before = next;
    let files: readonly ListedFile[];
    try {
      ({ files, next } = read(page));
    } catch {
      throw new TransferError(refusal("the server sent a list that cannot be read"));
    }
    yield* files;
    if (next !== undefined && next === before)
      throw new TransferError(refusal("the server sent a list without an end"));
  } while (next !== undefined && next !== "");
}

/** Sends a request, and follows a service to another place. The response may be unsuccessful. */
export async function send(service: HttpService, given: HttpRequest, signal: AbortSignal): Promise<Sent> {
  let request = given;
  for (let redirects = 0; ; redirects++) {
    const authorized = await service.authorize(request, signal);
    if (authorized.kind === "problem") return refusal(authorized.message);
    const { method, url, headers, body } = authorized.value;
    if (Object.values(headers).some(isInvalidHeader)) return refusal(INVALID_HEADER);
    const redirect = service.follows ? "follow" : "manual";
    let response: Response;
    try {
      response = await fetch(url, { method, headers, signal, redirect, ...(body !== undefined && { body }) });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TypeError) return connectionFailure(error);
      throw error;
    }
    const next = service.redirected?.(request, response);
    if (next === undefined) return { kind: "response", response };
    if (redirects >= MAX_REDIRECTS) return refusal(TOO_MANY_REDIRECTS);
    await response.body?.cancel();
    request = next;
  }
}

const TOO_MANY_REDIRECTS = "the server sent too many redirects";

function headersFor(want: Want): Record<string, string> {
  // With content encoding, neither the length nor the offsets of the file are known.
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (want.kind === "changes") {
    headers[want.validator.header === "etag" ? "if-none-match" : "if-modified-since"] = want.validator.value;
  } else if (want.kind === "rest") {
    headers["range"] = `bytes=${want.from}-${want.end === undefined ? "" : want.end - 1}`;
    headers["if-range"] = want.validator.value;
  }
  return headers;
}

/** The error of `fetch` would contain the value. `fetch` trims it: https://fetch.spec.whatwg.org/#concept-header-value */
function isInvalidHeader(value: string): boolean {
  return /[^\t\x20-\x7e\x80-\xff]/.test(value.trim());
}

const INVALID_HEADER =
  "its credential cannot be sent in an HTTP header because it contains a line break, another control character or a character outside Latin-1";

const COMPRESSED = "the server sent the file compressed, although the request did not allow it";

/** `fetch` decompresses content, so a few bytes could expand to any number, and the length could not be checked. */
function isCompressed({ headers }: Response): boolean {
  const codings = (headers.get("content-encoding") ?? "").split(",").map((coding) => coding.trim().toLowerCase());
  return codings.some((coding) => coding !== "" && coding !== "identity");
}

/** The part of the file that the body contains; `undefined` if the response cannot be used. */
function rangeOfBody(response: Response, want: Want): Pick<Content, "from" | "end" | "total"> | undefined {
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

/** Some servers ignore `If-Range` and send a range of another file. */
function isOther(now: Validator | undefined, earlier: Validator): boolean {
  return now !== undefined && (now.header !== earlier.header || now.value !== earlier.value);
}

const CHANGED: Failed = {
  kind: "failed",
  message: "the file changed while it was downloaded",
  retry: "from-start",
};

/** Whether a validator repeats a secret of the request. Such a validator must not be written into the cache. */
function echoesSecret(text: string, { url, credentials = "" }: StorageRequest): boolean {
  const { pathname = "", search = "" } = URL.canParse(url) ? new URL(url) : {};
  const values = [url, pathname, search, ...addressTexts(url), ...credentialTexts(credentials)];
  return redactor([], {}, { values })(text) !== text;
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body ?? []) yield chunk;
  } catch (error) {
    throw error instanceof TypeError ? new TransferError(connectionFailure(error)) : error;
  }
}

/** What an unsuccessful response means. */
export async function failureOf(service: HttpService, response: Response): Promise<Failed> {
  const { status, statusText, headers } = response;
  const after = Number(headers.get("retry-after") ?? Number.NaN);
  const code = service.errorCode?.(await textOf(response, MAX_ERROR));
  const isCode = code !== undefined && /^[A-Za-z][\w.]{0,80}$/.test(code);
  const access = status === 401 || status === 403 ? service.access?.() : undefined;
  const what = `${status} ${isCode ? code : statusText}`.trim();
  return {
    kind: "failed",
    message: `the server responded with status ${what}${access === undefined ? "" : `; ${access}`}`,
    retry: [206, 412, 416].includes(status) ? "from-start" : status >= 500 || [408, 425, 429].includes(status),
    ...(Number.isFinite(after) && { afterMs: after * 1000 }),
    ...(status === 404 && { isMissing: true }),
  };
}

/** The beginning of the body of a response, at least `limit` bytes if there are as many. */
export async function textOf({ body }: Response, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) break;
    }
  } catch {
    // The status is enough.
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The cause of a `TypeError` of `fetch` contains the reason. */
function connectionFailure({ message, cause }: TypeError): Failed {
  const { code, message: reason = message } = (cause ?? {}) as { code?: unknown; message?: string };
  if (/redirect/.test(reason)) return refusal(TOO_MANY_REDIRECTS);
  if (code === "ENOTFOUND") return { kind: "failed", message: "the server name could not be resolved", retry: true };
  if (code === "ECONNREFUSED") return { kind: "failed", message: "the server refused the connection", retry: true };
  if (/CERT|TLS|SSL/.test(String(code))) return refusal(`the connection is not secure: ${reason}`);
  return { kind: "failed", message: `the connection failed (${reason})`, retry: true };
}
