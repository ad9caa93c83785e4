// Names of files in a bundle.
import { quote } from "../../base/quote.ts";

/** The most files of a bundle. */
export const MAX_FILES = 200_000;

/** The most bytes of a path, and of one of its parts. Common file systems allow no more. */
const MAX_PATH = 4000;
const MAX_PART = 255;

/**
 * Whether a path stays inside the folder that it is relative to, on every system: no absolute path, no `..`, no empty part, no
 * backslash, no control character.
 */
export function isInnerPath(path: unknown): path is string {
  if (typeof path !== "string" || path === "" || Buffer.byteLength(path) > MAX_PATH) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: file names must not contain them.
  if (/[\\\u0000-\u001f\u007f]/.test(path) || /^[A-Za-z]:/.test(path)) return false;
  return path
    .split("/")
    .every((part) => part !== "" && part !== "." && part !== ".." && Buffer.byteLength(part) <= MAX_PART);
}

/** Orders names by their bytes, independent of the locale. */
export function compareNames(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Adds the path of a file. Returns why it is not allowed, as the predicate of a sentence about the archive. */
export type AddName = (path: string) => string | undefined;

/** A set of files in which each path occurs once, and no file has the path of a folder. */
export function nameSet(): AddName {
  const files = new Set<string>();
  const folders = new Set<string>();
  return (path) => {
    const above: string[] = [];
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1))
      above.push(path.slice(0, slash));
    const twice = files.has(path) || folders.has(path) ? path : above.find((folder) => files.has(folder));
    if (twice !== undefined) return `contains ${quote(twice)} twice`;
    if (files.size >= MAX_FILES) return `contains more than ${MAX_FILES} files`;
    files.add(path);
    for (const folder of above) folders.add(folder);
    return undefined;
  };
}
