// What a driver for a URL scheme gets and gives. A driver only knows how to ask a server; limits, retries, hashes and the cache are
// the same for all of them (`acquire/`).
import type { Result } from "../../base/result.ts";
import type { Environment } from "../../system/environment.ts";

/** A URL that a driver shall open. */
export interface StorageRequest {
  /** It may contain a secret. */
  readonly url: string;
  /** The credentials of the definition. Their form depends on the scheme. */
  readonly credentials?: string | undefined;
}

/** The value with which a server decides whether a file has changed. */
export interface Validator {
  readonly header: "etag" | "last-modified";
  readonly value: string;
}

/** The whole file, the rest after the first `from` bytes, a range before `end`, or the whole file if it has changed. */
export type Want =
  | { readonly kind: "whole" }
  | { readonly kind: "rest"; readonly from: number; readonly end?: number; readonly validator: Validator }
  | { readonly kind: "changes"; readonly validator: Validator };

/** A part of a file that a server sends. */
export interface Content {
  readonly kind: "content";
  readonly from: number;
  /** The maximum offset of its end; infinite if the server did not send a length. */
  readonly end: number;
  /** The size of the file, if the server sent it. */
  readonly total: number | undefined;
  readonly validator: Validator | undefined;
  /** Whether the server can send ranges of the file at the same time. */
  readonly hasRanges: boolean;
  /** Throws a `TransferError` if the connection fails. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Why there is no file. */
export interface Failed {
  readonly kind: "failed";
  /** Contains no secret and no URL. */
  readonly message: string;
  /** Whether another attempt may succeed; `from-start` if the bytes received so far must be discarded. */
  readonly retry: boolean | "from-start";
  /** The delay that the server requested. */
  readonly afterMs?: number;
  /** Whether the server says that the file does not exist. */
  readonly isMissing?: boolean;
}

/** The answer of a server. */
export type Answer = Content | { readonly kind: "unchanged" } | Failed;

/** Asks a server for a file. Is called once for each attempt. When the signal is aborted, the connection is closed. */
export type OpenFile = (want: Want, signal: AbortSignal) => Promise<Answer>;

/** A failure after the server has started to send. */
export class TransferError extends Error {
  readonly failed: Failed;

  constructor(failed: Failed) {
    super(failed.message);
    this.failed = failed;
  }
}

/** A failure that another attempt cannot repair. */
export function refusal(message: string): Failed {
  return { kind: "failed", message, retry: false };
}

/** A file of a folder. */
export interface ListedFile {
  /** Relative to the folder, with `/`. It comes from the server, so it may be any text. */
  readonly path: string;
  readonly size: number;
}

/** A folder of a server: everything whose name begins with the URL, which ends with `/`. */
export interface StoredFolder {
  readonly kind: "folder";
  /** Lists the files at any depth. Throws a `TransferError`. */
  readonly list: (signal: AbortSignal) => AsyncIterable<ListedFile>;
  /** A file by its path. */
  readonly open: (path: string) => OpenFile;
}

/** A file of this machine to upload. */
export interface UploadSource {
  readonly size: number;
  /** The bytes from an offset. */
  readonly read: (from: number, length: number) => Promise<Uint8Array>;
}

/** Stores a file, in place of an existing one. An incomplete upload changes nothing. Throws a `TransferError`. */
export type Upload = (source: UploadSource, signal: AbortSignal) => Promise<void>;

/** A file of a server. */
export interface StoredFile {
  readonly kind: "file";
  readonly open: OpenFile;
  readonly upload: Upload;
}

/** A file or folder of a server. */
export type Storage = StoredFile | StoredFolder;

/** Reads a URL. Looks for credentials and programs in the environment later, when a file is opened. Does not contact a server. The problem does not contain the URL. */
export type Driver = (request: StorageRequest, environment: Environment) => Result<Storage>;
