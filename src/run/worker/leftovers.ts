// Ends leftover processes of a worker. Normally the guard (worker/guard.py) does that. This code is for a guard that does not
// respond, or that the code of a model has killed. On Linux, leftover processes are found by their parents and by a variable in
// their environment.
import { readdirSync, readFileSync } from "node:fs";

/** An environment variable that only a worker and the processes that it started have. */
export const MARK = "MODELWRIGHT_WORKER";

/** How the processes of a worker are identified. */
export interface Traces {
  /** The value of the environment variable. */
  readonly mark: string;
  /** The guard. It is not killed, because orphaned processes become its children. */
  readonly guard: number | undefined;
  /** The worker, if its id is known. */
  readonly worker: number | undefined;
}

/** The maximum number of searches. A process may start others during a search. */
const ROUNDS = 50;

/** Ends the worker and all processes that it started, in and outside its process group. */
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

/** Whether a process is a descendant of another one; false on systems without `/proc`. */
export function isDescendant(id: number, ancestor: number | undefined): boolean {
  for (let parent = parentOf(id); parent !== undefined; parent = parentOf(parent)) if (parent === ancestor) return true;
  return false;
}

/** Whether a process exists and has not ended. Always false on systems without `/proc`. */
export function isRunning(id: number): boolean {
  return parentOf(id) !== undefined;
}

/** The first process of the container of a worker; `undefined` if the container is not on this machine. */
export function firstProcess(mark: string): number | undefined {
  return idsIn("/proc").find((id) => isMarked(id, mark) && /^NSpid:\t\d+.*\t1$/m.test(read(`/proc/${id}/status`)));
}

/** Sends a signal to a process. Errors are ignored. */
function signalTo(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(id, signal);
  } catch {
    // The process has ended or belongs to another user.
  }
}

interface Process {
  readonly id: number;
  readonly parent: number;
}

/** The running processes of this machine. */
function processes(): readonly Process[] {
  return idsIn("/proc").flatMap((id) => {
    const parent = parentOf(id);
    return parent === undefined ? [] : [{ id, parent }];
  });
}

/** The parent of a process; `undefined` if the process has ended (including zombies). */
function parentOf(id: number): number | undefined {
  // The program name is in parentheses and may contain any character.
  const [, state = "", parent] = /\) (\w) (\d+) [^)]*$/.exec(read(`/proc/${id}/stat`)) ?? [];
  return "ZX".includes(state) ? undefined : Number(parent);
}

/** The roots and all of their descendants. */
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
    return ""; // the process has ended or belongs to another user
  }
}
