/**
 * Everything outside the compiler. Paths are relative to the working folder with `/`, or absolute. A host never throws:
 * what cannot be read is `undefined`.
 */
export interface Host {
  /** The text of a file, or `undefined` when it cannot be read as UTF-8 text. */
  readonly readText: (path: string) => string | undefined;
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

/** A host over texts in memory, for browsers and tests. Folders are whatever the paths imply. */
export function memoryHost(files: ReadonlyMap<string, string>): Host {
  const prefixOf = (folder: string) => (folder === "." || folder === "" ? "" : `${folder}/`);
  const kindOf: Host["kindOf"] = (path) => {
    if (files.has(path)) return "file";
    const prefix = prefixOf(path);
    for (const name of files.keys()) if (name.startsWith(prefix)) return "folder";
    return undefined;
  };
  return {
    readText: (path) => files.get(path),
    kindOf,
    namesIn: (folder) => {
      const prefix = prefixOf(folder);
      const names = new Set<string>();
      for (const name of files.keys()) {
        if (name.startsWith(prefix)) names.add(name.slice(prefix.length).split("/", 1)[0] ?? "");
      }
      return names.size === 0 ? undefined : [...names];
    },
    realPath: (path) => (kindOf(path) === undefined ? undefined : path),
    ignored: () => new Set(),
  };
}
