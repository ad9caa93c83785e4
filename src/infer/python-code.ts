import type { Host } from "../base/host.ts";
import { baseName, folderOf } from "../base/path.ts";
import { type AbsentPackage, absentPackages, type Environment, readEnvironment } from "../python/absent.ts";
import type { ClassHeader, PythonModule } from "../python/module.ts";
import type { Modules } from "../python/repository.ts";
import type { Resolution } from "../python/resolution.ts";
import { resolveFunction } from "../python/resolve.ts";
import { lookUpType, lookUpTypes, type TypeMeaning } from "../python/type-lookup.ts";
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

/** The Python code that a host can read. */
export function pythonCode(host: Host): PythonCode {
  const modules: Modules = new Map();
  const resolutions = new Map<string, Resolution>();
  const folders = new Map<string, readonly string[]>();
  const environments = new Map<string, Environment | undefined>();
  return {
    resolve: (root, entrypoint) => {
      const key = `${root}\0${entrypoint.module}:${entrypoint.function}`;
      const known = resolutions.get(key);
      if (known !== undefined) return known;
      const resolution = unlessIgnored(host, resolveFunction(host, root, entrypoint, modules));
      resolutions.set(key, resolution);
      return resolution;
    },
    meaningOf: (root, module, name, within) => lookUpType(host, root, module, name, modules, within),
    meaningsOf: (root, module, name, within) => lookUpTypes(host, root, module, name, modules, within),
    absentPackages: (root, { module }, folder) => {
      // Nothing is known without an environment, and what reads one is loaded for nothing.
      if (host.kindOf(folder) !== "folder") return [];
      const environment = () => {
        if (!environments.has(folder)) environments.set(folder, readEnvironment(host, folder));
        return environments.get(folder);
      };
      return absentPackages(host, root, module.split("."), environment, modules);
    },
    moduleAt: (path) => {
      const module = modules.get(path);
      return module === undefined || "kind" in module ? undefined : module;
    },
    modulesIn: (folder) => {
      const names = folders.get(folder) ?? modulesIn(host, folder);
      folders.set(folder, names);
      return names;
    },
  };
}

/** What is not there, and what git leaves out, may be there on the machine that runs it. */
function unlessIgnored(host: Host, resolution: Resolution): Resolution {
  if (resolution.kind !== "module-missing") return resolution;
  const { tried } = resolution.missing;
  const ignored = host.ignored(tried);
  const path = tried.find((each) => ignored.has(each));
  return path === undefined
    ? resolution
    : { kind: "unverified", reason: { kind: "ignored", path }, trail: resolution.trail };
}

function modulesIn(host: Host, folder: string): readonly string[] {
  const names = (host.namesIn(folder) ?? []).flatMap((name) => {
    if (/^[\p{L}_][\p{L}\p{M}\p{N}_]*\.py$/u.test(name)) return name === "__init__.py" ? [] : [name.slice(0, -3)];
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
