// Makes a file of the plan available as a path that Python can open.
import { resolve } from "node:path";
import { found, problem, type Result } from "../../base/result.ts";
import { type FetchedScheme, schemeOf } from "../../base/schemes.ts";
import { whyUnreadable } from "../../system/paths.ts";
import type { FetchContext, FetchDriver, FileRequest } from "./driver.ts";
import { DRIVERS } from "./drivers.ts";

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
