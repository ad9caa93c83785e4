// The file beside its place that an output is written to. Its name says whose it is, so that what a killed run left
// behind is told from what somebody is writing.
import { createHash, randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { lstat, readdir, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** Who writes a partial file touches it this often … */
const HEARTBEAT_MS = 1000;

/** … so one that has not changed for this long is nobody's; only asked for files of other machines. */
const STALE_MS = 5000;

/** Where the kernel says when a process was started, counted from behind the name of its program. */
const START_FIELD = 19;

/** What this process is writing. */
const ours = new Set<string>();

/**
 * A new name of a partial file, which is hidden and carries this process: `.out.jsonl.MACHINE-PID-START-RANDOM.tmp`. Nobody
 * can guess it and put a link there.
 */
export function partialName(place: string): string {
  const { pid } = process;
  return join(
    dirname(place),
    `.${basename(place)}.${machine()}-${pid}-${startOf(pid) ?? 0}-${randomUUID().replaceAll("-", "")}.tmp`,
  );
}

/** Says every second that the file is being written, until it is told to stop. */
export function keepAlive(partial: string): () => void {
  const heartbeat = setInterval(() => void utimes(partial, new Date(), new Date()).catch(() => {}), HEARTBEAT_MS);
  heartbeat.unref();
  ours.add(partial);
  return () => {
    clearInterval(heartbeat);
    ours.delete(partial);
  };
}

/** A partial file of an output; `isAlive` when a run is still writing it. */
export interface PartialFile {
  readonly path: string;
  readonly isAlive: boolean;
}

/** The partial files of an output. */
export async function partialFiles(place: string): Promise<readonly PartialFile[]> {
  const folder = dirname(place);
  const start = `.${basename(place)}.`;
  // A folder that may be written but not listed shows none.
  const names = await readdir(folder).catch(() => []);
  const candidates = names.sort().map(async (name): Promise<PartialFile | undefined> => {
    const owner = name.startsWith(start)
      ? /^([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]+\.tmp(\.copy)?$/.exec(name.slice(start.length))
      : null;
    if (owner === null) return undefined;
    const path = join(folder, name);
    // A link is not ours: no run makes one.
    if ((await lstat(path).catch(() => undefined))?.isFile() !== true) return undefined;
    const one = { path, isAlive: await isAlive(path, owner) };
    if (owner[4] === undefined) return one;
    if (!one.isAlive) await rm(path, { force: true }); // half a copy of what is there
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

/** When a process was started, so that another one of the same number is told from it; unknown without `/proc`. */
function startOf(pid: number): string | undefined {
  const text = statOf(pid);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ")[START_FIELD];
}

function statOf(pid: number): string | undefined {
  return read(`/proc/${pid}/stat`);
}

let thisMachine: string | undefined;

/** This machine since it was started, and this container on it. */
function machine(): string {
  thisMachine ??= createHash("sha256")
    .update(`${hostname()} ${read("/proc/sys/kernel/random/boot_id") ?? ""} ${processNamespace()}`)
    .digest("hex")
    .slice(0, 8);
  return thisMachine;
}

/** Process numbers mean something only within their namespace. */
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
