// Where something outside is: a path of this machine, or an address; whether it is there, and within which bounds.
import { compareText } from "../base/diagnostic.ts";
import { nearest } from "../base/did-you-mean.ts";
import type { Host } from "../base/host.ts";
import { baseName, folderOf, isAbsolute, isOutside, joinPath, relativePath } from "../base/path.ts";

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
  readonly names: (folder: string) => readonly string[];
  readonly realPath: (path: string) => string | undefined;
  /** What is missing, until it is known whether version control leaves it out. */
  readonly missing: Draft[];
}

type Draft = { -readonly [K in keyof LocalPlace]: LocalPlace[K] };

/** Asks the host for each folder once. */
export function placeContext(host: Host): PlaceContext {
  return {
    host,
    names: once((folder: string) => host.namesIn(folder) ?? []),
    realPath: once((path: string) => host.realPath(path)),
    missing: [],
  };
}

function once<T>(read: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined || known.has(key)) return before as T;
    const value = read(key);
    known.set(key, value);
    return value;
  };
}

/** Judges a path; `root` is the folder that it should not leave, `wanted` what should be there. */
export function localPlace(context: PlaceContext, path: string, root: string, wanted: "file" | "folder"): LocalPlace {
  const { host } = context;
  const found = host.kindOf(path);
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

/** Paths that exist and are meant, perhaps: each part as it is written, or with the capitals of the disk, or nearly so. */
function nearPaths(context: PlaceContext, path: string): readonly string[] {
  // No file system knows longer paths: https://man7.org/linux/man-pages/man3/realpath.3.html, PATH_MAX.
  if (path.length > 4096) return [];
  const missing = baseName(path);
  const folder = folderOf(path);
  const kind = context.host.kindOf(folder);
  const folders = kind === "folder" ? [folder] : folder === "." || folder === "/" ? [] : nearPaths(context, folder);
  const found: string[] = [];
  for (const each of folders) {
    const names = context.names(each);
    const same = names.filter((name) => isSameLetters(name, missing));
    const near = same.length > 0 ? same : nearest(missing, names);
    for (const name of near) found.push(joinPath(each, name));
  }
  const sameAll = found.filter((each) => isSameLetters(each, path));
  return (sameAll.length > 0 ? sameAll.sort(compareText) : found).slice(0, 3);
}
