// `modelwright build` as a function: compiles definitions and writes their plan and bindings. Invalid definitions and
// files that Modelwright did not write are reported in the result, never thrown; in both cases nothing is written.
// Errors of the file system are thrown as Node reports them.
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

/** What to build, and where to write it. */
export interface BuildOptions extends PublishOptions, CompileOptions {
  /** Definition files: paths relative to `cwd`, or sources in memory. Default: all definitions below `cwd`. */
  readonly files?: readonly (string | Source)[] | undefined;
  /** Where definitions are read from. Default: the file system, relative to `cwd`. */
  readonly host?: Host | undefined;
}

/** Which generated files to write, and where. */
export interface PublishOptions {
  /** The output folder, relative to `cwd`. */
  readonly out: string;
  /** The folder that all paths are relative to. Default: the working directory of the process. */
  readonly cwd?: string | undefined;
  /**
   * `ts` (default): one TypeScript module. `js`: a JavaScript module, its declarations, and a declaration map for
   * editors.
   */
  readonly target?: Target | undefined;
  /** Writes nothing; `stale` lists the files that would be written. */
  readonly check?: boolean | undefined;
}

/** The findings, and the state of the generated files. All paths are relative to `cwd`. */
export interface BuildResult extends PublishResult, Pick<Compilation, "diagnostics" | "suppressed" | "unreadable"> {
  /** The paths of the definitions that were passed or found. */
  readonly definitions: readonly string[];
  /** Undefined if a definition is invalid or unreadable, or if there is none; then nothing was written. */
  readonly plan: ExecutionPlan | undefined;
}

/** The state of the generated files. If one of them is foreign, nothing was written. */
export interface PublishResult {
  readonly written: readonly string[];
  /** Files that were up to date and were not touched. */
  readonly unchanged: readonly string[];
  /** Removed files: generated earlier for another target. */
  readonly removed: readonly string[];
  /** Existing files that Modelwright did not write and does not overwrite. */
  readonly foreign: readonly string[];
  /** With `check`: files that are not up to date. */
  readonly stale: readonly StaleFile[];
  /** Models whose preferred identifier was already taken. */
  readonly collisions: readonly Collision[];
}

/** A generated file that is not up to date, and why. */
export interface StaleFile {
  readonly path: string;
  readonly state: Exclude<FileState, "current">;
}

const NOTHING: PublishResult = { written: [], unchanged: [], removed: [], foreign: [], stale: [], collisions: [] };

/** Compiles definitions and writes the plan and the bindings to a folder. Throws errors of the file system. */
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

/**
 * Writes the files that are generated from a plan; with `check`, only compares them. Throws errors of the file system.
 */
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
 * An error still prevents a plan if it is suppressed, or if a setting hides it or makes it less severe. Without a plan, it
 * is reported as an error.
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
