// Takes definitions, writes their plan and bindings: what `modelwright build` does, as a function for build scripts.
// Promises: what is wrong with definitions, and files that somebody else wrote, are in the result and never thrown; with
// either nothing is written. What the file system refuses is thrown, as Node says it.
import { relative, resolve, sep } from "node:path";
import { compareDiagnostics, type Diagnostic, ownSeverity } from "./base/diagnostic.ts";
import type { Host } from "./base/host.ts";
import type { Source } from "./base/source.ts";
import { type Compilation, type CompileOptions, compile } from "./compile.ts";
import { discover } from "./disk/discover.ts";
import { nodeHost } from "./disk/host.ts";
import { type Collision, collisions } from "./emit/collisions.ts";
import type { Target } from "./emit/files.ts";
import type { FileState } from "./emit/inspect.ts";
import { checkPublished, publish } from "./emit/publish.ts";
import type { ExecutionPlan } from "./plan/execution-plan.ts";

/** What is built, and where it goes. */
export interface BuildOptions extends PublishOptions, CompileOptions {
  /** Definition files, relative to `cwd`, or as text; without, those that are found below it. */
  readonly files?: readonly (string | Source)[] | undefined;
  /** What definitions are read through; the file system, seen from `cwd`, when absent. */
  readonly host?: Host | undefined;
}

/** Where the files of a plan go, and which ones. */
export interface PublishOptions {
  /** The folder for the generated files, relative to `cwd`. */
  readonly out: string;
  /** The folder that all paths start from; that of the process when absent. */
  readonly cwd?: string | undefined;
  /** `ts`, when absent: one module. `js`: a module, its types, and a map that leads editors into the definition. */
  readonly target?: Target | undefined;
  /** Writes nothing; `stale` says what would be written. */
  readonly check?: boolean | undefined;
}

/** What was found, and what became of the generated files: their paths are relative to `cwd`. */
export interface BuildResult extends PublishResult, Pick<Compilation, "diagnostics" | "suppressed" | "unreadable"> {
  /** The paths of the definitions that were given or found. */
  readonly definitions: readonly string[];
  /** Absent when a definition is wrong or cannot be read, and when there is none; then nothing was written. */
  readonly plan: ExecutionPlan | undefined;
}

/** What became of the generated files. When one of them is foreign, nothing was written. */
export interface PublishResult {
  readonly written: readonly string[];
  /** What was right already, and is not touched. */
  readonly unchanged: readonly string[];
  /** Files of another target that Modelwright had written. */
  readonly removed: readonly string[];
  /** Files in the way that Modelwright did not write. */
  readonly foreign: readonly string[];
  /** With `check`: what is not as it would be written. */
  readonly stale: readonly StaleFile[];
  /** Models that do not have the identifier of their name, because another one has it. */
  readonly collisions: readonly Collision[];
}

/** A generated file that is not as it should be, and why. */
export interface StaleFile {
  readonly path: string;
  readonly state: Exclude<FileState, "current">;
}

const NOTHING: PublishResult = { written: [], unchanged: [], removed: [], foreign: [], stale: [], collisions: [] };

/** Compiles definitions and writes the plan and the bindings into a folder. */
export function build(options: BuildOptions): BuildResult {
  const { cwd = ".", files, host = nodeHost(resolve(cwd)) } = options;
  const given = files ?? discover(resolve(cwd), host);
  const compilation = withBlockingErrors(compile(given, host, options));
  const { diagnostics, suppressed, unreadable, root } = compilation;
  const plan = given.length > 0 ? compilation.plan : undefined;
  const definitions = given.map((file) => (typeof file === "string" ? file : file.path));
  const published = plan === undefined ? NOTHING : publishPlan({ plan, root }, options);
  return { definitions, diagnostics, suppressed, unreadable, plan, ...published };
}

/** Writes what is made of a plan, or says whether it is there. */
export function publishPlan(
  { plan, root }: { readonly plan: ExecutionPlan; readonly root: string },
  { out, cwd = ".", target, check = false }: PublishOptions,
): PublishResult {
  const base = resolve(cwd);
  const folder = resolve(base, out);
  const fromFolder = relative(folder, resolve(base, root)).split(sep).join("/");
  const options = { root: `${fromFolder || "."}/`, target };
  const shown = (path: string) => `${relative(base, folder).split(sep).join("/") || "."}/${path}`;
  const result = { ...NOTHING, collisions: collisions(plan) };
  if (check) {
    const states = checkPublished(folder, plan, options);
    const stale = states.flatMap(({ path, state }) => (state === "current" ? [] : [{ path: shown(path), state }]));
    const unchanged = states.flatMap(({ path, state }) => (state === "current" ? [shown(path)] : []));
    return { ...result, unchanged, stale };
  }
  const { written, unchanged, removed, foreign } = publish(folder, plan, options, base);
  return {
    ...result,
    written: written.map(shown),
    unchanged: unchanged.map(shown),
    removed: removed.map(shown),
    foreign: foreign.map(shown),
  };
}

/**
 * An error that is suppressed, or that a setting for its rule hides or makes less severe, still blocks a plan. If there
 * is no plan, it is shown as an error.
 */
export function withBlockingErrors(compilation: Compilation): Compilation {
  if (compilation.plan !== undefined) return compilation;
  const isError = (diagnostic: Diagnostic) => ownSeverity(diagnostic) === "error";
  const asError = (diagnostic: Diagnostic): Diagnostic =>
    isError(diagnostic) ? { ...diagnostic, severity: "error" } : diagnostic;
  const { diagnostics, suppressed, off } = compilation;
  return {
    ...compilation,
    diagnostics: [...diagnostics, ...suppressed.filter(isError), ...off].map(asError).sort(compareDiagnostics),
    suppressed: suppressed.filter((found) => !isError(found)),
    off: [],
  };
}
