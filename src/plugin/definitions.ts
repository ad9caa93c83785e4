// The definitions of a project in their current state. Each is compiled once, and again when one of its inputs changes.
// One definition is one module with a plan of its own.
import { resolve } from "node:path";
import { type BuildResult, withBlockingErrors } from "../build.ts";
import { type CompileOptions, compile } from "../compile.ts";
import { nodeHost } from "../disk/host.ts";
import { filesSeen, hasChanged, newWatched, type Seen, type Watched, watchedHost } from "../disk/watch.ts";
import { declarationsFile } from "../emit/definition-declarations.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { pathFrom } from "./options.ts";

/** A compiled definition. */
export interface Definition extends Pick<BuildResult, "diagnostics" | "unreadable">, Seen {
  readonly file: string;
  /** Incremented with each compilation. */
  readonly version: number;
  /** Undefined if the definition is invalid. */
  readonly plan: ExecutionPlan | undefined;
  /** The folder that the plan's paths are relative to, relative to the working directory. */
  readonly root: string;
}

/** All definitions that were requested. */
export interface Definitions {
  /** The current state of a definition. */
  readonly get: (file: string) => Definition;
  /** The current state of all requested definitions. */
  readonly all: () => readonly Definition[];
}

/** Opens the definitions of a project. Calls `onCompiled` with each new version of a definition. */
export function openDefinitions(
  cwd: string,
  options: CompileOptions,
  onCompiled: (definition: Definition) => void,
): Definitions {
  const known = new Map<string, { readonly definition: Definition; readonly watched: Watched }>();
  const get = (file: string): Definition => {
    const before = known.get(file);
    if (before !== undefined && !hasChanged(before.watched)) return before.definition;
    const watched = newWatched([declarationsFile(file)]);
    const definition = compileFile(cwd, file, options, watched, (before?.definition.version ?? 0) + 1);
    known.set(file, { definition, watched });
    onCompiled(definition);
    return definition;
  };
  return { get, all: () => [...known.keys()].map(get) };
}

function compileFile(
  cwd: string,
  file: string,
  options: CompileOptions,
  watched: Watched,
  version: number,
): Definition {
  const host = watchedHost(nodeHost(cwd), cwd, watched);
  const { diagnostics, unreadable, plan, root } = withBlockingErrors(compile([pathFrom(cwd, file)], host, options));
  const folder = pathFrom(cwd, resolve(cwd, root));
  return { file, version, diagnostics, unreadable, plan, root: folder, ...filesSeen(watched) };
}
