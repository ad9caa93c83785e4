// The drivers that download files, by the scheme of their URLs.
import { found, problem } from "../../base/result.ts";
import type { FetchedScheme } from "../../base/schemes.ts";
import { download } from "./download.ts";
import type { FetchDriver } from "./driver.ts";

/** The delay before the second attempt, in milliseconds. */
const RETRY_MS = 500;

const http: FetchDriver = async ({ shown, ...request }, context) => {
  const file = await download({ ...request, ...context, retryMs: RETRY_MS });
  return file.kind === "value" ? found(file.value.path) : problem(`${shown} cannot be fetched: ${file.message}`);
};

/** One driver for each scheme that `base/schemes.ts` marks with `isFetched`. */
export const DRIVERS: Readonly<Record<FetchedScheme, FetchDriver>> = { http, https: http };
