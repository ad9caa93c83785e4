// What the processes of a worker have left. Its guard (worker/guard.py) ends all of it; this is for a guard that is no longer
// there, because the code of a model has killed it, or does not answer. On Linux, what is left is known by its parents and by
// its environment.
import { readdirSync, readFileSync } from "node:fs";

/** A variable that only a worker and whatever it starts carries. */
export const MARK = "MODELWRIGHT_WORKER";

/** Where the processes of a worker are found. */
export interface Traces {
  /** The value of the variable. */
  readonly mark: string;
  /** The guard, which is spared: what loses its parent is looked for below it. */
  readonly guard: number | undefined;
  /** The worker itself, once it is known. */
  readonly worker: number | undefined;
}

/** What starts others meanwhile is looked for again, so many times. */
const ROUNDS = 50;

/** Ends the worker and whatever it has started, in and outside of its group. */
export function killLeftovers({ mark, guard, worker }: Traces): void {
  const killed = new Set<number | undefined>([guard]);
  for (let round = 0; round < ROUNDS; round++) {
    const found = processes();
    const descendantIds = descendants(found, [guard, worker]);
    const left = found.filter(({ id }) => !killed.has(id) && (descendantIds.has(id) || isMarked(id, mark)));
    if (left.length === 0) break;
    for (const { id } of left) {
      signalTo(id, "SIGKILL");
      killed.add(id);
    }
  }
}

/** Whether a process has another one among its parents, as far as this system tells. */
export function isDescendant(id: number, ancestor: number | undefined): boolean {
  for (let parent = parentOf(id); parent !== undefined; parent = parentOf(parent)) if (parent === ancestor) return true;
  return false;
}

/** Sends a signal to a process or, with a negative id, to a group; one that has ended needs none. */
export function signalTo(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(id, signal);
  } catch {
    // It has ended meanwhile, or is somebody else's.
  }
}

interface Process {
  readonly id: number;
  readonly parent: number;
}

/** The processes of this machine that have not ended. */
function processes(): readonly Process[] {
  return idsIn("/proc").flatMap((id) => {
    const parent = parentOf(id);
    return parent === undefined ? [] : [{ id, parent }];
  });
}

/** Nothing of a process that has ended, and has only not been collected. */
function parentOf(id: number): number | undefined {
  // The name of a program stands in parentheses, and may hold any letter.
  const [, state = "", parent] = /\) (\w) (\d+) [^)]*$/.exec(read(`/proc/${id}/stat`)) ?? [];
  return "ZX".includes(state) ? undefined : Number(parent);
}

/** The roots and all that has one of them among its parents. */
function descendants(all: readonly Process[], roots: readonly (number | undefined)[]): ReadonlySet<number> {
  const childrenOf = new Map<number, number[]>();
  for (const { id, parent } of all) {
    const siblings = childrenOf.get(parent);
    if (siblings === undefined) childrenOf.set(parent, [id]);
    else siblings.push(id);
  }
  const found = new Set<number>();
  const waiting = roots.filter((root) => root !== undefined);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    waiting.push(...(childrenOf.get(id) ?? []));
  }
  return found;
}

function isMarked(id: number, mark: string): boolean {
  return read(`/proc/${id}/environ`).split("\0").includes(`${MARK}=${mark}`);
}

function idsIn(folder: string): readonly number[] {
  try {
    return readdirSync(folder).flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return []; // not Linux
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // it has ended meanwhile, or is somebody else's
  }
}
