// Selects test files by name, and determines whether they need a build.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { nearest } from "../../src/base/nearest.ts";
import { ROOT } from "../golden.ts";

const ENDING = ".test.ts";

/** All test files, as paths below `test/`, in order. */
export function testFiles(): readonly string[] {
  return readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(ENDING))
    .sort();
}

/** The files with these names, or whose paths start with them, and a message for each name without a file. */
export function selectFiles(
  names: readonly string[],
  files: readonly string[],
): { readonly files: readonly string[]; readonly mistakes: readonly string[] } {
  const chosen = new Set<string>();
  const mistakes: string[] = [];
  for (const given of names) {
    const name = given.replace(/^(?:\.\/)?test\//, "").replace(/(?:\.test)?\.ts$/, "");
    const exact = files.filter((file) => file === name + ENDING);
    const found = exact.length > 0 ? exact : files.filter((file) => file.startsWith(name));
    for (const file of found) chosen.add(file);
    if (found.length === 0) mistakes.push(`No test file is named \`${given}\`.${nearestOf(name, files)}`);
  }
  return { files: files.filter((file) => chosen.has(file)), mistakes };
}

function nearestOf(name: string, files: readonly string[]): string {
  const all = files.map((file) => file.slice(0, -ENDING.length));
  const similar = nearest(name, all);
  const containing = all.filter((each) => each.includes(name.slice(name.lastIndexOf("/") + 1)));
  const shown = similar.length > 0 ? similar : containing.slice(0, 3);
  return shown.length === 0 ? ` There are ${all.length}, such as \`${all[0]}\`.` : ` Did you mean ${quoted(shown)}?`;
}

const quoted = (names: readonly string[]): string => names.map((each) => `\`${each}\``).join(" or ");

/** Whether a test file imports `test/dist.ts`, directly or indirectly. */
export function needsBuild(file: string): boolean {
  return importedBy(`test/${file}`).has("test/dist.ts");
}

/** The files below `test/` that a file imports, directly or indirectly, and the file itself. */
export function importedBy(file: string, found: Set<string> = new Set()): ReadonlySet<string> {
  // Files outside `test/` do not import tests. A path that only appears in a string may not exist.
  if (found.has(file) || !file.startsWith("test/") || !existsSync(join(ROOT, file))) return found;
  found.add(file);
  for (const [, path = ""] of readFileSync(join(ROOT, file), "utf8").matchAll(/\b(?:from|import) ?\(?"(\.[^"]+\.ts)"/g))
    importedBy(join(dirname(file), path).replaceAll("\\", "/"), found);
  return found;
}
