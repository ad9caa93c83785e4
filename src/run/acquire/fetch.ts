// How a file that the plan names becomes a path that Python can open.
import { resolve } from "node:path";
import { found, problem, type Result } from "../../base/result.ts";
import { type FetchedScheme, schemeOf } from "../../base/schemes.ts";
import { whyUnreadable } from "../../system/paths.ts";
import { download } from "./download.ts";

/** A file that is wanted. */
export interface FileRequest {
  /** A url, or a path that starts from the plan's root. It may hold a secret. */
  readonly url: string;
  /** What messages call it. */
  readonly shown: string;
  readonly credentials?: string | undefined;
  /** Whether a part of the url comes from the environment. */
  readonly isSecret: boolean;
}

/** With what files are brought. */
export interface FetchContext {
  readonly cache: string;
  /** How long a server may be silent, in milliseconds. */
  readonly stallMs: number;
  /** How long bringing one thing may take with all attempts, in milliseconds. */
  readonly fetchMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number, total: number | undefined) => void;
}

/** Downloads a file, and gives its path on this machine. */
type FetchDriver = (request: FileRequest, context: FetchContext) => Promise<Result<string>>;

/** The wait before a second attempt, in milliseconds. */
const RETRY_MS = 500;

const http: FetchDriver = async ({ shown, ...request }, context) => {
  const file = await download({ ...request, ...context, retryMs: RETRY_MS });
  return file.kind === "value" ? found(file.value.path) : problem(`${shown} cannot be fetched: ${file.message}`);
};

/** One driver for each scheme that `base/schemes.ts` marks with `isFetched`. */
const DRIVERS: Readonly<Record<FetchedScheme, FetchDriver>> = { http, https: http };

/** Whether a file has to be brought from elsewhere before it can be opened. */
export function isRemote(url: string): boolean {
  return schemeOf(url) !== undefined;
}

/** Finds a file or folder of this machine; of one that is elsewhere, looks whether it can be brought here. */
export async function checkFile({ url, shown, isSecret }: FileRequest, root: string): Promise<Result<string>> {
  const scheme = schemeOf(url);
  if (scheme === undefined) {
    const location = resolve(root, url);
    const reason = await whyUnreadable(location);
    return reason === undefined ? found(location) : problem(`${shown} ${reason}`);
  }
  if (driverOf(url) !== undefined) return URL.canParse(url) ? found(url) : problem(`${shown} is not an address`);
  const what = isSecret ? shown : `urls with the scheme \`${scheme}\``;
  const supported = Object.keys(DRIVERS)
    .map((each) => `\`${each}\``)
    .join(", ");
  return problem(`${what} cannot be fetched; supported: ${supported}, and paths beside the definition`);
}

/** Brings a file that is elsewhere, as a path of this machine. */
export async function fetchFile(request: FileRequest, context: FetchContext): Promise<Result<string>> {
  const driver = driverOf(request.url);
  return driver === undefined ? problem(`${request.shown} cannot be fetched`) : driver(request, context);
}

function driverOf(url: string): FetchDriver | undefined {
  const scheme = schemeOf(url) ?? "";
  return Object.hasOwn(DRIVERS, scheme) ? DRIVERS[scheme as FetchedScheme] : undefined;
}
