/**
 * Everything outside of the compiler. Paths use `/` and are absolute or relative to the working directory. A host never
 * throws: it returns `undefined` for what it cannot read.
 */
export interface Host {
  /**
   * The text of a regular file. `undefined` if it is not readable as UTF-8, or if symbolic links lead from the path out
   * of the folder `root` or into a `.git` folder.
   */
  readonly readText: (path: string, root: string) => string | undefined;
  /** The kind of a path, following symbolic links. */
  readonly kindOf: (path: string) => "file" | "folder" | undefined;
  /** The names in a folder, in any order; `undefined` if there is no such folder. */
  readonly namesIn: (folder: string) => readonly string[] | undefined;
  /**
   * The path with all symbolic links resolved and every name spelled as on disk; `undefined` if it does not exist. The
   * result may be absolute even if `path` is relative. Real paths of two paths of the same kind are comparable.
   */
  readonly realPath: (path: string) => string | undefined;
  /** The paths that version control ignores on purpose. The absence of such a file proves nothing. */
  readonly ignored: (paths: readonly string[]) => ReadonlySet<string>;
}

/**
 * A host over texts in memory, for browsers and tests. Its folders are those that the paths imply, computed on
 * first use.
 */
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

/** The names in each folder; the root is the empty string. */
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
