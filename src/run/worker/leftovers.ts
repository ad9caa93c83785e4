// Processes that have left the group of the worker that started them: on Linux they are known by their environment.
import { readdirSync, readFileSync } from "node:fs";

/** A variable that only a worker and whatever it starts carries. */
export const MARK = "MODELWRIGHT_WORKER";

/** Ends every process that carries a mark. What starts others meanwhile is looked for again. */
export function killMarked(mark: string): void {
  for (let round = 0; round < 5; round++) {
    const found = marked(`${MARK}=${mark}`);
    if (found.length === 0) return;
    for (const id of found) kill(id);
  }
}

function marked(entry: string): readonly number[] {
  return processes().filter((id) => {
    const environment = read(`/proc/${id}/environ`); // one that has ended has none
    return environment?.includes(entry);
  });
}

function processes(): readonly number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return []; // not Linux
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined; // it has ended meanwhile, or is somebody else's
  }
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
