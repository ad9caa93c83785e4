// Makes a file of the plan available as a path that Python can open.
import { resolve } from "node:path";
import { found, problem, type Result } from "../../base/result.ts";
import { type FetchedScheme, schemeOf } from "../../base/schemes.ts";
import { whyUnreadable } from "../../system/paths.ts";
import { download } from "./download.ts";

/** A file to locate or fetch. */
export interface FileRequest {
  /** A URL, or a path relative to the root of the plan. It may contain a secret. */
  readonly url: string;
  /** How messages describe it. */
  readonly shown: string;
  readonly credentials?: string | undefined;
  /** Whether a part of the URL comes from the environment. */
  readonly isSecret: boolean;
}

/** The context in which files are fetched. */
export interface FetchContext {
  readonly cache: string;
  /** How long a server may send nothing, in milliseconds. */
  readonly stallMs: number;
  /** How long one fetch may take, including all retries, in milliseconds. */
  readonly fetchMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number, total: number | undefined) => void;
}

/** Downloads a file and returns its path on this machine. */
type FetchDriver = (request: FileRequest, context: FetchContext) => Promise<Result<string>>;

/** The delay before the second attempt, in milliseconds. */
const RETRY_MS = 500;

const http: FetchDriver = async ({ shown, ...request }, context) => {
  const file = await download({ ...request, ...context, retryMs: RETRY_MS });
  return file.kind === "value" ? found(file.value.path) : problem(`${shown} cannot be fetched: ${file.message}`);
};

/** One driver for each scheme that `base/schemes.ts` marks with `isFetched`. */
const DRIVERS: Readonly<Record<FetchedScheme, FetchDriver>> = { http, https: http };

/** Whether a file must be fetched before it can be opened. */
export function isRemote(url: string): boolean {
  return schemeOf(url) !== undefined;
}

/** Finds a file or folder on this machine. For a remote file, checks whether it can be fetched. */
export async function checkFile({ url, shown, isSecret }: FileRequest, root: string): Promise<Result<string>> {
  const scheme = schemeOf(url);
  if (scheme === undefined) {
    const location = resolve(root, url);
    const reason = await whyUnreadable(location);
    return reason === undefined ? found(location) : problem(`${shown} ${reason}`);
  }
  if (driverOf(url) !== undefined) return URL.canParse(url) ? found(url) : problem(`${shown} is not a valid URL`);
  const what = isSecret ? shown : `URLs with the scheme \`${scheme}\``;
  const supported = Object.keys(DRIVERS)
    .map((each) => `\`${each}\``)
    .join(", ");
  return problem(`${what} cannot be fetched; supported: ${supported} and paths on this machine`);
}

/** Fetches a remote file and returns its path on this machine. */
export async function fetchFile(request: FileRequest, context: FetchContext): Promise<Result<string>> {
  const driver = driverOf(request.url);
  return driver === undefined ? problem(`${request.shown} cannot be fetched`) : driver(request, context);
}

function driverOf(url: string): FetchDriver | undefined {
  const scheme = schemeOf(url) ?? "";
  return Object.hasOwn(DRIVERS, scheme) ? DRIVERS[scheme as FetchedScheme] : undefined;
}
