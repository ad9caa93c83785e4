// The files of a folder, with the text of open documents, as a host that records which paths are accessed.
import type { Host } from "../base/host.ts";
import { baseName, folderOf, joinPath } from "../base/path.ts";
import { linkEscape } from "../base/root.ts";
import { MAX_MEGABYTES } from "../base/source.ts";
import type { Documents, OpenDocument } from "./documents.ts";
import type { DiskFiles } from "./platform.ts";

/** Whether a document is too large to read. Files have the same limit. */
export function isTooLong({ text }: OpenDocument): boolean {
  return text.getText().length > MAX_MEGABYTES * 1024 * 1024;
}

/**
 * The absolute paths that a check accessed, with their state at that time. A key that starts with `IGNORED` has the paths about which
 * Git was asked.
 */
export type Seen = ReadonlyMap<string, string>;

const IGNORED = "ignored\0";

/** The files of a folder as the editor shows them. */
export interface EditorFiles {
  /** A host that adds every accessed path to `seen`. */
  readonly hostNoting: (seen: Map<string, string>) => Host;
  /** The state of a key of `Seen`: of an open document, or else of the disk. */
  readonly stateOf: (path: string) => string;
  /** Compares each file with the disk again when it is next used. */
  readonly refresh: () => void;
}

/** The files of `folder`, with the texts of open documents instead of those on disk. */
export function editorFiles(folder: string, documents: Documents, disk: DiskFiles): EditorFiles {
  // The names of open documents in a folder, and of the folders that contain some.
  const openBelow = (path: string): string[] => {
    const start = path.endsWith("/") ? path : `${path}/`;
    const names = new Set<string>();
    for (const { path: open } of documents.all()) {
      if (open?.startsWith(start) === true) names.add(open.slice(start.length).split("/", 1)[0] ?? "");
    }
    return [...names];
  };
  const stateOf = (path: string): string => {
    // Git reads its files from the disk, even if they are open.
    if (path.startsWith(IGNORED)) return disk.ignoreState(path.slice(IGNORED.length).split("\0"));
    const document = documents.at(path);
    if (document !== undefined) return `open ${document.revision}`;
    const state = disk.stateOf(path);
    // A folder also contains its open documents that are not on disk. The folder itself may not be on disk either.
    return state.startsWith("file") ? state : `${state} ${openBelow(path).sort().join("\0")}`;
  };
  const hostNoting = (seen: Map<string, string>): Host => {
    const note = (path: string): string => {
      const absolute = joinPath(folder, path);
      if (!seen.has(absolute)) seen.set(absolute, stateOf(absolute));
      return absolute;
    };
    const openAt = (path: string) => documents.at(note(path));
    return {
      readText: (path, root) => {
        const document = openAt(path);
        // If a link is not followed, the open document at its path is not read either.
        if (document === undefined || linkEscape(disk.host, path, root) !== undefined)
          return disk.host.readText(path, root);
        return isTooLong(document) ? undefined : document.text.getText();
      },
      kindOf: (path) => {
        if (openAt(path) !== undefined) return "file";
        return disk.host.kindOf(path) ?? (openBelow(joinPath(folder, path)).length > 0 ? "folder" : undefined);
      },
      namesIn: (path) => {
        const names = disk.host.namesIn(path);
        const open = openBelow(note(path)).filter((name) => names?.includes(name) !== true);
        return names === undefined && open.length === 0 ? undefined : [...(names ?? []), ...open];
      },
      realPath: (path) => {
        const document = openAt(path);
        const real = disk.host.realPath(path);
        if (real !== undefined) return real;
        const absolute = joinPath(folder, path);
        if (document?.path === undefined) return openBelow(absolute).length > 0 ? absolute : undefined;
        const parent = disk.host.realPath(folderOf(document.path));
        return parent === undefined ? document.path : joinPath(parent, baseName(document.path));
      },
      ignored: (paths) => {
        const key = IGNORED + paths.join("\0");
        seen.set(key, stateOf(key));
        return disk.host.ignored(paths);
      },
    };
  };
  return { hostNoting, stateOf, refresh: disk.refresh };
}
