/**
 * Everything outside the compiler. Paths are relative to the working folder with `/`, or absolute. A host never throws:
 * what cannot be read is `undefined`.
 */
export interface Host {
  /** The text of a file, or `undefined` when it cannot be read as UTF-8 text. */
  readonly readText: (path: string) => string | undefined;
  /** What is at a path, symbolic links followed. */
  readonly kindOf: (path: string) => "file" | "folder" | undefined;
  /** Whether version control leaves the path out on purpose; then its absence proves nothing. */
  readonly isIgnored: (path: string) => boolean;
}

/** A host over texts in memory, for browsers and tests. Folders are whatever the paths imply. */
export function memoryHost(files: ReadonlyMap<string, string>): Host {
  return {
    readText: (path) => files.get(path),
    kindOf: (path) => {
      if (files.has(path)) return "file";
      const prefix = path === "." || path === "" ? "" : `${path}/`;
      for (const name of files.keys()) if (name.startsWith(prefix)) return "folder";
      return undefined;
    },
    isIgnored: () => false,
  };
}
