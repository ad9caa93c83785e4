// Downloads a URL with its driver.

import type { Result } from "../../src/base/result.ts";
import { type CachedFile, type Download, download } from "../../src/run/acquire/download.ts";
import { downloadFolder } from "../../src/run/acquire/folder.ts";
import { storageOf } from "../../src/run/storage/drivers.ts";

export interface UrlDownload extends Omit<Download, "open"> {
  readonly credentials?: string;
  /** The environment in which the driver looks for credentials. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A folder in the cache. Throws if the URL is not that of a folder. */
export async function downloadFolderUrl({
  credentials,
  environment = {},
  ...request
}: UrlDownload): Promise<Result<CachedFile>> {
  const storage = await storageOf({ url: request.url, credentials }, environment);
  if (storage?.kind === "problem") return storage;
  if (storage?.value.kind !== "folder") throw new Error(`${request.url} is not a folder`);
  return downloadFolder({ ...request, storage: storage.value });
}

/** The file of a URL in the cache. Throws if the URL has no driver. */
export async function downloadUrl({
  credentials,
  environment = {},
  ...request
}: UrlDownload): Promise<Result<CachedFile>> {
  const storage = await storageOf({ url: request.url, credentials }, environment);
  if (storage?.kind === "problem") return storage;
  if (storage?.value.kind !== "file") throw new Error(`${request.url} is not a file`);
  return download({ ...request, open: storage.value.open });
}
