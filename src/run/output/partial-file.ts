// The temporary file of an output. Its name identifies the process that writes it, so that the file of a killed run can be
// distinguished from a file that another run is writing.
import { createHash, randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { lstat, readdir, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** How often the modification time of a partial file is updated while it is written. */
const HEARTBEAT_MS = 1000;

/** A partial file of another machine that does not change for this long is abandoned. */
const STALE_MS = 5000;

/** The field with the start time of a process in `/proc/PID/stat`, counted after the program name. */
const START_FIELD = 19;

/** The partial files that this process is writing. */
const ours = new Set<string>();

/**
 * A new name for a partial file, which is hidden and identifies this process: `.out.jsonl.MACHINE-PID-START-RANDOM.tmp`. The
 * random part prevents others from creating a link with this name in advance.
 */
export function partialName(place: string): string {
  const { pid } = process;
  return join(
    dirname(place),
    `.${basename(place)}.${machine()}-${pid}-${startOf(pid) ?? 0}-${randomUUID().replaceAll("-", "")}.tmp`,
  );
}

/** Updates the modification time of the file every second. Returns a function that stops it. */
export function keepAlive(partial: string): () => void {
  const heartbeat = setInterval(() => void utimes(partial, new Date(), new Date()).catch(() => {}), HEARTBEAT_MS);
  heartbeat.unref();
  ours.add(partial);
  return () => {
    clearInterval(heartbeat);
    ours.delete(partial);
  };
}

/** A partial file of an output. `isAlive` is true if a run is still writing it. */
export interface PartialFile {
  readonly path: string;
  readonly isAlive: boolean;
}

/** Finds the partial files of an output, and removes abandoned copies. */
export async function partialFiles(place: string): Promise<readonly PartialFile[]> {
  const folder = dirname(place);
  const start = `.${basename(place)}.`;
  // A folder that can be written but not listed has no visible partial files.
  const names = await readdir(folder).catch(() => []);
  const candidates = names.sort().map(async (name): Promise<PartialFile | undefined> => {
    const owner = name.startsWith(start)
      ? /^([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]+\.tmp(\.copy)?$/.exec(name.slice(start.length))
      : null;
    if (owner === null) return undefined;
    const path = join(folder, name);
    // No run creates a link.
    if ((await lstat(path).catch(() => undefined))?.isFile() !== true) return undefined;
    const one = { path, isAlive: await isAlive(path, owner) };
    if (owner[4] === undefined) return one;
    if (!one.isAlive) await rm(path, { force: true }); // an incomplete copy of the output
    return undefined;
  });
  return (await Promise.all(candidates)).filter((file) => file !== undefined);
}

async function isAlive(path: string, [, on, pid, start]: RegExpExecArray): Promise<boolean> {
  if (on === machine() && Number(pid) === process.pid) return ours.has(path);
  if (on === machine()) return isRunning(Number(pid)) && (startOf(Number(pid)) ?? start) === start;
  const touched = async () => (await stat(path).catch(() => undefined))?.mtimeMs;
  const before = await touched();
  await wait(STALE_MS);
  return (await touched()) !== before;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) [ZX] /.test(statOf(pid) ?? "");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The start time of a process, which distinguishes it from a later one with the same id; unknown without `/proc`. */
function startOf(pid: number): string | undefined {
  const text = statOf(pid);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ")[START_FIELD];
}

function statOf(pid: number): string | undefined {
  return read(`/proc/${pid}/stat`);
}

let thisMachine: string | undefined;

/** Identifies this boot of this machine, and the container on it. */
function machine(): string {
  thisMachine ??= createHash("sha256")
    .update(`${hostname()} ${read("/proc/sys/kernel/random/boot_id") ?? ""} ${processNamespace()}`)
    .digest("hex")
    .slice(0, 8);
  return thisMachine;
}

/** Process ids are unique only within a namespace. */
function processNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
