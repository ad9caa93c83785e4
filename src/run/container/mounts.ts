// Which files and folders of this machine a container can read. Each one has the same path in the container, so no path in
// arguments, datapoints and tracebacks changes.
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { isWithin } from "../../system/inside.ts";

/** A file or folder that a container can read. */
export interface Mount {
  /** The real path on this machine. */
  readonly source: string;
  /** The path in the container. */
  readonly path: string;
}

/** Folders of an image that must not be hidden. */
const OF_IMAGES = [
  ...["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/usr", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib64"],
  ...["/usr/local", "/usr/local/bin", "/usr/local/lib", "/opt", "/etc", "/var", "/run", "/tmp"],
];

/** Folders whose content is that of the kernel. */
const OF_THE_KERNEL = ["/proc", "/sys", "/dev"];

/**
 * Why a path cannot be mounted, as the end of a sentence; `undefined` if it can. `isWanted` is true if the user has named the path
 * for this purpose. Otherwise the home folder, which usually contains credentials, is not mounted.
 */
export function mountProblem(path: string, isWanted: boolean): string | undefined {
  const paths = [path, realPath(path)];
  const hidden = [...OF_THE_KERNEL, ...OF_IMAGES].find((folder) => paths.some((each) => isWithin(each, folder)));
  if (hidden !== undefined) return `would hide \`${hidden}\` of the image`;
  const kernel = OF_THE_KERNEL.find((folder) => paths.some((each) => isWithin(folder, each)));
  if (kernel !== undefined) return `is in \`${kernel}\`, which belongs to the kernel`;
  const isHome = !isWanted && paths.some((each) => isWithin(each, homedir()) || isWithin(each, realPath(homedir())));
  return isHome ? "contains the home folder; use a folder of its own, or allow it with `--mount`" : undefined;
}

/** The mounts for these absolute paths. A path inside another one needs a mount only if it is a link that leaves it. */
export function mountsFor(paths: Iterable<string>): readonly Mount[] {
  const mounts: Mount[] = [];
  const isCovered = (path: string) => mounts.some((mount) => isWithin(mount.path, path));
  const sorted = [...new Set(paths)].sort((a, b) => a.length - b.length);
  for (const path of sorted) {
    const source = realPath(path);
    if (!isCovered(path)) mounts.push({ source, path });
    else if (whyNotMounted(path, mounts) !== undefined) mounts.push({ source, path: source });
  }
  return mounts;
}

/** Why a container cannot open an absolute path, as a sentence; `undefined` if it can. */
export function whyNotMounted(path: string, mounts: readonly Mount[]): string | undefined {
  const mount = mounts.find((each) => isWithin(each.path, path));
  if (mount === undefined) return `\`${path}\` cannot be read in the container; mount its folder with \`--mount\``;
  const real = realPath(path);
  if (isWithin(mount.source, real) || mounts.some((each) => isWithin(each.path, real))) return undefined;
  return `\`${path}\` is a link to \`${real}\`, which cannot be read in the container; mount that folder with \`--mount\``;
}

/** The real path, or the path itself if it does not exist. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
