// The drivers by the scheme of their URLs. Each is loaded when a URL needs it.
import type { Result } from "../../base/result.ts";
import { type DownloadedScheme, schemeOf } from "../../base/schemes.ts";
import type { Environment } from "../../system/environment.ts";
import type { Driver, Storage, StorageRequest } from "./driver.ts";

/** One driver for each scheme that `base/schemes.ts` marks with `data: "download"`. */
export const DRIVERS: Readonly<Record<DownloadedScheme, () => Promise<Driver>>> = {
  http: async () => (await import("./web.ts")).web,
  https: async () => (await import("./web.ts")).web,
  s3: async () => (await import("./s3.ts")).s3,
  gs: async () => (await import("./gs.ts")).gs,
  azure: async () => (await import("./azure.ts")).azure,
  abfs: async () => (await import("./azure.ts")).azure,
  abfss: async () => (await import("./azure.ts")).azure,
  sftp: async () => (await import("./sftp.ts")).sftp,
  ssh: async () => (await import("./sftp.ts")).sftp,
  scp: async () => (await import("./sftp.ts")).sftp,
  hdfs: async () => (await import("./hdfs.ts")).hdfs,
  webhdfs: async () => (await import("./hdfs.ts")).hdfs,
};

/** The storage of a URL; `undefined` if its scheme has no driver. Does not contact a server. */
export async function storageOf(
  request: StorageRequest,
  environment: Environment,
): Promise<Result<Storage> | undefined> {
  const scheme = schemeOf(request.url) ?? "";
  if (!Object.hasOwn(DRIVERS, scheme)) return undefined;
  const driver = await DRIVERS[scheme as DownloadedScheme]();
  return driver(request, environment);
}
