// Reads the version of a Python interpreter without starting it, because an untrusted checkout may contain one.
import { readdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readText } from "../../system/read.ts";

/**
 * The version of the interpreter at a path, with two or three numbers. It is read from `pyvenv.cfg`
 * (https://docs.python.org/3/library/venv.html), or from the header file or file name of the installation. `undefined` if
 * none of them contains it.
 */
export async function readVersion(path: string): Promise<string | undefined> {
  const folder = dirname(dirname(path));
  const written = /^[ \t]*version(?:_info)?[ \t]*=[ \t]*(\d+\.\d+(?:\.\d+)?)/m.exec(
    readText(join(folder, "pyvenv.cfg"), folder) ?? "",
  );
  if (written?.[1] !== undefined) return written[1];
  const real = await realpath(path).catch(() => path);
  const installation = dirname(dirname(real));
  const minor = /^python(\d+\.\d+)$/.exec(basename(real))?.[1] ?? (await versionOfLibrary(folder));
  if (minor === undefined) return undefined;
  const header = join(installation, "include", `python${minor}`, "patchlevel.h");
  return /^#define[ \t]+PY_VERSION[ \t]+"(\d+\.\d+\.\d+)/m.exec(readText(header, installation) ?? "")?.[1] ?? minor;
}

/** The version in the name of `lib/python3.X`, if there is exactly one such folder. */
async function versionOfLibrary(folder: string): Promise<string | undefined> {
  const names = await readdir(join(folder, "lib")).catch(() => []);
  const [version, ...others] = names.flatMap((name) => /^python(\d+\.\d+)$/.exec(name)?.[1] ?? []);
  return others.length === 0 ? version : undefined;
}
