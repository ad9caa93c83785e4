// Reruns a function when a file that it accessed changes, or when a new definition appears. The host
// records what is accessed. Output files are ignored, and missing files are watched, too.
import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { Host } from "../base/host.ts";
import { type Places, placesBelow, stateOfPlace } from "./places.ts";

/** Editors save a file in several steps. Changes within this time count as one. */
const QUIET_MS = 120;

/** The maximum time to wait for it, because a program may write a log without a pause. */
const MAX_WAIT_MS = 2000;

/** What a run accessed: the state of each absolute path at that time. */
export interface Watched {
  readonly seen: Map<string, string>;
  /** The state of each folder in which definitions were looked for, by absolute path. */
  readonly places: Map<string, string>;
  /** The absolute paths of the files that the run writes itself; they are ignored. */
  readonly output: readonly string[];
}

/** A record without accessed files. `output`: the absolute paths of the files that the run writes itself. */
export function newWatched(output: readonly string[]): Watched {
  return { seen: new Map(), places: new Map(), output };
}

/** Records the folders in which `discover` looks for definitions. Call it before `discover`, so that nothing is missed. */
export function watchPlaces(watched: Watched, cwd: string): Places {
  const ignoreFile = resolve(cwd, ".gitignore");
  watched.seen.set(ignoreFile, stateOf(ignoreFile, watched.output));
  const found = placesBelow(cwd);
  for (const folder of found.folders) watched.places.set(folder, stateOfPlace(folder, outputIn(watched.output)));
  return found;
}

/** A host that records every path that is accessed. */
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
    ignored: (paths) => {
      note(".gitignore");
      return host.ignored(paths);
    },
  };
}

/** Whether anything that a run accessed has changed since. */
export function hasChanged({ seen, places, output }: Watched): boolean {
  for (const [path, state] of seen) if (!output.includes(path) && stateOf(path, output) !== state) return true;
  const isOutput = outputIn(output);
  for (const [folder, state] of places) if (stateOfPlace(folder, isOutput) !== state) return true;
  return false;
}

/** The files that a run accessed, and the paths that did not exist; folders are omitted. */
export function filesSeen({ seen, output }: Pick<Watched, "seen" | "output">): Seen {
  const files: string[] = [];
  const missing: string[] = [];
  for (const [path, state] of seen) {
    if (output.includes(path)) continue;
    if (state === "missing") missing.push(path);
    // A path below a file is unreadable, and watchers do not support it.
    else if (state.startsWith("file ")) files.push(path);
  }
  return { files, missing };
}

/** What a run accessed, by absolute path. */
export interface Seen {
  readonly files: readonly string[];
  readonly missing: readonly string[];
}

/**
 * Calls `run` now and after each change of anything it accessed, one call at a time, until `signal` is aborted. Rejects
 * if `run` throws.
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
      const watched = newWatched(output);
      run(watched);
      const seen = [...watched.seen.keys()].filter((path) => !output.includes(path));
      while (!signal.aborted) {
        // The folder may have been replaced by another one of the same name, so watch it anew.
        watching?.close();
        const folders = [...watched.places.keys(), ...seen.map(existingFolder)];
        watching = watchFolders(new Set(folders), () => wake());
        // Catch changes between the access and the start of the watcher.
        if (hasChanged(watched)) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (!signal.aborted) await waitUntilQuiet((again) => (wake = again), signal);
      }
    }
  } finally {
    // An open watcher would keep the process alive.
    watching?.close();
  }
}

/** Waits until no change has happened for `QUIET_MS`, but at most `MAX_WAIT_MS`. */
function waitUntilQuiet(listen: (again: () => void) => void, signal: AbortSignal): Promise<void> {
  const end = performance.now() + MAX_WAIT_MS;
  return new Promise((resolve) => {
    let timer = setTimeout(resolve, QUIET_MS);
    listen(() => {
      clearTimeout(timer);
      timer = setTimeout(resolve, signal.aborted ? 0 : Math.min(QUIET_MS, end - performance.now()));
    });
  });
}

/** A set of watched folders. */
export interface Watching {
  close(): void;
  /** Lets the process exit while folders are being watched. */
  unref(): void;
}

/**
 * The polling interval for folders that the system cannot watch, because it is out of watchers or the folder is gone.
 */
const POLL_MS = 1000;

/**
 * Calls `onChange` whenever anything in the folders may have changed. Watches folders instead of files, because editors
 * replace files.
 */
export function watchFolders(folders: Iterable<string>, onChange: () => void): Watching {
  const watchers: FSWatcher[] = [];
  const timers: NodeJS.Timeout[] = [];
  for (const folder of folders) {
    try {
      const watcher = watch(folder, onChange);
      // A deleted folder is not an error: its files have changed, and the next run reports what is wrong.
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

/** The path itself if it is a folder, otherwise its nearest existing ancestor. */
export function existingFolder(path: string): string {
  for (let folder = path; ; folder = dirname(folder)) if (isFolder(folder) || folder === dirname(folder)) return folder;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Missing, below a file, or in an unreadable folder.
    return false;
  }
}

/** The state of a path as one string: the names in a folder, or the size, modification time, inode and permissions of a file. */
function stateOf(path: string, output: readonly string[]): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
    if (stat === undefined) return "missing";
    if (stat.isDirectory()) return `folder ${namesIn(path, output).join("\0")}`;
    return `file ${stat.size} ${stat.mtimeNs} ${stat.ino} ${stat.mode} ${stat.uid} ${stat.gid}`;
  } catch {
    return "unreadable";
  }
}

/** Whether a path is a file of the output, or a folder that contains one. */
function outputIn(output: readonly string[]): (path: string) => boolean {
  return (path) => output.some((file) => file === path || file.startsWith(path + sep));
}

/** The names in a folder, except those of our own output. */
function namesIn(folder: string, output: readonly string[]): readonly string[] {
  const isOutput = outputIn(output);
  return readdirSync(folder)
    .filter((name) => !isOutput(join(folder, name)))
    .sort();
}
