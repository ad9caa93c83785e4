// Lists the files of a server that knows folders.
import { type ListedFile, refusal, TransferError } from "./driver.ts";

/** What a folder contains. */
export interface FolderItem {
  readonly name: string;
  readonly kind: "file" | "folder" | "other";
  readonly size: number;
}

/** The maximum depth. A server could list a folder inside itself. */
const MAX_DEPTH = 64;

/**
 * Yields the files at any depth.
 *
 * @param read reads the folder at a path that is empty or ends with `/`
 */
export async function* listFolders(
  read: (below: string) => Promise<readonly FolderItem[]>,
  below = "",
  depth = 0,
): AsyncGenerator<ListedFile> {
  if (depth > MAX_DEPTH) throw new TransferError(refusal(`its folders are nested more than ${MAX_DEPTH} deep`));
  for (const { name, kind, size } of await read(below)) {
    if (name === "" || name === "." || name === ".." || name.includes("/")) continue;
    if (kind === "file") yield { path: below + name, size };
    else if (kind === "folder") yield* listFolders(read, `${below}${name}/`, depth + 1);
  }
}
