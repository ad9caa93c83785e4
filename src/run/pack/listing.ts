// Lists the files of a folder that a bundle contains. A bundle has no symbolic links: a link inside the folder is packed as the file or
// folder that it leads to, and a link that leads out is a problem.
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { quote } from "../../base/quote.ts";
import { runGit, worktreeAround } from "../../system/git.ts";
import { isGitPath, isWithin } from "../../system/inside.ts";
import { isBundleFile, LAYOUT_FILE } from "./is-bundle.ts";
import { isInnerPath, MAX_FILES } from "./names.ts";
import { PackProblem } from "./problem.ts";

/** A file of a folder. */
export interface ListedFile {
  /** Its path in the folder. */
  readonly path: string;
  /** Its absolute path, without links. */
  readonly real: string;
  readonly isExecutable: boolean;
  readonly bytes: number;
}

export interface ListingOptions {
  /** Links may also lead into this folder, an absolute path. */
  readonly root: string;
  /** Whether the folder is the work of a user, from which files are left out that Git ignores or whose names start with a dot. */
  readonly isWorking: boolean;
  /** The absolute path of a file or folder to leave out. */
  readonly except?: string | undefined;
}

/** Folders that contain no code of a model. */
const NEVER: ReadonlySet<string> = new Set([".git", "__pycache__"]);
const NOT_WORK: ReadonlySet<string> = new Set(["node_modules"]);

/** The files of a folder, in any order. Throws a `PackProblem`. */
export async function listFolder(folder: string, options: ListingOptions): Promise<readonly ListedFile[]> {
  const { root, isWorking, except } = options;
  const scopes = [await realpath(folder), await realpath(root)];
  const files: ListedFile[] = [];
  const isLeftOut = (name: string) => NEVER.has(name) || (isWorking && (name.startsWith(".") || NOT_WORK.has(name)));

  /** `parents` are the real paths of the folders that contain it. */
  async function visit(path: string, parents: readonly string[]): Promise<void> {
    const absolute = join(folder, path);
    if (except !== undefined && isWithin(except, absolute)) return;
    const entry = await lstat(absolute).catch(() => undefined);
    if (entry === undefined) return; // Git also lists files that were deleted
    const real = entry.isSymbolicLink() ? await realpath(absolute).catch(() => undefined) : await realpath(absolute);
    if (real === undefined) throw new PackProblem(`${quote(path)} is a symbolic link that leads nowhere; remove it`);
    if (entry.isSymbolicLink()) requireInside(path, real, scopes);
    const target = await stat(real);
    if (target.isDirectory()) {
      if (parents.includes(real))
        throw new PackProblem(`${quote(path)} is a symbolic link to a folder that contains it; remove it`);
      const names = await readdir(real);
      // A bundle that was made here before is not code.
      if (isWorking && names.includes(LAYOUT_FILE)) return;
      for (const name of names) if (!isLeftOut(name)) await visit(`${path}/${name}`, [...parents, real]);
    } else if (target.isFile()) {
      if (isWorking && path.endsWith(".tar") && (await isBundleFile(real))) return;
      if (!isInnerPath(path))
        throw new PackProblem(`${quote(path)} has a name that not every system allows; rename it`);
      if (files.length >= MAX_FILES)
        throw new PackProblem(
          `${quote(folder)} contains more than ${MAX_FILES} files; move the code to a folder of its own`,
        );
      files.push({ path, real, isExecutable: (target.mode & 0o100) !== 0, bytes: target.size });
    } // pipes, sockets and devices have no content
  }

  const top = scopes[0] === undefined ? [] : [scopes[0]];
  const listed = (isWorking ? listedByGit(folder) : undefined) ?? (await readdir(folder));
  const bundles = listed.flatMap((path) =>
    path.endsWith(`/${LAYOUT_FILE}`) ? [path.slice(0, -LAYOUT_FILE.length)] : [],
  );
  for (const path of listed) {
    if (path.split("/").some(isLeftOut) || bundles.some((bundle) => path.startsWith(bundle))) continue;
    await visit(path, top);
  }
  return files;
}

/** A single file. `shown` is its path in messages. Throws a `PackProblem`. */
export async function listFile(path: string, shown: string, root: string): Promise<Omit<ListedFile, "path">> {
  const real = await realpath(path);
  if ((await lstat(path)).isSymbolicLink()) requireInside(shown, real, [await realpath(root)]);
  const { mode, size } = await stat(real);
  return { real, isExecutable: (mode & 0o100) !== 0, bytes: size };
}

function requireInside(shown: string, real: string, scopes: readonly string[]): void {
  const scope = scopes.find((each) => isWithin(each, real));
  if (scope !== undefined && !isGitPath(scope, real)) return;
  const where = scope === undefined ? "out of the folder of the definition" : "into a `.git` folder";
  throw new PackProblem(`${quote(shown)} is a symbolic link that leads ${where}; replace it with a copy`);
}

/** The files below a folder that Git tracks or would add; `undefined` outside of repositories and without Git. */
function listedByGit(folder: string): readonly string[] | undefined {
  const worktree = worktreeAround(folder);
  if (worktree === undefined) return undefined;
  const below = worktree.prefix === "" ? [] : [`:(literal)${worktree.prefix}`];
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", ...below];
  const { status, stdout } = runGit(worktree, args, { timeout: 60_000 });
  if (status !== 0) return undefined;
  return stdout
    .split("\0")
    .map((path) => path.slice(worktree.prefix.length).replace(/\/$/, ""))
    .filter((path) => path !== "");
}
