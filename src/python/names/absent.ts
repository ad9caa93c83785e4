// Finds packages that a module imports but that are neither in the repository nor in a virtual environment. Guarantees:
// only reads files and runs nothing; reports nothing if the import could work for any other reason.

import type { Host } from "../../base/host.ts";
import { joinPath } from "../../base/path.ts";
import type { Span } from "../../base/source.ts";
import type { Binding, PythonModule } from "../module.ts";
import { brokenAt } from "../syntax/broken.ts";
import { findImported, findModule, type ModuleFile, type Modules, type Repository } from "./repository.ts";
import { mayBeStandardModule } from "./standard-library.ts";

/** An imported package that is not installed. */
export interface AbsentPackage {
  /** The module name in the import. */
  readonly module: string;
  /** The span of that name. */
  readonly span: Span;
}

/** The modules of a virtual environment. */
export interface Environment {
  readonly has: (module: string) => boolean;
}

/** Finds unconditional imports of a module that would fail. */
export function absentPackages(
  host: Host,
  root: string,
  entry: readonly string[],
  environment: () => Environment | undefined,
  modules: Modules,
): readonly AbsentPackage[] {
  const repository: Repository = { reader: host, root, modules };
  const place = findModule(repository, entry);
  if (place.kind !== "file" || brokenAt(place.module) !== undefined) return [];
  const imports = place.module.bindings.flatMap((each) => importOf(each));
  const outside = new Map<string, AbsentPackage>();
  for (const each of imports) {
    const top = topOf(each.module);
    if (outside.has(top) || mayBeStandardModule(top) || top.startsWith("_")) continue;
    if (findModule(repository, [top]).kind === "missing") outside.set(top, each);
  }
  const known = outside.size === 0 ? undefined : environment();
  if (known === undefined) return [];
  const absent = [...outside].filter(([top]) => !known.has(top));
  if (absent.length === 0 || changesImports(repository, place)) return [];
  const names = new Set(absent.map(([top]) => top));
  const elsewhere = namesBelow(host, root, names);
  const ignored = host.ignored([...names].flatMap((top) => [joinPath(root, `${top}.py`), `${joinPath(root, top)}/`]));
  const isIgnored = (top: string) => ignored.has(joinPath(root, `${top}.py`)) || ignored.has(`${joinPath(root, top)}/`);
  return absent.flatMap(([top, each]) => (elsewhere.has(top) || isIgnored(top) ? [] : [each]));
}

function topOf(module: string): string {
  return module.split(".", 1)[0] ?? "";
}

function importOf(binding: Binding): readonly AbsentPackage[] {
  if (binding.reach !== "always") return [];
  if (binding.kind === "import") return [{ module: binding.module, span: binding.span }];
  if (binding.kind !== "import-from" && binding.kind !== "import-star") return [];
  const { level, module, span } = binding.from;
  return level === 0 && module !== "" ? [{ module, span }] : [];
}

/** More modules of its own repository than any real entry point imports. */
const MAX_MODULES = 200;

/** Code that may change what later imports find, or that installs packages first. */
const CHANGES =
  /\bsys\s*\.\s*(?:path|meta_path|path_hooks|modules)\b|\bfrom\s+sys\s+import\b|\baddsitedir\b|\bpyximport\b|\bpip\b[^\n]{0,80}\binstall\b/;

/** Whether a module, or one that it imports from the repository, may change what imports find. */
function changesImports(repository: Repository, entry: ModuleFile): boolean {
  const seen = new Set<PythonModule>();
  const waiting = [entry];
  const wait = (place: ReturnType<typeof findModule>) => {
    if (place.kind === "file" && !seen.has(place.module)) waiting.push(place);
  };
  for (const at of entry.parts.keys()) wait(findModule(repository, entry.parts.slice(0, at)));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const { module } = file;
    if (seen.has(module)) continue;
    if (seen.add(module).size > MAX_MODULES || CHANGES.test(module.source.text)) return true;
    for (const binding of module.bindings) {
      if (binding.kind !== "import" && binding.kind !== "import-from" && binding.kind !== "import-star") continue;
      const from = binding.kind === "import" ? { level: 0, module: binding.module, span: binding.span } : binding.from;
      const place = findImported(repository, file, from);
      if (place.kind === "outside") continue;
      // A compiled or oversized module may do anything.
      if (place.kind === "unreadable") return true;
      wait(place);
      if (binding.kind === "import-from" && (place.kind === "file" || place.kind === "namespace"))
        wait(findModule(repository, [...place.parts, binding.imported.text]));
    }
  }
  return false;
}

/** The maximum number of folders that are searched. */
const MAX_FOLDERS = 300;

/** The names that match a module or folder anywhere below the root, which may be on the path at run time. */
function namesBelow(host: Host, root: string, names: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [root];
  for (let looked = 0; looked < MAX_FOLDERS; looked++) {
    const folder = waiting.shift();
    if (folder === undefined) return found;
    for (const name of host.namesIn(folder) ?? []) {
      const module = name.replace(/\.(?:py|pyx|pyc|pyd|so|[^.]+\.so|[^.]+\.pyd)$/, "");
      if (names.has(module)) found.add(module);
      const path = joinPath(folder, name);
      const isFolder = !name.includes(".") && name !== "node_modules" && host.kindOf(path) === "folder";
      if (isFolder && host.kindOf(joinPath(path, "pyvenv.cfg")) === undefined) waiting.push(path);
    }
  }
  return waiting.length > 0 ? names : found;
}

/** Files that extend Python's search path without adding packages. */
const HARMLESS_PTH = /^(?:distutils-precedence|_virtualenv|.*-nspkg)\.pth$/;

/** Modules that Python imports at startup and that may change what later imports find. */
const AT_START = /^(?:sitecustomize|usercustomize)(?:\.|$)|\.egg-link$/;

/**
 * Reads which modules a virtual environment contains, from its file names. The folder may be a symbolic link.
 * `undefined` if this cannot be known without running code.
 */
export function readEnvironment(host: Host, folder: string): Environment | undefined {
  const settings = textOf(host, joinPath(folder, "pyvenv.cfg"), folder);
  if (settings === undefined) return undefined;
  if (/^\s*include-system-site-packages\s*=\s*true\s*$/im.test(settings)) return undefined;
  const sites = sitesOf(host, folder);
  const names = sites.flatMap((site) => host.namesIn(site) ?? []);
  const isOpen = names.some((name) => AT_START.test(name) || (name.endsWith(".pth") && !HARMLESS_PTH.test(name)));
  if (sites.length === 0 || isOpen) return undefined;
  const modules = new Set(names.map((name) => name.replace(/\..*$/, "")));
  let declared: Declared | undefined;
  return {
    has: (module) => {
      if (modules.has(module)) return true;
      declared ??= declaredIn(host, folder, sites);
      return !declared.isWhole || declared.modules.has(module);
    },
  };
}

/** The text of a file in the environment; empty if it does not exist, `undefined` if it cannot be read. */
function textOf(host: Host, path: string, folder: string): string | undefined {
  return host.readText(path, folder) ?? (host.kindOf(path) === undefined ? "" : undefined);
}

function sitesOf(host: Host, folder: string): readonly string[] {
  const below = ["lib", "lib64"].flatMap((lib) => {
    const pythons = (host.namesIn(joinPath(folder, lib)) ?? []).filter((name) => /^python3\.\d{1,3}t?$/.test(name));
    return pythons.map((python) => joinPath(folder, `${lib}/${python}/site-packages`));
  });
  return [...below, joinPath(folder, "Lib/site-packages")].filter((site) => host.kindOf(site) === "folder");
}

interface Declared {
  readonly modules: ReadonlySet<string>;
  /** Whether all files that list modules could be read. */
  readonly isWhole: boolean;
}

/** The modules that installed distributions declare. */
function declaredIn(host: Host, folder: string, sites: readonly string[]): Declared {
  const modules = new Set<string>();
  for (const site of sites) {
    for (const name of host.namesIn(site) ?? []) {
      if (!/\.(?:dist|egg)-info$/.test(name)) continue;
      const tops = textOf(host, joinPath(site, `${name}/top_level.txt`), folder);
      const record = textOf(host, joinPath(site, `${name}/RECORD`), folder);
      if (tops === undefined || record === undefined) return { modules, isWhole: false };
      for (const line of tops.split(/\s+/)) modules.add(line);
      for (const [, first = ""] of record.matchAll(/^"?([^/,".\r\n]+)[/.]/gm)) modules.add(first);
    }
  }
  return { modules, isWhole: true };
}
