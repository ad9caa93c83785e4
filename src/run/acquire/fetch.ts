// Makes a file of the plan available as a path that Python can open.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { LockedFile } from "../../base/lock-file.ts";
import { found, problem, type Result } from "../../base/result.ts";
import { factsOf, schemeOf, schemesWith } from "../../base/schemes.ts";
import type { Environment } from "../../system/environment.ts";
import { whyUnreadable } from "../../system/paths.ts";
import type { Storage } from "../storage/driver.ts";
import { storageOf } from "../storage/drivers.ts";
import { type CachedFile, type Download, download } from "./download.ts";
import { downloadFolder } from "./folder.ts";

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
  /** The environment in which drivers look for credentials and start programs. */
  readonly environment: Environment;
  /** How long a server may send nothing, in milliseconds. */
  readonly stallMs: number;
  /** How long one fetch may take, including all retries, in milliseconds. */
  readonly fetchMs: number;
  /** Whether only the cache may be used. */
  readonly offline?: boolean | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number, total: number | undefined) => void;
}

/** The delay before the second attempt, in milliseconds. */
const RETRY_MS = 500;

/** Whether a file must be fetched before it can be opened. */
export function isRemote(url: string): boolean {
  const scheme = schemeOf(url);
  return scheme !== undefined && factsOf(scheme).data !== "path";
}

/** Finds a file or folder on this machine. For a remote file, checks whether it can be fetched, without contacting its server. */
export async function checkFile(request: FileRequest, root: string, environment: Environment): Promise<Result<string>> {
  const { url, shown, isSecret } = request;
  if (!isRemote(url)) {
    const location = pathOf(url, root);
    const reason = location === undefined ? NOT_LOCAL : await whyUnreadable(location);
    return reason === undefined && location !== undefined ? found(location) : problem(`${shown} ${reason}`);
  }
  const storage = await storageOf(request, environment);
  if (storage !== undefined) return storage.kind === "value" ? found(url) : problem(`${shown} ${storage.message}`);
  const what = isSecret ? shown : `URLs with the scheme \`${schemeOf(url)}\``;
  const supported = schemesWith(({ data }) => data === "download").map((each) => `\`${each}\``);
  return problem(`${what} cannot be fetched; supported: ${supported.join(", ")} and paths on this machine`);
}

const NOT_LOCAL = "is not a valid URL; write `file:///` and an absolute path";

/** The path of a file that is on this machine: a path, or a URL with the scheme `file`. */
function pathOf(url: string, root: string): string | undefined {
  if (schemeOf(url) === undefined) return resolve(root, url);
  try {
    return fileURLToPath(url);
  } catch {
    return undefined; // it names another machine, or contains an encoded slash
  }
}

/** Fetches a remote file or folder. */
export async function fetchFile(request: FileRequest, context: FetchContext): Promise<Result<CachedFile>> {
  const { url, shown, isSecret, expected } = request;
  const storage = await storageOf(request, context.environment);
  if (storage?.kind !== "value") return problem(`${shown} ${storage?.message ?? "cannot be fetched"}`);
  const wanted = { ...context, url, isSecret, expected, retryMs: RETRY_MS };
  const file = await downloadFrom(storage.value, wanted);
  return file.kind === "value" ? file : problem(`${shown} cannot be fetched: ${file.message}`);
}

function downloadFrom(storage: Storage, request: Omit<Download, "open">): Promise<Result<CachedFile>> {
  return storage.kind === "folder"
    ? downloadFolder({ ...request, storage })
    : download({ ...request, open: storage.open });
}
