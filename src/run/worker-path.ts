import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PATH = "src/run/worker/worker.py";

/** The Python program: published as source, so it is found from the sources and from the compiled tree alike. */
export function workerPath(): string {
  return find(new URL("./", import.meta.url));
}

function find(folder: URL): string {
  const candidate = fileURLToPath(new URL(PATH, folder));
  const parent = new URL("../", folder);
  return existsSync(candidate) || parent.href === folder.href ? candidate : find(parent);
}
