// Judges places outside of the definitions: whether a path exists, and whether it stays within the root folder.
import { compareText } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { nearest } from "../base/nearest.ts";
import { isAbsolute, isOutside, joinPath, relativePath } from "../base/path.ts";
import { rememberText } from "../base/remember.ts";
import type { ReadableCode } from "./locked-code.ts";

/** A local path with a verdict, a URL, or an unknown place. Paths are relative to the working directory. */
export type Place = LocalPlace | RemotePlace | UnknownPlace;

/** A URL. `code` is set if it is a repository whose code can be read without fetching it. */
export interface RemotePlace {
  readonly kind: "remote";
  readonly url: string;
  readonly code?: ReadableCode | undefined;
}

/** A place that is broken or depends on the environment. */
export interface UnknownPlace {
  readonly kind: "unknown";
  /** Whether the environment is known and the path does not exist. The path itself is secret and not recorded. */
  readonly isMissing?: boolean;
}

export interface LocalPlace {
  readonly kind: "local";
  readonly path: string;
  /** `wrong-case`: an existing path differs only in case, so the path works only on some file systems. */
  readonly verdict: "present" | "missing" | "ignored" | "wrong-kind" | "wrong-case";
  /** How it leaves the root folder: through `..` in the path or through a symbolic link. */
  readonly leaves: "path" | "link" | undefined;
  /** The path for reading it. An absolute path is made relative to the root folder, and is `undefined` outside of it. */
  readonly below: string | undefined;
  /** Existing paths with similar names: the one that differs only in case, or the nearest ones. */
  readonly near: readonly string[];
}

/** The context for judging places: the host and everything that was already looked up. */
export interface PlaceContext {
  readonly host: Host;
  readonly names: (folder: string) => FolderNames;
  readonly realPath: (path: string) => string | undefined;
  readonly kindOf: Host["kindOf"];
  readonly judged: Map<string, LocalPlace>;
  /** Missing places, which are changed if Git ignores them. */
  readonly missing: Draft[];
  /** The working directory and the root of the file system, with the folders that were looked up below them. */
  readonly tops: { readonly relative: Folder; readonly absolute: Folder };
}

/** The names in a folder, in order and by their lowercase form. */
interface FolderNames {
  readonly all: readonly string[];
  readonly byLetters: ReadonlyMap<string, readonly string[]>;
}

/** A folder in a path, which may not exist. Each is looked up once, however many paths go through it. */
interface Folder {
  readonly path: string;
  /** The existing folders that the path may mean: itself, or those with similar names. */
  readonly meant: readonly string[];
  /** The number of parts of the path that do not exist as written. */
  readonly wrong: number;
  readonly below: Map<string, Folder>;
}

type Draft = { -readonly [K in keyof LocalPlace]: LocalPlace[K] };

/**
 * Creates a context that asks the host for each folder once. Only names below `roots` are suggested, so that a definition
 * cannot list other folders.
 */
export function placeContext(host: Host, roots: readonly string[]): PlaceContext {
  const realPath = rememberText(host.realPath);
  const isShown = (folder: string) => {
    const real = realPath(folder);
    if (real === undefined) return false;
    return roots.some((root) => {
      const realRoot = realPath(root);
      return realRoot !== undefined && !isOutside(relativePath(realRoot, real));
    });
  };
  return {
    host,
    names: rememberText((folder) => folderNames((isShown(folder) ? host.namesIn(folder) : undefined) ?? [])),
    realPath,
    kindOf: rememberText(host.kindOf),
    judged: new Map(),
    missing: [],
    tops: { relative: topFolder("."), absolute: topFolder("/") },
  };
}

function topFolder(path: string): Folder {
  return { path, meant: [path], wrong: 0, below: new Map() };
}

function folderNames(all: readonly string[]): FolderNames {
  const byLetters = new Map<string, string[]>();
  for (const name of [...all].sort(compareText)) {
    const letters = name.toLowerCase();
    const others = byLetters.get(letters);
    if (others === undefined) byLetters.set(letters, [name]);
    else others.push(name);
  }
  return { all, byLetters };
}

/**
 * Judges a path, once for all places that name it. `root` is the folder that it must not leave; `wanted` is the expected
 * kind.
 */
export function localPlace(context: PlaceContext, path: string, root: string, wanted: "file" | "folder"): LocalPlace {
  const key = `${wanted} ${root}\0${path}`;
  const place = context.judged.get(key) ?? judge(context, path, root, wanted);
  context.judged.set(key, place);
  return place;
}

function judge(context: PlaceContext, path: string, root: string, wanted: "file" | "folder"): LocalPlace {
  const found = context.kindOf(path);
  const leavesByPath = !isAbsolute(path) && isOutside(relativePath(root, path));
  if (found === undefined) {
    const leaves = leavesByPath ? "path" : undefined;
    const near = nearPaths(context, path);
    const [only] = near;
    if (only !== undefined && isSameLetters(only, path)) {
      return { kind: "local", path, verdict: "wrong-case", leaves, below: undefined, near: [only] };
    }
    const place: Draft = { kind: "local", path, verdict: "missing", leaves, below: undefined, near };
    context.missing.push(place);
    return place;
  }
  // A model file may be a folder, but a repository must not be a file.
  const verdict = wanted === "folder" && found === "file" ? "wrong-kind" : "present";
  const real = context.realPath(path);
  const realRoot = context.realPath(root);
  const below = isAbsolute(path) ? pathBelow(root, realRoot, real) : path;
  if (leavesByPath) return { kind: "local", path, verdict, leaves: "path", below, near: [] };
  if (real === undefined || realRoot === undefined || isAbsolute(path)) {
    return { kind: "local", path, verdict, leaves: undefined, below, near: [] };
  }
  const within = relativePath(realRoot, real);
  if (isOutside(within)) return { kind: "local", path, verdict, leaves: "link", below, near: [] };
  const onDisk = joinPath(root, within);
  // On a file system that ignores case, only the real path shows the case of the name.
  if (onDisk !== path && isSameLetters(onDisk, path)) {
    return { kind: "local", path, verdict: "wrong-case", leaves: undefined, below, near: [onDisk] };
  }
  return { kind: "local", path, verdict, leaves: undefined, below, near: [] };
}

function pathBelow(root: string, realRoot: string | undefined, real: string | undefined): string | undefined {
  if (realRoot === undefined || real === undefined || isAbsolute(realRoot) !== isAbsolute(real)) return undefined;
  const within = relativePath(realRoot, real);
  return isOutside(within) ? undefined : joinPath(root, within);
}

/** Marks the missing places that Git ignores. Asks once for all of them. */
export function markIgnored({ host, missing }: PlaceContext): void {
  if (missing.length === 0) return;
  // A pattern such as `results/` matches only folders, and a missing path may be either. Both forms are asked for.
  const ignored = host.ignored([...new Set(missing.flatMap(({ path }) => [path, `${path}/`]))]);
  for (const place of missing) {
    if (ignored.has(place.path) || ignored.has(`${place.path}/`)) place.verdict = "ignored";
  }
}

function isSameLetters(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** No longer paths exist: `PATH_MAX` in https://man7.org/linux/man-pages/man3/realpath.3.html. */
const MAX_PATH_LENGTH = 4096;
/** A path with more parts that do not exist is not a typo of an existing path. */
const MAX_WRONG_PARTS = 16;
/** The maximum number of suggested paths. */
const MAX_SUGGESTIONS = 3;

/**
 * Existing paths that a missing path may mean. Each part is the same, differs in case or is similar. The search starts at the
 * top and stops at the first folder without a similar name, so paths below a missing folder cost nothing.
 */
function nearPaths(context: PlaceContext, path: string): readonly string[] {
  if (path.length > MAX_PATH_LENGTH) return [];
  const parts = path.split("/").filter((part) => part !== "");
  const last = parts.pop();
  let folder = path.startsWith("/") ? context.tops.absolute : context.tops.relative;
  for (const part of parts) {
    if (folder.meant.length === 0) return [];
    const next = folder.below.get(part) ?? lookUp(context, folder, part);
    folder.below.set(part, next);
    folder = next;
  }
  return last === undefined ? [] : namesLike(context, folder, last);
}

function lookUp(context: PlaceContext, parent: Folder, part: string): Folder {
  const path = pathIn(parent.path, part);
  const below = new Map<string, Folder>();
  if (context.kindOf(path) === "folder") return { path, meant: [path], wrong: 0, below };
  const wrong = parent.wrong + 1;
  return { path, meant: wrong > MAX_WRONG_PARTS ? [] : namesLike(context, parent, part), wrong, below };
}

/** The entries with this or a similar name in all folders that the path may mean. */
function namesLike({ names }: PlaceContext, folder: Folder, name: string): readonly string[] {
  if (name === "..") return [];
  const found = folder.meant.flatMap((each) => {
    const { all, byLetters } = names(each);
    const same = byLetters.get(name.toLowerCase())?.slice(0, MAX_SUGGESTIONS) ?? [];
    return (same.length > 0 ? same : nearest(name, all)).map((near) => pathIn(each, near));
  });
  const path = pathIn(folder.path, name);
  const sameAll = found.filter((each) => isSameLetters(each, path));
  return (sameAll.length > 0 ? sameAll.sort(compareText) : found).slice(0, MAX_SUGGESTIONS);
}

function pathIn(folder: string, name: string): string {
  return folder === "." ? name : folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}
