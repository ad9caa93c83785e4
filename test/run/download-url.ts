// Downloads a URL with its driver.

import type { Result } from "../../src/base/result.ts";
import { type CachedFile, type Download, download } from "../../src/run/acquire/download.ts";
import { storageOf } from "../../src/run/storage/drivers.ts";

export interface UrlDownload extends Omit<Download, "open"> {
  readonly credentials?: string;
  /** The environment in which the driver looks for credentials. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The file of a URL in the cache. Throws if the URL has no driver. */
export async function downloadUrl({
  credentials,
  environment = {},
  ...request
}: UrlDownload): Promise<Result<CachedFile>> {
  const storage = await storageOf({ url: request.url, credentials }, environment);
  if (storage === undefined) throw new Error(`no driver for ${request.url}`);
  return storage.kind === "problem" ? storage : download({ ...request, open: storage.value.open });
}
