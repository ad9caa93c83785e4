// Recognizes bundles among the arguments of a command. Every command looks at its arguments, so this module imports little.
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

/** The scheme of a bundle in a registry: `oci://HOST/NAME@sha256:…`. */
export const REGISTRY_SCHEME = "oci://";

/** The file that marks a folder as an OCI image layout. */
export const LAYOUT_FILE = "oci-layout";

/** The form of the bundle that a path or URL names; `undefined` if it is not a bundle. */
export function bundleForm(path: string): "registry" | "tar" | "folder" | undefined {
  if (path.startsWith(REGISTRY_SCHEME)) return "registry";
  if (path.endsWith(".tar")) return "tar";
  if (/\.ya?ml$/.test(path)) return undefined;
  return existsSync(join(path, LAYOUT_FILE)) ? "folder" : undefined;
}

/** Whether a tar file is a bundle that this program wrote. Its first file marks it. */
export async function isBundleFile(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const start = Buffer.alloc(LAYOUT_FILE.length + 1);
    await file.read(start, 0, start.length, 0);
    return start.toString("latin1") === `${LAYOUT_FILE}\0`;
  } finally {
    await file.close();
  }
}
