// Whether the modules in a folder are ES modules.
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** In bytes: more than any `package.json` needs. */
const MAX_SIZE = 1_000_000;

/**
 * The nearest `package.json` of a folder, if Node and TypeScript treat the modules of the folder as CommonJS because of it: it does
 * not contain `"type": "module"` (https://nodejs.org/api/packages.html#type). `undefined` if there is none, or it cannot be read.
 */
export function commonJsPackage(folder: string): string | undefined {
  const path = join(folder, "package.json");
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return dirname(folder) === folder ? undefined : commonJsPackage(dirname(folder));
  if (!entry.isFile() || entry.size > MAX_SIZE) return undefined;
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    return (content as { readonly type?: unknown } | null)?.type === "module" ? undefined : path;
  } catch {
    return undefined;
  }
}
