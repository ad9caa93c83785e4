// Runs something again whenever a file that it looked at has changed. What it looked at is noted by its host; so its own
// output is ignored, and files that are missing are waited for.
import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { Host } from "../base/host.ts";

/** Editors write a file in several steps; what happens within this time is one change. */
const SETTLE_MS = 120;

/** What a run looked at, by its absolute path, and how that was when it looked. */
export interface Watched {
  readonly seen: Map<string, string>;
  /** The files that the run writes itself, by their absolute paths: they never count. */
  readonly output: readonly string[];
}

/** A host that notes what it is asked about. */
export function watchedHost(host: Host, cwd: string, { seen, output }: Watched): Host {
  const note = (path: string) => {
    const absolute = resolve(cwd, path);
    if (!seen.has(absolute)) seen.set(absolute, stateOf(absolute, output));
    return path;
  };
  note(".");
  return {
    readText: (path, root) => host.readText(note(path), root),
    kindOf: (path) => host.kindOf(note(path)),
    namesIn: (folder) => host.namesIn(note(folder)),
    realPath: (path) => host.realPath(note(path)),
    ignored: (paths) => host.ignored(paths),
  };
}

/** Whether something that a run looked at is no longer as it was. */
export function hasChanged({ seen, output }: Watched): boolean {
  for (const [path, state] of seen) if (!output.includes(path) && stateOf(path, output) !== state) return true;
  return false;
}

/** The files that a run looked at, and the paths that led to nothing; folders are left out. */
export function filesSeen({ seen, output }: Watched): Seen {
  const files: string[] = [];
  const missing: string[] = [];
  for (const [path, state] of seen) {
    if (output.includes(path)) continue;
    if (state === "missing") missing.push(path);
    // A path below a file is unreadable, and no watcher understands it.
    else if (state.startsWith("file ")) files.push(path);
  }
  return { files, missing };
}

/** What a run looked at, by absolute paths. */
export interface Seen {
  readonly files: readonly string[];
  readonly missing: readonly string[];
}

/**
 * Calls `run` now and after each change of what it has seen, one call after the other, until `signal` fires. What `run` throws
 * ends it.
 */
export async function watchAndRun(
  output: readonly string[],
  signal: AbortSignal,
  run: (watched: Watched) => void,
): Promise<void> {
  let watching: Watching | undefined;
  let wake = () => {};
  signal.addEventListener("abort", () => wake());
  try {
    while (!signal.aborted) {
      const watched = { seen: new Map<string, string>(), output };
      run(watched);
      const seen = [...watched.seen.keys()].filter((path) => !output.includes(path));
      while (!signal.aborted) {
        // A folder of the same name may be another one since: it was renamed, or deleted and made again.
        watching?.close();
        watching = watchFolders(new Set(seen.map(existingFolder)), () => wake());
        // What changed between the look at it and the start of its watcher is found here, too.
        if (hasChanged(watched)) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (!signal.aborted) await settled((again) => (wake = again), signal);
      }
    }
  } finally {
    // An open watcher would keep the process alive.
    watching?.close();
  }
}

/** Waits until nothing has happened for a while. */
function settled(listen: (again: () => void) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let timer = setTimeout(resolve, SETTLE_MS);
    listen(() => {
      clearTimeout(timer);
      timer = setTimeout(resolve, signal.aborted ? 0 : SETTLE_MS);
    });
  });
}

/** Folders that are watched. */
export interface Watching {
  close(): void;
  /** Lets the process end in spite of them. */
  unref(): void;
}

/** How often a folder is looked at that the system cannot watch, because it has no watchers left or the folder is gone. */
const POLL_MS = 1000;

/**
 * Calls `onChange` whenever something in the folders may have changed. Folders are watched, not files: editors replace a file
 * with another one.
 */
export function watchFolders(folders: Iterable<string>, onChange: () => void): Watching {
  const watchers: FSWatcher[] = [];
  const timers: NodeJS.Timeout[] = [];
  for (const folder of folders) {
    try {
      const watcher = watch(folder, onChange);
      // A folder that goes away is no failure: what was in it has changed, and the next run says what is wrong.
      watcher.on("error", onChange);
      watchers.push(watcher);
    } catch {
      if (timers.length === 0) timers.push(setInterval(onChange, POLL_MS));
    }
  }
  return {
    close: () => {
      for (const watcher of watchers) watcher.close();
      for (const timer of timers) clearInterval(timer);
    },
    unref: () => {
      for (const each of [...watchers, ...timers]) each.unref();
    },
  };
}

/** The path itself when it is a folder, else the nearest folder above it that is there. */
export function existingFolder(path: string): string {
  for (let folder = path; ; folder = dirname(folder)) if (isFolder(folder) || folder === dirname(folder)) return folder;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // It is missing, below a file, or in a folder that cannot be read.
    return false;
  }
}

/** Everything that shows a change, in one text: of a folder its names, of a file its size, time and number. */
function stateOf(path: string, output: readonly string[]): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
    if (stat === undefined) return "missing";
    if (stat.isDirectory()) return `folder ${namesIn(path, output).join("\0")}`;
    return `file ${stat.size} ${stat.mtimeNs} ${stat.ino}`;
  } catch {
    return "unreadable";
  }
}

/** The names in a folder, without those that our own output adds. */
function namesIn(folder: string, output: readonly string[]): readonly string[] {
  const isOutput = (path: string) => output.some((file) => file === path || file.startsWith(path + sep));
  return readdirSync(folder)
    .filter((name) => !isOutput(join(folder, name)))
    .sort();
}
