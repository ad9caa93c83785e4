// Paths as text, always with `/`: the compiler core also runs where there is no file system.

/** Joins two paths and removes `.` and inner `..`. An absolute `path` is returned as is. An empty result is `.`. */
export function joinPath(folder: string, path: string): string {
  return normalizePath(isAbsolute(path) ? path : `${folder}/${path}`, isAbsolute(path) || isAbsolute(folder));
}

/** The folder of a file; `.` if the path has none. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : slash === 0 ? "/" : path.slice(0, slash);
}

/** The last component of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Whether a path starts at the root of a file system (`/…`, or a drive such as `C:/…`). */
export function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}

/** The relative path from a folder to a path. Both must be absolute, or relative to the same folder. */
export function relativePath(fromFolder: string, toPath: string): string {
  const from = normalizePath(fromFolder, isAbsolute(fromFolder)).split("/").filter(isPart);
  const to = normalizePath(toPath, isAbsolute(toPath)).split("/").filter(isPart);
  let shared = 0;
  while (shared < from.length && shared < to.length && from[shared] === to[shared]) shared++;
  const up = from.slice(shared).map(() => "..");
  return [...up, ...to.slice(shared)].join("/") || ".";
}

/** Whether a relative path leads out of the folder that it is relative to. */
export function isOutside(path: string): boolean {
  return path === ".." || path.startsWith("../");
}

function normalizePath(path: string, absolute: boolean): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (!isPart(part)) continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts[parts.length - 1] !== "..") parts.pop();
    else if (!absolute) parts.push("..");
  }
  const joined = parts.join("/");
  return absolute && !/^[A-Za-z]:/.test(joined) ? `/${joined}` : joined || ".";
}

function isPart(part: string): boolean {
  return part !== "" && part !== ".";
}
