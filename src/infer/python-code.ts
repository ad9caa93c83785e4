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

/** The Python code of all repositories. Nothing is read before somebody asks, and no file twice. */
export interface PythonCode {
  /** What an entrypoint leads to in the repository with this root. */
  readonly resolve: (root: string, entrypoint: Entrypoint) => Resolution;
  /** What the name of a type means in a module, or in the body of one of its classes; `unknown` when that is not certain. */
  readonly meaningOf: (root: string, module: PythonModule, name: string, within?: ClassHeader) => TypeMeaning;
  /** Everything that it may mean, where conditions or the order of statements decide; never nothing. */
  readonly meaningsOf: (
    root: string,
    module: PythonModule,
    name: string,
    within?: ClassHeader,
  ) => readonly TypeMeaning[];
  /** What the module of an entrypoint imports, and neither the repository nor the environment in a folder has. */
  readonly absentPackages: (root: string, entrypoint: Entrypoint, environment: string) => readonly AbsentPackage[];
  /** A module that was read for an entrypoint. */
  readonly moduleAt: (path: string) => PythonModule | undefined;
  /** The modules in a folder, by the names that they are imported by. */
  readonly modulesIn: (folder: string) => readonly string[];
}

/** An entrypoint, and the root of the repository that it is looked for in. */
export interface RootedEntrypoint {
  readonly root: string;
  readonly entrypoint: Entrypoint;
}

/**
 * The Python code that a host can read. `all` are the entrypoints that will be asked for: when the module of one is missing,
 * version control is asked about the missing modules of all of them at once.
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
    // Nothing is known without an environment, and what reads one is loaded for nothing.
    absentPackages: (root, { module }, folder) =>
      reader.kindOf(folder) === "folder" ? absentIn(`${root}\0${module}\0${folder}`) : [],
    moduleAt: (path) => {
      const module = modules.get(path);
      return module === undefined || "kind" in module ? undefined : module;
    },
    modulesIn: rememberText((folder) => modulesIn(reader, folder)),
  };
}

/** An entrypoint in a module of the standard library: Python imports that, whatever file the repository has. */
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

/** What is not there, and what git leaves out, may be there on the machine that runs it. */
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

/** The folder in which a module was looked for, and whether that is a package. */
export function folderTried(tried: readonly string[]): string | undefined {
  const [first] = tried;
  if (first === undefined) return undefined;
  return baseName(first) === "__init__.py" ? folderOf(folderOf(first)) : folderOf(first);
}
