import type { Host } from "../base/host.ts";
import { isModulePart } from "../base/module-name.ts";
import { baseName, folderOf, joinPath } from "../base/path.ts";
import { remember, rememberText } from "../base/remember.ts";
import type { ClassHeader, PythonModule } from "../python/module.ts";
import { type AbsentPackage, absentPackages, readEnvironment } from "../python/names/absent.ts";
import type { MissingModule, Modules } from "../python/names/repository.ts";
import type { Resolution } from "../python/names/resolution.ts";
import { isStandardModule } from "../python/names/standard-library.ts";
import { resolveFunction } from "../python/resolve.ts";
import { lookUpTypes, type TypeMeaning } from "../python/type-lookup.ts";
import type { Entrypoint } from "./entrypoint.ts";

/** The Python code of all repositories. Files are read on demand, each at most once. */
export interface PythonCode {
  /** The target of an entry point in the repository with this root. */
  readonly resolve: (root: string, entrypoint: Entrypoint) => Resolution;
  /** What the name of a type means in a module or in the body of one of its classes; `unknown` if that is not certain. */
  readonly meaningOf: (root: string, module: PythonModule, name: string, within?: ClassHeader) => TypeMeaning;
  /** All possible meanings of a name, at least one. There are several if conditions or the order of statements decide. */
  readonly meaningsOf: (
    root: string,
    module: PythonModule,
    name: string,
    within?: ClassHeader,
  ) => readonly TypeMeaning[];
  /**
   * The imports of an entry point's module that are neither in the repository nor in the virtual environment in a
   * folder.
   */
  readonly absentPackages: (root: string, entrypoint: Entrypoint, environment: string) => readonly AbsentPackage[];
  /** The modules below a folder that have been read so far. */
  readonly modulesBelow: (root: string) => readonly PythonModule[];
  /** A module that was read for an entry point. */
  readonly moduleAt: (path: string) => PythonModule | undefined;
  /** The names of the modules in a folder, as they are imported. */
  readonly modulesIn: (folder: string) => readonly string[];
}

/** An entry point with the root of its repository. */
export interface RootedEntrypoint {
  readonly root: string;
  readonly entrypoint: Entrypoint;
}

/**
 * The Python code that a host can read. `all` returns all entry points: if the module of one is missing, Git is asked once
 * about the missing modules of all of them.
 */
export function pythonCode(host: Host, all: () => Iterable<RootedEntrypoint>): PythonCode {
  const modules: Modules = new Map();
  const reader = {
    ...host,
    kindOf: rememberText(host.kindOf),
    realPath: rememberText(host.realPath),
    namesIn: rememberText(host.namesIn),
  };
  const found = rememberText((key) => {
    const [root = "", module = "", name = ""] = key.split("\0");
    return resolveFunction(reader, root, { module, function: name }, modules);
  });
  const resolutionOf = ({ root, entrypoint }: RootedEntrypoint) =>
    found(`${root}\0${entrypoint.module}\0${entrypoint.function}`);
  let ignored: ReadonlySet<string> | undefined;
  const ofScope = remember((_: PythonModule | ClassHeader) => new Map<string, readonly TypeMeaning[]>());
  const meaningsOf: PythonCode["meaningsOf"] = (root, module, name, within) => {
    const known = ofScope(within ?? module);
    const key = `${root}\0${name}`;
    const meanings = known.get(key) ?? lookUpTypes(reader, root, module, name, modules, within);
    known.set(key, meanings);
    return meanings;
  };
  const environmentIn = rememberText((folder) => readEnvironment(reader, folder));
  const absentIn = rememberText((key) => {
    const [root = "", module = "", folder = ""] = key.split("\0");
    return absentPackages(reader, root, module.split("."), () => environmentIn(folder), modules);
  });
  return {
    resolve: (root, entrypoint) => {
      const hidden = hiddenModule(reader, root, entrypoint);
      if (hidden !== undefined) return hidden;
      const resolution = resolutionOf({ root, entrypoint });
      if (resolution.kind !== "module-missing") return resolution;
      ignored ??= host.ignored([...all()].flatMap((each) => triedBy(resolutionOf(each))));
      return unlessIgnored(ignored, resolution);
    },
    meaningOf: (root, module, name, within) => {
      const [only, second] = meaningsOf(root, module, name, within);
      return only === undefined || second !== undefined ? { kind: "unknown" } : only;
    },
    meaningsOf,
    // Without an environment nothing is known, and the code that reads one is not loaded.
    absentPackages: (root, { module }, folder) =>
      reader.kindOf(folder) === "folder" ? absentIn(`${root}\0${module}\0${folder}`) : [],
    modulesBelow: (root) =>
      [...modules].flatMap(([path, module]) => (path.startsWith(`${root}/`) && !("kind" in module) ? [module] : [])),
    moduleAt: (path) => {
      const module = modules.get(path);
      return module === undefined || "kind" in module ? undefined : module;
    },
    modulesIn: rememberText((folder) => modulesIn(reader, folder)),
  };
}

/** The result for an entry point in a standard library module, which Python imports instead of a file in the repository. */
function hiddenModule(host: Pick<Host, "kindOf">, root: string, { module }: Entrypoint): Resolution | undefined {
  const [name = ""] = module.split(".");
  if (!isStandardModule(name)) return undefined;
  const tried = [`${name}.py`, `${name}/__init__.py`].map((file) => joinPath(root, file));
  const hidden = tried.filter((path) => host.kindOf(path) === "file");
  const missing: MissingModule = {
    kind: "missing",
    module: name,
    why: "standard-library",
    tried: hidden,
    mayBeElsewhere: false,
  };
  return { kind: "module-missing", missing, trail: [] };
}

/** A missing module that Git ignores may exist on the machine that runs the model. */
function unlessIgnored(ignored: ReadonlySet<string>, resolution: Resolution): Resolution {
  const path = triedBy(resolution).find((each) => ignored.has(each));
  return path === undefined
    ? resolution
    : { kind: "unverified", reason: { kind: "ignored", path }, trail: resolution.trail };
}

function triedBy(resolution: Resolution): readonly string[] {
  return resolution.kind === "module-missing" ? resolution.missing.tried : [];
}

function modulesIn(host: Host, folder: string): readonly string[] {
  const names = (host.namesIn(folder) ?? []).flatMap((name) => {
    if (name.endsWith(".py") && isModulePart(name.slice(0, -3)))
      return name === "__init__.py" ? [] : [name.slice(0, -3)];
    return host.kindOf(`${folder}/${name}/__init__.py`) === "file" ? [name] : [];
  });
  return [...new Set(names)].sort();
}

/** The folder in which a module was looked for. */
export function folderTried(tried: readonly string[]): string | undefined {
  const [first] = tried;
  if (first === undefined) return undefined;
  return baseName(first) === "__init__.py" ? folderOf(folderOf(first)) : folderOf(first);
}
