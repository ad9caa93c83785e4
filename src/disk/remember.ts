// The files of a folder for a program that checks repeatedly. The content of a file is kept until it changes on disk.
import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import type { Host } from "../base/host.ts";
import { runGit, type Worktree, worktreeAround } from "../system/git.ts";
import { readText } from "../system/read.ts";
import { nodeHost } from "./host.ts";

/** The files of a folder. After `refresh`, each path is compared with the disk again when it is next used. */
export interface RememberedFiles {
  readonly host: Host;
  /** A text that changes if the content of a path may have changed. The content of a folder is its names. */
  readonly stateOf: (path: string) => string;
  /** A text that differs if Git may ignore others of some paths. */
  readonly ignoreState: (paths: readonly string[]) => string;
  readonly refresh: () => void;
}

/** The maximum text that is kept, in UTF-16 units. A definition with its code has far less. */
const MOST_TEXT = 32_000_000;

/** The most answers of Git that are kept. While a path is typed, each letter needs another one. */
const MOST_ANSWERS = 1_000;

/** Reads below `cwd` like `nodeHost`, but reads a file, and asks Git, only after a change. */
export function rememberedFiles(cwd: string): RememberedFiles {
  let stats = new Map<string, Stats | undefined>();
  let names = new Map<string, readonly string[] | undefined>();
  let realPaths = new Map<string, string | undefined>();
  const texts = new Map<string, { readonly state: string; readonly text: string | undefined }>();
  let kept = 0;
  let git: { readonly state: string; readonly answers: Map<string, ReadonlySet<string>> } | undefined;
  let worktree: { readonly found: Worktree | undefined } | undefined;
  let gitFiles: GitFiles | undefined;

  const statOf = (path: string) => remembered(stats, resolve(cwd, path), statOrNothing);
  const realPath = (path: string) => remembered(realPaths, resolve(cwd, path), realPathOrNothing);
  const stateOf = (path: string): string => {
    const stat = statOf(path);
    if (stat === undefined) return "missing";
    return `${stat.isDirectory() ? "folder" : "file"} ${stat.size} ${stat.mtimeMs} ${stat.ino}`;
  };
  const statesOf = (files: Iterable<string>) => Array.from(files, (file) => `${file} ${stateOf(file)}`).join("\n");
  const ignoreState = (paths: readonly string[]): string => {
    worktree ??= { found: worktreeAround(cwd) };
    const { found } = worktree;
    if (found === undefined) return "";
    const { folder } = found;
    if (gitFiles?.folder !== folder || gitFiles.state !== statesOf(gitFiles.files)) {
      const files = filesOfGit(found);
      gitFiles = { folder, files, state: statesOf(files) };
    }
    return `${folder}\n${gitFiles.state}\n${statesOf(ignoreFilesAround(cwd, paths))}`;
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
      const state = ignoreState(paths);
      if (git?.state !== state) git = { state, answers: new Map() };
      const key = paths.join("\0");
      const known = git.answers.get(key) ?? nodeHost(cwd).ignored(paths);
      if (git.answers.size >= MOST_ANSWERS) git.answers.clear();
      git.answers.set(key, known);
      return known;
    },
  };
  return {
    host,
    stateOf,
    ignoreState,
    refresh: () => {
      worktree = undefined;
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

/** The files of one repository that decide what Git ignores, with their state when Git was asked for them. */
interface GitFiles {
  readonly folder: string;
  readonly files: readonly string[];
  readonly state: string;
}

/** What decides what Git ignores in a whole repository. In a linked working tree, `.git` is a file that names another folder. */
function filesOfGit(worktree: Worktree): readonly string[] {
  const names = ["index", "info/exclude", "config"];
  const ask = (...args: readonly string[]): readonly string[] => {
    const { status, stdout } = runGit(worktree, args, { timeout: 10_000 });
    return status === 0 ? stdout.split("\n").filter((line) => line !== "") : [];
  };
  const own = ask("rev-parse", ...names.flatMap((name) => ["--git-path", name]));
  const excludes = ask("config", "--path", "--get", "core.excludesFile");
  const home = homedir();
  const settings = process.env["XDG_CONFIG_HOME"] || join(home, ".config");
  const global = [join(home, ".gitconfig"), join(settings, "git/config"), join(settings, "git/ignore")];
  return [".git", ...own, ...excludes, ...global].map((path) => resolve(worktree.folder, path));
}

/** The ignore files next to some paths, and in all folders above them. */
function ignoreFilesAround(cwd: string, paths: readonly string[]): ReadonlySet<string> {
  const files = new Set<string>();
  for (const path of ["x", ...paths]) {
    for (let folder = dirname(resolve(cwd, path)); ; folder = dirname(folder)) {
      const file = join(folder, ".gitignore");
      if (files.has(file) || folder === dirname(folder)) break;
      files.add(file);
    }
  }
  return files;
}
