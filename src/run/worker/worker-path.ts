import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { found, problem, type Result } from "../../base/result.ts";

const PATH = "src/run/worker/worker.py";

/** The Python program: published as source, so it is found from the sources and from the compiled tree alike. */
export function workerPath(): string {
  // A bundler that makes CommonJS leaves no URL.
  return find(new URL("./", import.meta.url ?? pathToFileURL(`${process.cwd()}/`)));
}

/** The Python program, or what to do when a bundler has left it behind. */
export function findWorker(): Result<string> {
  const path = workerPath();
  if (existsSync(path)) return found(path);
  return problem("the Python program of `modelwright/run` was left behind; keep `modelwright/run` out of the bundle");
}

function find(folder: URL): string {
  const candidate = fileURLToPath(new URL(PATH, folder));
  const parent = new URL("../", folder);
  return existsSync(candidate) || parent.href === folder.href ? candidate : find(parent);
}
