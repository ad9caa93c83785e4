import type { Host } from "../../base/host.ts";
import { joinPath } from "../../base/path.ts";
import { remember } from "../../base/remember.ts";
import { linkEscape } from "../../base/root.ts";
import type { ModulePath, PythonModule } from "../module.ts";
import { scanModule } from "../scan/scan.ts";

/** The part of `Host` that is needed. */
export type Reader = Pick<Host, "readText" | "kindOf" | "realPath" | "namesIn">;

/** The modules below a folder, each read at most once. */
export interface Repository {
  readonly reader: Reader;
  /** The folder at which module names start, as a path of the reader. */
  readonly root: string;
  readonly modules: Modules;
}

/** The modules that were read so far, by path. */
export type Modules = Map<string, PythonModule | UnreadableFile>;

/** A file that is not read: compiled, not UTF-8, too large, or a symbolic link that leaves the root. */
export interface UnreadableFile {
  readonly kind: "unreadable";
  readonly path: string;
  readonly why: "no-text" | "too-large" | "outside-root" | "too-deep";
}

/** A module that was read. `parts` is its dotted name. */
export interface ModuleFile {
  readonly kind: "file";
  readonly parts: readonly string[];
  readonly isPackage: boolean;
  readonly module: PythonModule;
}

/** What a dotted name refers to below the root. */
export type ModulePlace =
  | ModuleFile
  /** A folder without `__init__.py`; it contains modules but defines no names. */
  | { readonly kind: "namespace"; readonly parts: readonly string[]; readonly path: string }
  | UnreadableFile
  | MissingModule;

/** What an import refers to. */
export type ImportedPlace = ModulePlace | { readonly kind: "outside"; readonly module: string };

/** `module` is the prefix of the dotted name that does not exist; `tried` are the paths where it could be. */
export interface MissingModule {
  readonly kind: "missing";
  readonly module: string;
  /** `no-init`: a folder of that name exists, but does not contain the module itself. */
  readonly why: "not-found" | "not-a-package" | "no-init" | "beyond-root" | "standard-library";
  readonly tried: readonly string[];
  /** Whether a module outside of the root could have the name. */
  readonly mayBeElsewhere: boolean;
}

/** Suffixes of files that Python imports and that are not source text. */
const COMPILED = [".pyc", ".so", ".abi3.so", ".pyd", ".pyx"] as const;

/** More components than any real module name has. Each is looked up in the folder of the previous one. */
const MAX_PARTS = 64;

/** Finds a module below the root by its dotted name. */
export function findModule(repository: Repository, parts: readonly string[]): ModulePlace {
  const { reader, root } = repository;
  if (parts.length > MAX_PARTS)
    return { kind: "unreadable", path: parts.slice(0, MAX_PARTS).join("/"), why: "too-deep" };
  let folder = root;
  // A namespace package may extend over several folders, here and elsewhere, if none of them has an `__init__.py`.
  let mayBeElsewhere = true;
  for (const [at, part] of parts.entries()) {
    const path = joinPath(folder, part);
    const init = joinPath(path, "__init__.py");
    const file = `${path}.py`;
    const name = parts.slice(0, at + 1);
    const isLast = at === parts.length - 1;
    if (reader.kindOf(init) === "file") {
      if (isLast) return read(repository, init, name, true);
      mayBeElsewhere = false;
    } else if (reader.kindOf(file) === "file") {
      if (isLast) return read(repository, file, name, false);
      return missingModule(parts.slice(0, at + 2).join("."), "not-a-package", [file], false);
    } else if (reader.kindOf(path) === "folder") {
      if (isLast) return { kind: "namespace", parts: name, path };
    } else {
      const compiled = COMPILED.map((suffix) => path + suffix).find((each) => reader.kindOf(each) === "file");
      const tagged = compiled ?? taggedIn(reader, folder, part);
      if (tagged !== undefined) return { kind: "unreadable", path: tagged, why: "no-text" };
      return missingModule(name.join("."), "not-found", [file, init], mayBeElsewhere);
    }
    folder = path;
  }
  return missingModule(parts.join("."), "not-found", [], mayBeElsewhere);
}

/** A compiled module for a specific Python and system, such as `fast.cpython-312-x86_64-linux-gnu.so`. */
function taggedIn({ namesIn }: Reader, folder: string, module: string): string | undefined {
  const names = namesIn(folder);
  const name = names && tagged(names).get(module);
  return name === undefined ? undefined : joinPath(folder, name);
}

const tagged = remember((names: readonly string[]): ReadonlyMap<string, string> => {
  return new Map(
    names.flatMap((name) => {
      const module = /^([^.]+)\.(?:cpython|cp|pypy)[\w-]*\.(?:so|pyd)$/.exec(name)?.[1];
      return module === undefined ? [] : [[module, name] as const];
    }),
  );
});

/** The result for a module that is not where it should be. */
export function missingModule(
  module: string,
  why: MissingModule["why"],
  tried: readonly string[],
  mayBeElsewhere: boolean,
): MissingModule {
  return { kind: "missing", module, why, tried, mayBeElsewhere };
}

function read(repository: Repository, path: string, parts: readonly string[], isPackage: boolean): ModulePlace {
  const { modules, reader, root } = repository;
  // The target of such a link is not part of the model's code, so its lines must not be shown.
  if (linkEscape(reader, path, root) !== undefined) return { kind: "unreadable", path, why: "outside-root" };
  const module = modules.get(path) ?? readModule(repository, path);
  modules.set(path, module);
  return "kind" in module ? module : { kind: "file", parts, isPackage, module };
}

/** In characters. A file of this size is generated data and contains no entry point. */
const MAX_MODULE_LENGTH = 16_000_000;

function readModule({ reader, root }: Repository, path: string): PythonModule | UnreadableFile {
  const text = reader.readText(path, root);
  if (text === undefined) return { kind: "unreadable", path, why: "no-text" };
  return text.length > MAX_MODULE_LENGTH ? { kind: "unreadable", path, why: "too-large" } : scanModule({ path, text });
}

/** Finds what `from … import` refers to, as seen from a module. Anything that is not below the root is external. */
export function findImported(repository: Repository, from: ModuleFile, { level, module }: ModulePath): ImportedPlace {
  const names = module === "" ? [] : module.split(".");
  const own = from.isPackage ? from.parts : from.parts.slice(0, -1);
  // The root is not a package, so a module directly below it has no relative siblings.
  if (level > own.length) return missingModule(".".repeat(level) + module, "beyond-root", [], false);
  const base = level === 0 ? [] : own.slice(0, own.length - level + 1);
  const place = findModule(repository, [...base, ...names]);
  if (place.kind !== "missing" || !place.mayBeElsewhere) return place;
  return { kind: "outside", module: level === 0 ? module : place.module };
}
