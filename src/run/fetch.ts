// How a file that the plan names becomes a path that Python can open.
import { access, constants, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { found, problem, type Result } from "./result.ts";

/** One way of getting files; a driver for another kind of url is one more entry in `DRIVERS`. */
interface FetchDriver {
  readonly handles: (url: string) => boolean;
  readonly find: (url: string, root: string, shown: string) => Promise<Result<string>>;
}

const localFile: FetchDriver = {
  handles: (url) => schemeOf(url) === undefined,
  find: async (url, root, shown) => {
    const location = resolve(root, url);
    const reason = await whyUnreadable(location);
    return reason === undefined ? found(location) : problem(`${shown} ${reason}`);
  },
};

const DRIVERS: readonly FetchDriver[] = [localFile];

/**
 * Finds a file or folder by its url or path; `shown` is what messages call it, because the url may hold a secret, and
 * then even its scheme is not told.
 */
export async function findFile(url: string, root: string, shown: string, isSecret: boolean): Promise<Result<string>> {
  const driver = DRIVERS.find(({ handles }) => handles(url));
  if (driver !== undefined) return driver.find(url, root, shown);
  const what = isSecret ? shown : `urls with the scheme \`${schemeOf(url)}\``;
  return problem(`${what} cannot be fetched; supported: paths beside the definition`);
}

/** What is wrong with a path that somebody has to read, as the end of a sentence. */
export async function whyUnreadable(path: string): Promise<string | undefined> {
  try {
    await stat(path);
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
    return code === "EACCES" ? "cannot be read: permission is missing" : `cannot be read (${code})`;
  }
}

function schemeOf(url: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1];
}
