import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { found, problem, type Result } from "../../base/result.ts";

const PATH = "src/run/worker/worker.py";

/** The path of the Python program, which is published as source. It is found from the sources and from compiled code. */
export function workerPath(): string {
  // A bundler with CommonJS output removes `import.meta.url`.
  return find(new URL("./", import.meta.url ?? pathToFileURL(`${process.cwd()}/`)));
}

/** The path of the Python program, or what to do if a bundler has omitted it. */
export function findWorker(): Result<string> {
  const path = workerPath();
  if (existsSync(path)) return found(path);
  return problem(
    "the Python files of `modelwright/run` are missing; mark `modelwright/run` as external in your bundler",
  );
}

function find(folder: URL): string {
  const candidate = fileURLToPath(new URL(PATH, folder));
  const parent = new URL("../", folder);
  return existsSync(candidate) || parent.href === folder.href ? candidate : find(parent);
}
