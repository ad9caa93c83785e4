// The cases below `fixtures`. Every test that uses all cases reads them here. A case is a folder, a definition with a golden file
// next to it, or one of many in a `*.cases` file. `fixtures/README.md` describes them.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseEnv } from "node:util";
import type { Diagnostic } from "../src/base/diagnostic.ts";
import type { CheckOptions } from "../src/check/check.ts";
import { rules } from "../src/check/rules/index.ts";
import { type Checked, type Compilation, type CompileOptions, compile } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import { renderPretty } from "../src/render/pretty.ts";
import type { Hidden } from "../src/render/summary.ts";
import { DEFAULT_FILE, expand, marked, parseCases, type WrittenCase } from "./case-files.ts";
import { fixture, goldenPart } from "./golden.ts";
import { temporaryFolder } from "./temporary.ts";

/** The names of definitions. Of two definitions in a folder, the first is checked and uses the runtime of the second. */
const DEFINITIONS = ["model.yaml", "models.yaml", "efemarai.yml", "efemarai.yaml"];

/** The folders of cases below `fixtures`, and their minimum number of cases, so that no case is skipped silently. */
export const LEAST_CASES = { accept: 31, reject: 523, format: 448 } as const;

export type Kind = keyof typeof LEAST_CASES;

export const KINDS: readonly Kind[] = ["accept", "reject", "format"];

/** A case in a `*.cases` file. */
interface Part {
  readonly path: string;
  readonly written: WrittenCase;
}

interface Cases {
  readonly names: readonly string[];
  readonly parts: ReadonlyMap<string, Part>;
}

const known = new Map<Kind, Cases>();
const folders = new Map<string, string>();
let temporary: string | undefined;

/** The names of the cases of a kind, in order. */
export function casesOf(kind: Kind): readonly string[] {
  return readCases(kind).names;
}

function readCases(kind: Kind): Cases {
  const before = known.get(kind);
  if (before !== undefined) return before;
  const entries = readdirSync(fixture(kind), { withFileTypes: true });
  const parts = new Map<string, Part>();
  const names: string[] = [];
  const readParts = (path: string) => {
    for (const written of parseCases(readFileSync(path, "utf8"))) {
      names.push(written.name);
      parts.set(written.name, { path, written });
    }
  };
  for (const entry of entries) {
    const path = fixture(kind, entry.name);
    if (entry.isDirectory()) {
      names.push(entry.name);
      if (existsSync(join(path, VARIANTS))) readParts(join(path, VARIANTS));
    } else if (entry.name.endsWith(".cases")) readParts(path);
    else if (entry.name.endsWith(".yaml")) names.push(entry.name.slice(0, -".yaml".length));
  }
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  if (twice.length > 0) throw new Error(`two cases of fixtures/${kind} are named ${twice[0]}`);
  if (names.length < LEAST_CASES[kind])
    throw new Error(`fixtures/${kind} has ${names.length} cases; expected at least ${LEAST_CASES[kind]}`);
  const cases = { names: names.sort(), parts };
  known.set(kind, cases);
  return cases;
}

/** The file of small variants of the case in a folder. */
const VARIANTS = "variants.cases";

/** A folder on disk with exactly the files of a case, and a default Python file if the case has none. */
export function folderOf(kind: Kind, name: string): string {
  const key = `${kind}/${name}`;
  const folder = folders.get(key) ?? makeFolder(kind, name);
  folders.set(key, folder);
  return folder;
}

function makeFolder(kind: Kind, name: string): string {
  const own = fixture(kind, name);
  const part = readCases(kind).parts.get(name);
  const isFolder = part === undefined && existsSync(own);
  if (
    isFolder &&
    (hasPython(readdirSync(own, { recursive: true, encoding: "utf8" })) || !existsSync(defaultPython(kind)))
  )
    return own;
  temporary ??= temporaryFolder();
  const folder = join(temporary, kind, name);
  if (isFolder) cpSync(own, folder, { recursive: true, filter: (path) => basename(path) !== VARIANTS });
  const files = part === undefined ? new Map<string, string>() : filesOf(kind, part.written);
  if (part === undefined && !isFolder) files.set(DEFAULT_FILE, readFileSync(`${own}.yaml`, "utf8"));
  if (!hasPython([...files.keys()])) files.set("inference.py", readFileSync(defaultPython(kind), "utf8"));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const hasPython = (paths: readonly string[]): boolean => paths.some((path) => path.endsWith(".py"));

const defaultPython = (kind: Kind): string => fixture(kind, "inference.py");

/** The files of a case in a `*.cases` file. */
function filesOf(kind: Kind, written: WrittenCase): Map<string, string> {
  const bases = basesOf(kind, written);
  const own = written.sections.map((section) => [section.path, expand(section, bases.get(section.path)).text] as const);
  return new Map([...(written.wrap === undefined ? [] : bases), ...own]);
}

/** The files that `...` in a case refers to, and that a case uses if it does not contain them. */
function basesOf(kind: Kind, { wrap }: WrittenCase): ReadonlyMap<string, string> {
  const own = fixture("wraps", `${wrap}.py`);
  const python = wrap !== undefined && existsSync(own) ? own : defaultPython(kind);
  const files = [["inference.py", python]];
  if (wrap !== undefined) files.push([DEFAULT_FILE, fixture("wraps", `${wrap}.yaml`)]);
  return new Map(files.map(([path = "", from = ""]) => [path, readFileSync(from, "utf8")]));
}

/** The description of a case in one line. */
export function titleOf(kind: Kind, name: string): string | undefined {
  return readCases(kind).parts.get(name)?.written.title;
}

/** Whether a case is in a `*.cases` file, which also contains its findings. */
export function isPart(kind: Kind, name: string): boolean {
  return readCases(kind).parts.has(name);
}

/** Compares the findings of a case in a `*.cases` file with those that are marked there. */
export function goldenMarks(kind: Kind, name: string, diagnostics: readonly Diagnostic[]): void {
  const part = readCases(kind).parts.get(name);
  if (part === undefined) throw new Error(`${kind}/${name} is not in a \`*.cases\` file`);
  const { path, written } = part;
  goldenPart(path, written.text, marked(written, basesOf(kind, written), diagnostics, usualSeverity));
}

const usualSeverity = (code: string) => rules.find((rule) => rule.code === code)?.severity;

/** The folders of all cases of a kind, as `folderOf` gives them. */
export function foldersOf(kind: Kind): readonly string[] {
  return casesOf(kind).map((name) => folderOf(kind, name));
}

/** The paths of all files below `fixtures` with one of these endings, including those of every case. */
export function filesBelowFixtures(endings: readonly string[]): readonly string[] {
  return readdirSync(fixture(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => filesOfFixtures(name, endings));
}

/** The paths of the files below a folder of `fixtures` with one of these endings, including those of its cases. */
export function filesOfFixtures(folder: string, endings: readonly string[]): readonly string[] {
  const kind = KINDS.find((each) => each === folder);
  if (kind !== undefined) return foldersOf(kind).flatMap((path) => filesBelow(path, endings));
  return existsSync(fixture(folder)) ? filesBelow(fixture(folder), endings) : [];
}

/** The paths of the files below a folder with one of these endings, in order. */
export function filesBelow(folder: string, endings: readonly string[]): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The definition file of a case. */
export function definitionOf(folder: string): string {
  const found = DEFINITIONS.find((name) => existsSync(join(folder, name)));
  if (found === undefined) throw new Error(`${folder} does not contain a definition`);
  return found;
}

/** Compiles the definition of a case. */
export function compileCase(folder: string): Compilation {
  return compile([definitionOf(folder)], nodeHost(folder), optionsFor(folder));
}

/**
 * The options of a case. `variables.env` next to its definition is used like `--env-file`. Optional rules are enabled in their
 * own cases.
 */
export function optionsFor(folder: string): CompileOptions {
  const variables = join(folder, "variables.env");
  const environment = existsSync(variables)
    ? { environment: parseEnv(readFileSync(variables, "utf8")) as Readonly<Record<string, string>> }
    : {};
  return { ...environment, ...asking(codeOfCase(folder)) };
}

/** The code that a case below `reject` is about: its name up to the first dot. */
export function codeOfCase(folder: string): string {
  const name = basename(folder);
  return name.split(".")[0] ?? name;
}

/** The codes of the findings, without the finding that remote code cannot be checked. */
export function about(code: string, diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map((each) => each.code).filter((each) => each === code || each !== "remote-code");
}

/** The options with which the rule of a code runs. */
export function asking(code: string): CheckOptions {
  const group = rules.find((rule) => rule.code === code)?.group;
  return group === undefined ? {} : { [group]: true };
}

/** The output of `modelwright check`. */
export function printed(checked: Pick<Checked, "diagnostics" | "files"> & Hidden): string {
  return renderPretty(checked, { color: false, isResult: true });
}
