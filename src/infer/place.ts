// Where something outside is: a path of this machine, or an address; whether it is there, and within which bounds.
import { compareText } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { nearest } from "../base/nearest.ts";
import { isAbsolute, isOutside, joinPath, relativePath } from "../base/path.ts";
import { rememberText } from "../base/remember.ts";

/** Where something outside is, and whether it is there. `path` is relative to the working folder. */
export type Place = LocalPlace | { readonly kind: "remote"; readonly url: string } | UnknownPlace;

/** Broken, or known only to the environment. */
export interface UnknownPlace {
  readonly kind: "unknown";
  /** The environment is known, and what it names is not there. Nothing else is said: the path is secret. */
  readonly isMissing?: boolean;
}

export interface LocalPlace {
  readonly kind: "local";
  readonly path: string;
  /** `wrong-case`: only capitals differ from what is there; some machines find it, others do not. */
  readonly verdict: "present" | "missing" | "ignored" | "wrong-kind" | "wrong-case";
  /** How it leaves the root folder: by `..` in the path, or by a symbolic link. */
  readonly leaves: "path" | "link" | undefined;
  /** The path by which to look into it: of an absolute one the path below the root folder; `undefined` outside of that. */
  readonly below: string | undefined;
  /** Paths that are there and differ by little: the one that only capitals tell apart, or the nearest ones. */
  readonly near: readonly string[];
}

/** What places are judged against: the host, and the real path of the folder that nothing should leave. */
export interface PlaceContext {
  readonly host: Host;
  readonly names: (folder: string) => FolderNames;
  readonly realPath: (path: string) => string | undefined;
  readonly kindOf: Host["kindOf"];
  readonly judged: Map<string, LocalPlace>;
  /** What is missing, until it is known whether version control leaves it out. */
  readonly missing: Draft[];
  /** The working folder and the root of the file system, with what was looked up below them. */
  readonly tops: { readonly relative: Folder; readonly absolute: Folder };
}

/** The names in a folder, and the same by their letters without regard to capitals, in order. */
interface FolderNames {
  readonly all: readonly string[];
  readonly byLetters: ReadonlyMap<string, readonly string[]>;
}

/** A folder as paths name it. It may not exist; each is looked up once, however many paths lead through it. */
interface Folder {
  readonly path: string;
  /** The folders that exist and are meant by this path, perhaps: itself, or those that are named nearly so. */
  readonly meant: readonly string[];
  /** How many of its parts are not there as they are written. */
  readonly wrong: number;
  readonly below: Map<string, Folder>;
}

type Draft = { -readonly [K in keyof LocalPlace]: LocalPlace[K] };

/**
 * Asks the host for each folder once. `roots` are the folders of which names may be suggested: what is in others is not shown,
 * whatever path a definition writes.
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

/** Judges a path, once for all that name it; `root` is the folder that it should not leave, `wanted` what should be there. */
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
  // A model file may be a folder; the code may not be a file.
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
  // Where capitals do not count, the disk says how the name is written.
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

/** Asks, once for all that is missing, what version control leaves out. */
export function settleIgnored({ host, missing }: PlaceContext): void {
  if (missing.length === 0) return;
  // A pattern such as `results/` matches folders only, and nobody can see what a missing path would be.
  const ignored = host.ignored([...new Set(missing.flatMap(({ path }) => [path, `${path}/`]))]);
  for (const place of missing) {
    if (ignored.has(place.path) || ignored.has(`${place.path}/`)) place.verdict = "ignored";
  }
}

function isSameLetters(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** No file system knows longer paths: https://man7.org/linux/man-pages/man3/realpath.3.html, PATH_MAX. */
const LONGEST_PATH = 4096;
/** A path with more parts that are not there, from the first one on, is no misspelling of anything. */
const MOST_WRONG = 16;
/** How many paths are suggested at most. */
const MOST_NEAR = 3;

/**
 * Paths that exist and are meant, perhaps: each part as it is written, or with the capitals of the disk, or nearly so. It goes
 * down from the top and stops at the first folder that nothing is like, so what is below a missing folder costs nothing.
 */
function nearPaths(context: PlaceContext, path: string): readonly string[] {
  if (path.length > LONGEST_PATH) return [];
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
  return { path, meant: wrong > MOST_WRONG ? [] : namesLike(context, parent, part), wrong, below };
}

/** What is in the folders that are meant, and has this name or nearly so. */
function namesLike({ names }: PlaceContext, folder: Folder, name: string): readonly string[] {
  if (name === "..") return [];
  const found = folder.meant.flatMap((each) => {
    const { all, byLetters } = names(each);
    const same = byLetters.get(name.toLowerCase())?.slice(0, MOST_NEAR) ?? [];
    return (same.length > 0 ? same : nearest(name, all)).map((near) => pathIn(each, near));
  });
  const path = pathIn(folder.path, name);
  const sameAll = found.filter((each) => isSameLetters(each, path));
  return (sameAll.length > 0 ? sameAll.sort(compareText) : found).slice(0, MOST_NEAR);
}

function pathIn(folder: string, name: string): string {
  return folder === "." ? name : folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}
