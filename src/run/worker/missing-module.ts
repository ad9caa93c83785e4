// What to do when Python code imports a module that is not there.
import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { nearModule, packageOf } from "../../base/python-packages.ts";
import type { Frame } from "./frame.ts";

/** Modules of the standard library that older versions of Python lack. */
const ADDED_IN: ReadonlyMap<string, string> = new Map([
  ["tomllib", "3.11"],
  ["annotationlib", "3.14"],
  ["compression", "3.14"],
]);

/** Folders below the code that are looked through, and no more. */
const MAX_FOLDERS = 200;

/** The module that an error says is missing, if that is what is wrong. */
export function missingModule(frame: Frame): string | undefined {
  const { error } = frame.header;
  if (typeof error !== "object" || error === null || !("missing" in error)) return undefined;
  return typeof error.missing === "string" ? error.missing : undefined;
}

/** What to do about it, as a part of a sentence: it is a file of the repository, or a package to install. */
export async function adviceFor(module: string, folder: string, python: string): Promise<string> {
  const [top = module] = module.split(".");
  const addedIn = ADDED_IN.get(top);
  if (addedIn !== undefined)
    return `\`${top}\` came with Python ${addedIn}; name a newer Python with the option \`python\``;
  const here = await findModule(top, folder);
  if (here === top || here === `${top}.py`) return `there is \`${here}\`, but no \`${module}\` in it`;
  if (here !== undefined) {
    const path = here.replace(/\.py$/, "").replaceAll("/", ".");
    return `there is \`${here}\`, but imports start from the root of the code: \`import ${path}\``;
  }
  const name = packageOf(module);
  const other = "name another Python with the option `python`";
  if (name !== undefined) {
    const install = `\`${python} -m pip install ${name}\``;
    return `the package \`${name}\` is not installed for ${python}: ${install}, or ${other}`;
  }
  // Anyone may have registered a package of that name.
  const near = nearModule(module);
  const install = "install the package that contains it";
  const advice = near === undefined ? install : `did you mean \`${near}\`? Otherwise ${install}`;
  return `\`${top}\` is not installed for ${python}: ${advice}, or ${other}`;
}

/** Where below the code a module of that name lies; the nearest to the root. */
async function findModule(name: string, folder: string): Promise<string | undefined> {
  const waiting = [folder];
  for (let looked = 0; looked < MAX_FOLDERS; looked++) {
    const next = waiting.shift();
    if (next === undefined) return undefined;
    for (const candidate of [`${name}.py`, name]) {
      const entry = await stat(join(next, candidate)).catch(() => undefined);
      const isModule = candidate === name ? entry?.isDirectory() : entry?.isFile();
      if (isModule) return relative(folder, join(next, candidate));
    }
    const inside = await readdir(next, { withFileTypes: true }).catch(() => []);
    const folders = inside.filter((each) => each.isDirectory() && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(each.name));
    waiting.push(...folders.map((each) => join(next, each.name)).sort());
  }
  return undefined;
}
