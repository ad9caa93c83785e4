// Records the Python of remote code for the lock file: the declarations that `check` and the bindings need. They are accepted
// only if a compilation with them gives exactly what a compilation with the fetched code gives.
import { LOCK_NAME, type LockedPython } from "../base/lock-file.ts";
import { folderOf, joinPath } from "../base/path.ts";
import { positionAt } from "../base/source.ts";
import type { Compilation } from "../compile.ts";
import { parseEntrypoint } from "../infer/entrypoint.ts";
import { type FetchedCode, keyOfCode } from "../infer/locked-code.ts";
import type { TypedModel } from "../infer/typed.ts";
import { allLines, declarationsOf, type NumberedLines } from "../python/declarations.ts";
import type { PythonModule } from "../python/module.ts";
import type { Resolution } from "../python/names/resolution.ts";

/** What is declared for the models of one lock file. */
export interface DeclareRequest {
  /** Compiles the definitions with this code instead of the code in lock files. */
  readonly compile: (code: FetchedCode) => Compilation;
  /** The path of the lock file, relative to the working directory. */
  readonly lockPath: string;
  /** The folders of the code, by key. */
  readonly fetched: ReadonlyMap<string, string>;
}

/** More characters of one repository are not recorded. */
const MAX_LENGTH = 200_000;

/** Declares the entry points of all models with a key in `fetched`. */
export function declareCode(request: DeclareRequest): ReadonlyMap<string, LockedPython> {
  const { fetched, compile } = request;
  const declared = new Map<string, LockedPython>();
  if (fetched.size === 0) return declared;
  const whole = compile(fetched);
  for (const [key, root] of fetched) {
    const entrypoints = entrypointsOf(whole, key, request);
    const wanted = stateOf(whole, key, request);
    const unread = { entrypoints: [], unread: entrypoints, files: new Map() };
    const python = candidatesFor(whole, key, root, request).find((files) => {
      const candidate = { entrypoints, unread: [], files };
      const state = () =>
        stateOf(compile(new Map<string, string | LockedPython>([...fetched, [key, candidate]])), key, request);
      return lengthOf(files) <= MAX_LENGTH && state() === wanted;
    });
    declared.set(key, python === undefined ? unread : { entrypoints, unread: [], files: python });
  }
  return declared;
}

/** The models of the lock file with a key. */
function modelsWith({ graph }: Compilation, key: string, { lockPath }: DeclareRequest): readonly TypedModel[] {
  return graph.models.filter(({ bound }) => {
    const path = joinPath(folderOf(bound.definition.source.path), LOCK_NAME);
    return path === joinPath(".", lockPath) && keyOfCode(bound) === key;
  });
}

function entrypointsOf(compilation: Compilation, key: string, request: DeclareRequest): readonly string[] {
  const names = modelsWith(compilation, key, request).flatMap(entrypointsIn);
  return [...new Set(names)];
}

/** The entry points of a model that are known without running it. */
function entrypointsIn({ bound, constantOf }: TypedModel): readonly string[] {
  if (!("runtime" in bound.runtime)) return [];
  const { load, predict } = bound.runtime.runtime;
  return [load, predict].flatMap((call) => {
    const entrypoint = parseEntrypoint(constantOf(call?.entrypoint) ?? "");
    return entrypoint === undefined ? [] : [`${entrypoint.module}:${entrypoint.function}`];
  });
}

/** The files to record: first only what the functions need, then all files that were read. */
function candidatesFor(
  whole: Compilation,
  key: string,
  root: string,
  request: DeclareRequest,
): readonly ReadonlyMap<string, NumberedLines>[] {
  const { python } = whole.graph;
  const calls = modelsWith(whole, key, request).flatMap((model) => model.calls());
  const names = calls.flatMap(({ entrypoint, resolution }) => {
    const own = "signature" in resolution ? [resolution.signature.name.text] : [];
    return [entrypoint.function, ...own];
  });
  const reduce = () => declarationsOf(python.modulesBelow(root), names);
  // The definition may use any parameter later, so the types of all of them are looked up.
  let reduced = reduce();
  for (let count = -1, rounds = 0; count < python.modulesBelow(root).length && rounds < MAX_ROUNDS; rounds++) {
    count = python.modulesBelow(root).length;
    for (const [module, lines] of reduced) {
      for (const name of namesIn(lines)) python.meaningsOf(root, module, name);
    }
    reduced = reduce();
  }
  const modules = python.modulesBelow(root);
  const files = (linesOf: (module: PythonModule) => NumberedLines) =>
    new Map(
      modules.flatMap((module) => {
        const lines = linesOf(module);
        return [[module.source.path.slice(root.length + 1), lines] as const];
      }),
    );
  return [files((module) => reduced.get(module) ?? new Map()), files(allLines)];
}

/** Modules import one another in at most this many steps, apart from rare cases, whose types are then unknown. */
const MAX_ROUNDS = 10;

function namesIn(lines: NumberedLines): ReadonlySet<string> {
  return new Set(Array.from([...lines.values()].join("\n").matchAll(/[A-Za-z_]\w*/g), ([name]) => name));
}

function lengthOf(files: ReadonlyMap<string, NumberedLines>): number {
  let length = 0;
  for (const [path, lines] of files) {
    length += path.length;
    for (const line of lines.values()) length += line.length;
  }
  return length;
}

/** Everything that depends on the code, as text: the findings, the plan, and the functions with their parameters. */
function stateOf(compilation: Compilation, key: string, request: DeclareRequest): string {
  const models = modelsWith(compilation, key, request);
  const roots = models.flatMap(({ code }) => (code.kind === "remote" ? (code.code?.root ?? []) : []));
  // The paths of files below the root differ, also in messages.
  const fileOf = (path: string) => roots.reduce((file, root) => file.replace(`${root}/`, ""), path);
  const findings = compilation.diagnostics.map(({ code, severity, span, path }) => {
    const { line, column } = positionAt(span.source, span.start);
    return [code, severity, fileOf(span.source.path), line, column, path];
  });
  return JSON.stringify([
    findings,
    compilation.plan?.hash,
    models.flatMap((model) =>
      model
        .calls()
        .map(({ resolution, result, arguments: given }) => [functionIn(resolution), result?.kind, given !== undefined]),
    ),
  ]);
}

function functionIn(resolution: Resolution): unknown {
  if (resolution.kind === "unverified") return [resolution.kind, resolution.reason.kind];
  if (resolution.kind === "name-missing") return [resolution.kind, resolution.names];
  if (!("signature" in resolution)) return resolution.kind;
  const { kind, signature, doubts } = resolution;
  const { name, parameters, returns, isAsync, docstring } = signature;
  const shown = parameters.map((each) => [each.kind, each.name.text, each.annotation?.text, each.default?.text]);
  return [kind, name.text, shown, returns?.text, isAsync, docstring, doubts.map((doubt) => doubt.kind)];
}
