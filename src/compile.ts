// All stages in order, on one screen:
//
//   source ─parse─▶ definition ─bind─▶ graph ─infer─▶ types ─check─▶ diagnostics ─plan─▶ execution plan
//
// `emit` and `run` take the plan from here.
import type { Diagnostic } from "./base/diagnostic.ts";
import type { Host } from "./base/host.ts";
import { joinPath } from "./base/path.ts";
import { linkEscape, rootFolderOf } from "./base/root.ts";
import type { Source } from "./base/source.ts";
import { bind } from "./bind/bind.ts";
import { runtimeFileOf } from "./bind/runtime.ts";
import type { SuppressedDiagnostic } from "./check/accepted/suppress.ts";
import { type CheckOptions, check as checkGraph } from "./check/check.ts";
import { type InferOptions, infer } from "./infer/infer.ts";
import type { TypedGraph } from "./infer/typed.ts";
import { linkedDefinition, type ParsedDefinition, parse } from "./parse/parse.ts";
import type { Reader } from "./parse/reader.ts";
import type { ExecutionPlan } from "./plan/execution-plan.ts";
import { plan as planGraph, planRoot } from "./plan/plan.ts";

/**
 * Options of a compilation: `environment`, if its variables are to be checked, the optional rules that run, and a `reader`
 * that reuses the parsed items of the previous compilation. The reader does not change the result.
 */
export type CompileOptions = InferOptions & CheckOptions & { readonly reader?: Reader };

/** The result of checking some definition files. */
export interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  /** Findings that comments suppress; an error among them still prevents a plan. */
  readonly suppressed: readonly SuppressedDiagnostic[];
  /** Errors whose rules are off; they still block a plan. */
  readonly off: readonly Diagnostic[];
  /** Requested files that cannot be read as text. */
  readonly unreadable: readonly string[];
  /** How many files were read, including those that provide a runtime for others. */
  readonly files: number;
  readonly graph: TypedGraph;
}

export interface Compilation extends Checked {
  /** Absent if the definitions have an error; a file that is missing on this machine is not one. */
  readonly plan: ExecutionPlan | undefined;
  /** The folder to which the paths of the plan are relative, itself relative to the working directory. */
  readonly root: string;
}

/**
 * Compiles definition files, given by path or as text, into one execution plan. Does not throw for invalid definitions: their
 * mistakes are in `diagnostics`. All files are read through `host`.
 */
export function compile(files: readonly (string | Source)[], host: Host, options: CompileOptions = {}): Compilation {
  const { requested, others, unreadable } = read(files, host, options);
  const graph = infer(bind(requested, others), host, options);
  const { diagnostics, suppressed, off, graph: checked } = checkGraph(graph, options);
  const plan = checked && unreadable.length === 0 ? planGraph(checked) : undefined;
  const root = planRoot({ requested });
  return { diagnostics, suppressed, off, unreadable, files: requested.length + others.length, graph, plan, root };
}

/** Compiles without a plan, like `modelwright check`. */
export function check(files: readonly (string | Source)[], host: Host, options: CompileOptions = {}): Checked {
  const { requested, others, unreadable } = read(files, host, options);
  const graph = infer(bind(requested, others), host, options);
  const { diagnostics, suppressed, off } = checkGraph(graph, options);
  return { diagnostics, suppressed, off, unreadable, files: requested.length + others.length, graph };
}

interface ReadFiles {
  readonly requested: readonly ParsedDefinition[];
  readonly others: readonly ParsedDefinition[];
  readonly unreadable: readonly string[];
}

/** Parses the files, and those that may provide a runtime for their models. */
function read(files: readonly (string | Source)[], host: Host, { reader }: CompileOptions): ReadFiles {
  const parseFile = reader?.parse ?? parse;
  const byPath = new Map<string, ParsedDefinition>();
  const unreadable: string[] = [];
  for (const file of files) {
    // A file is read once, even if its path is spelled in several ways.
    const path = joinPath(".", typeof file === "string" ? file : file.path);
    if (byPath.has(path)) continue;
    const definition =
      typeof file === "string"
        ? definitionAt(path, rootFolderOf(path), host, parseFile)
        : parseFile({ path, text: file.text });
    if (definition === undefined) unreadable.push(path);
    else byPath.set(path, definition);
  }
  const requested = [...byPath.values()];
  const others: ParsedDefinition[] = [];
  for (const definition of requested) others.push(...readRuntimeFiles(definition, byPath, host, parseFile));
  for (const definition of others) others.push(...readRuntimeFiles(definition, byPath, host, parseFile));
  reader?.forgetOthers();
  return { requested, others, unreadable };
}

type Parse = Reader["parse"];

function readRuntimeFiles(
  definition: ParsedDefinition,
  byPath: Map<string, ParsedDefinition>,
  host: Host,
  parseFile: Parse,
): ParsedDefinition[] {
  const found: ParsedDefinition[] = [];
  const root = rootFolderOf(definition.source.path);
  for (const entry of definition.root?.fields.models?.items ?? []) {
    const path = entry && runtimeFileOf(entry, definition);
    if (path === undefined || byPath.has(path)) continue;
    const parsed = definitionAt(path, root, host, parseFile);
    if (parsed === undefined) continue;
    byPath.set(path, parsed);
    found.push(parsed);
  }
  return found;
}

/** Reads a definition. A link to a file outside the root is reported, not read. */
function definitionAt(path: string, root: string, host: Host, parseFile: Parse): ParsedDefinition | undefined {
  const text = host.readText(path, root);
  if (text !== undefined) return parseFile({ path, text });
  const leadsTo = linkEscape(host, path, root);
  return leadsTo && linkedDefinition(path, leadsTo);
}
