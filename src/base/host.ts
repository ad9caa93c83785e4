/**
 * Everything outside the compiler. Paths are relative to the working folder with `/`, or absolute. A host never throws:
 * what cannot be read is `undefined`.
 */
export interface Host {
  /**
   * The text of a regular file. `undefined` when it cannot be read as UTF-8 text, and when symbolic links lead from the path
   * out of the folder `root` or into a `.git` folder.
   */
  readonly readText: (path: string, root: string) => string | undefined;
  /** What is at a path, symbolic links followed. */
  readonly kindOf: (path: string) => "file" | "folder" | undefined;
  /** The names in a folder, in any order; `undefined` when there is no such folder. */
  readonly namesIn: (folder: string) => readonly string[] | undefined;
  /**
   * The same path with every symbolic link followed and every name as it is on disk; `undefined` when nothing is there.
   * It may be absolute where the other is not; the real paths of two paths of one kind can be compared.
   */
  readonly realPath: (path: string) => string | undefined;
  /** Those of some paths that version control leaves out on purpose; then their absence proves nothing. */
  readonly ignored: (paths: readonly string[]) => ReadonlySet<string>;
}

/** A host over texts in memory, for browsers and tests. Folders are whatever the paths imply, when one is first asked for. */
export function memoryHost(files: ReadonlyMap<string, string>): Host {
  let known: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  const namesBelow = (folder: string) => {
    known ??= foldersOf(files.keys());
    return known.get(folder === "." ? "" : folder);
  };
  const kindOf: Host["kindOf"] = (path) => {
    if (files.has(path)) return "file";
    return namesBelow(path) === undefined ? undefined : "folder";
  };
  return {
    readText: (path) => files.get(path),
    kindOf,
    namesIn: (folder) => {
      const names = namesBelow(folder);
      return names && [...names];
    },
    realPath: (path) => (kindOf(path) === undefined ? undefined : path),
    ignored: () => new Set(),
  };
}

/** The names in each folder; that of all paths is the empty text. */
function foldersOf(paths: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const path of paths) {
    for (let start = 0, end = 0; end >= 0; start = end + 1) {
      end = path.indexOf("/", start);
      const folder = start === 0 ? "" : path.slice(0, start - 1);
      const names = folders.get(folder) ?? new Set();
      folders.set(folder, names.add(path.slice(start, end < 0 ? undefined : end)));
    }
  }
  return folders;
}
