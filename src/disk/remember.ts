// The files of a folder for a program that checks again and again: what was read is kept until it changes on disk.
import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { Host } from "../base/host.ts";
import { worktreeAround } from "../system/git.ts";
import { readText } from "../system/read.ts";
import { nodeHost } from "./host.ts";

/** The files of a folder. After `refresh`, every path is compared with the disk once more, when it is asked for. */
export interface RememberedFiles {
  readonly host: Host;
  /** A text that differs if the content of a path may have changed; for a folder, its names. */
  readonly stateOf: (path: string) => string;
  readonly refresh: () => void;
}

/** The most text that is kept, in UTF-16 units. A definition with its code has far less. */
const MOST_TEXT = 32_000_000;

/** Reads below `cwd` like `nodeHost`, but reads a file, and asks Git, only after a change. */
export function rememberedFiles(cwd: string): RememberedFiles {
  let stats = new Map<string, Stats | undefined>();
  let names = new Map<string, readonly string[] | undefined>();
  let realPaths = new Map<string, string | undefined>();
  const texts = new Map<string, { readonly state: string; readonly text: string | undefined }>();
  let kept = 0;
  let git: { readonly state: string; readonly answers: Map<string, ReadonlySet<string>> } | undefined;

  const statOf = (path: string) => remembered(stats, resolve(cwd, path), statOrNothing);
  const realPath = (path: string) => remembered(realPaths, resolve(cwd, path), realPathOrNothing);
  const stateOf = (path: string): string => {
    const stat = statOf(path);
    if (stat === undefined) return "missing";
    return `${stat.isDirectory() ? "folder" : "file"} ${stat.size} ${stat.mtimeMs} ${stat.ino}`;
  };
  const host: Host = {
    readText: (path, root) => {
      const key = `${resolve(cwd, root)}\0${resolve(cwd, path)}`;
      const state = `${stateOf(path)} ${realPath(path)} ${realPath(root)}`;
      const before = texts.get(key);
      if (before?.state === state) return before.text;
      const text = readText(resolve(cwd, path), resolve(cwd, root));
      kept += (text?.length ?? 0) - (before?.text?.length ?? 0);
      if (kept > MOST_TEXT) {
        texts.clear();
        kept = text?.length ?? 0;
      }
      texts.set(key, { state, text });
      return text;
    },
    kindOf: (path) => {
      const stat = statOf(path);
      return stat === undefined ? undefined : stat.isDirectory() ? "folder" : "file";
    },
    namesIn: (folder) => remembered(names, resolve(cwd, folder), namesOrNothing),
    realPath,
    ignored: (paths) => {
      const state = ignoreStateOf(cwd, paths, stateOf);
      if (git?.state !== state) git = { state, answers: new Map() };
      const key = paths.join("\0");
      const known = git.answers.get(key) ?? nodeHost(cwd).ignored(paths);
      git.answers.set(key, known);
      return known;
    },
  };
  return {
    host,
    stateOf,
    refresh: () => {
      stats = new Map();
      names = new Map();
      realPaths = new Map();
    },
  };
}

function remembered<V>(known: Map<string, V>, path: string, read: (path: string) => V): V {
  const before = known.get(path);
  if (before !== undefined || known.has(path)) return before as V;
  const value = read(path);
  known.set(path, value);
  return value;
}

function statOrNothing(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function namesOrNothing(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}

function realPathOrNothing(path: string): string | undefined {
  try {
    return realpathSync.native(path).split(sep).join("/");
  } catch {
    return undefined;
  }
}

/** The state of the files that decide what Git ignores: those next to the paths and above them, and those of the repository. */
function ignoreStateOf(cwd: string, paths: readonly string[], stateOf: (path: string) => string): string {
  const worktree = worktreeAround(cwd);
  if (worktree === undefined) return "";
  const files = new Set<string>();
  for (const path of ["x", ...paths]) {
    for (let folder = dirname(resolve(cwd, path)); ; folder = dirname(folder)) {
      const file = join(folder, ".gitignore");
      if (files.has(file) || folder === dirname(folder)) break;
      files.add(file);
    }
  }
  const top = resolve(cwd, "../".repeat(worktree.prefix.split("/").length - 1));
  const own = ["index", "info/exclude"].map((name) => join(top, ".git", name));
  return [...files, ...own].map((file) => `${file} ${stateOf(file)}`).join("\n");
}
