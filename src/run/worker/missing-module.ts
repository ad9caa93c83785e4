// Hints for a Python module that could not be imported because it does not exist.
import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { packageOf, similarModule } from "../../base/python-packages.ts";

/** Modules of the standard library, and the Python version that added them. */
const ADDED_IN: ReadonlyMap<string, string> = new Map([
  ["tomllib", "3.11"],
  ["annotationlib", "3.14"],
  ["compression", "3.14"],
]);

/** The maximum number of folders of the code that are searched. */
const MAX_FOLDERS = 200;

/** An interpreter as it appears in hints. */
export interface Installation {
  /** What lacks the module: the command of an interpreter, or an image. */
  readonly shown: string;
  /** How to install a package there. */
  readonly install: (name: string) => string;
  /** How to use another one. */
  readonly select: string;
}

/** The interpreter with this command on this machine. */
export function installationOf(python: string): Installation {
  return {
    shown: python,
    install: (name) => `\`${python} -m pip install ${name}\``,
    select: "select another Python with the option `python`",
  };
}

/** A hint for a missing module: it is a file of the code in another folder, or a package to install. */
export async function adviceFor(module: string, folder: string, installation: Installation): Promise<string> {
  const [top = module] = module.split(".");
  const addedIn = ADDED_IN.get(top);
  if (addedIn !== undefined)
    return `\`${top}\` was added in Python ${addedIn}; select a newer Python with the option \`python\``;
  const here = await findModule(top, folder);
  if (here === top || here === `${top}.py`) return `\`${here}\` exists, but it does not contain \`${module}\``;
  if (here !== undefined) {
    const path = here.replace(/\.py$/, "").replaceAll("/", ".");
    return `\`${here}\` exists, but imports start from the root of the code; write \`import ${path}\``;
  }
  const name = packageOf(module);
  const { shown, select } = installation;
  if (name !== undefined) {
    return `the package \`${name}\` is not installed for ${shown}: ${installation.install(name)}, or ${select}`;
  }
  // Do not suggest installing a package with the name of the module: it may be an unrelated or malicious one.
  const near = similarModule(module);
  const install = "install the package that contains it";
  const advice = near === undefined ? install : `did you mean \`${near}\`? Otherwise ${install}`;
  return `\`${top}\` is not installed for ${shown}: ${advice}, or ${select}`;
}

/** The path of a module with this name in the code; the one nearest to the root. */
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
