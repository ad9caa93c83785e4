// What a driver for a URL scheme gets and gives.
import type { LockedFile } from "../../base/lock-file.ts";
import type { Result } from "../../base/result.ts";

/** A file to locate or fetch. */
export interface FileRequest {
  /** A URL, or a path relative to the root of the plan. It may contain a secret. */
  readonly url: string;
  /** How messages describe it. */
  readonly shown: string;
  readonly credentials?: string | undefined;
  /** Whether a part of the URL comes from the environment. */
  readonly isSecret: boolean;
  /** The file that the lock file records. Any other file is an error. */
  readonly expected?: LockedFile | undefined;
}

/** The context in which files are fetched. */
export interface FetchContext {
  readonly cache: string;
  /** How long a server may send nothing, in milliseconds. */
  readonly stallMs: number;
  /** How long one fetch may take, including all retries, in milliseconds. */
  readonly fetchMs: number;
  /** Whether only the cache may be used. */
  readonly offline?: boolean | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number, total: number | undefined) => void;
}

/** Downloads a file and returns its path on this machine. */
export type FetchDriver = (request: FileRequest, context: FetchContext) => Promise<Result<string>>;
