// Why a request is not answered with a result. Both protocols show it: as a problem (RFC 9457), or as `{"error": …}`.
import { exactJson } from "../base/exact-json.ts";

/** The titles of the answers, by status. */
const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
  504: "Gateway Timeout",
} as const;

/** A status that the server answers with when it does not answer with a result. */
export type ProblemStatus = keyof typeof TITLES;

/** What a problem has in addition to its status and its text. */
export interface ProblemDetails {
  /** Headers of the answer, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Members of the problem document, such as the type of a Python exception. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Text for the log of the server only, such as a traceback. */
  readonly log?: string | undefined;
}

/** A request that is not answered with a result. The message is for the client. */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";
  readonly status: ProblemStatus;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;
  readonly log: string | undefined;

  constructor(status: ProblemStatus, message: string, { headers = {}, members = {}, log }: ProblemDetails = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.members = members;
    this.log = log;
  }
}

/** The reason phrase of a status. */
export function titleOf(status: ProblemStatus): string {
  return TITLES[status];
}

/** The problem document (RFC 9457) of a plain JSON endpoint. */
export function problemJson({ status, message, members }: RequestProblem): string {
  return exactJson({ type: "about:blank", title: titleOf(status), status, detail: message, ...members });
}

/** The error document of the Open Inference Protocol. */
export function errorJson({ message }: RequestProblem): string {
  return JSON.stringify({ error: message });
}
