import { folderOf, joinPath } from "../base/path.ts";
import type { BoundCall, BoundInput, BoundModel, BoundRuntime, Reference } from "../bind/bound.ts";
import { referencesIn } from "../bind/value.ts";
import { isGenerator, isStub, returnsValue } from "../python/calls/generator.ts";
import type { Resolution } from "../python/names/resolution.ts";
import { findNonListReturn } from "../python/resolve.ts";
import { brokenAt } from "../python/syntax/broken.ts";
import { argumentsOf, type CertainCall, possibleOf } from "./arguments.ts";
import { isNotList, isPlainClass } from "./contradiction.ts";
import { type Entrypoint, parseEntrypoint } from "./entrypoint.ts";
import { type GivenContext, withInputs } from "./given.ts";
import type { Place } from "./place.ts";
import type { PythonCode, RootedEntrypoint } from "./python-code.ts";
import type { ResultVerdict, TypedCall, TypedModel } from "./typed.ts";
import { meaningIn, wantedBy } from "./wanted.ts";

/** What is known about a model before its calls are analyzed. */
export interface CallContext {
  readonly bound: BoundModel;
  readonly code: Place;
  readonly python: PythonCode;
  readonly constantOf: TypedModel["constantOf"];
  /** The inputs of both calls, each after those that it refers to. */
  readonly inputs: readonly BoundInput[];
}

/** The entry points of a model that are known without running it, if its code is on this machine. */
export function entrypointsOf({
  bound,
  code,
  constantOf,
}: Omit<CallContext, "python" | "inputs">): readonly RootedEntrypoint[] {
  const root = readableRoot(code);
  if (!("runtime" in bound.runtime) || root === undefined) return [];
  const { load, predict } = bound.runtime.runtime;
  return [load, predict].flatMap((call) => {
    const entrypoint = readableEntrypoint(code, constantOf(call?.entrypoint));
    return entrypoint === undefined ? [] : [{ root, entrypoint }];
  });
}

/** Follows both entry points of a model into the code on this machine. */
export function typedCalls({ bound, code, python, constantOf, inputs }: CallContext): readonly TypedCall[] {
  const root = readableRoot(code);
  if (!("runtime" in bound.runtime) || root === undefined) return [];
  const { runtime } = bound.runtime;
  const resolve = (call: BoundCall | undefined) => {
    const entrypoint = readableEntrypoint(code, constantOf(call?.entrypoint));
    return entrypoint && { entrypoint, resolution: python.resolve(root, entrypoint) };
  };
  const context = withInputs({ bound, code: python, root, load: resolve(runtime.load)?.resolution }, inputs);
  return [runtime.load, runtime.predict].flatMap((call): readonly TypedCall[] => {
    const found = resolve(call);
    if (call?.entrypoint === undefined || found === undefined) return [];
    const { resolution } = found;
    const args = argumentsOf(context, call, resolution);
    const result = call.phase === "load" ? loadVerdict(context, runtime) : listVerdict(context, resolution);
    const environment = joinPath(folderOf(bound.definition.source.path), ENVIRONMENT);
    // The packages of code on a server are installed where it runs.
    const absent = () => (code.kind === "local" ? python.absentPackages(root, found.entrypoint, environment) : []);
    return [{ bound: call, value: call.entrypoint, ...found, arguments: args, result, absent }];
  });
}

/** The virtual environment that a run uses by default. */
const ENVIRONMENT = ".venv";

/**
 * The folder in which code can be read. Code outside of the root folder is not read, because the path itself is the
 * mistake.
 */
export function readableRoot(code: Place): string | undefined {
  if (code.kind === "remote") return code.code?.root;
  const isRight = code.kind === "local" && code.verdict === "present" && code.leaves === undefined;
  return isRight ? code.below : undefined;
}

/** An entry point that can be resolved in the code of a model. */
export function readableEntrypoint(code: Place, text: string | undefined): Entrypoint | undefined {
  const entrypoint = parseEntrypoint(text ?? "");
  const known = code.kind === "remote" ? code.code?.entrypoints : undefined;
  if (entrypoint === undefined || known === undefined) return entrypoint;
  return known.has(`${entrypoint.module}:${entrypoint.function}`) ? entrypoint : undefined;
}

/** Reports a `load` that certainly returns None: by its annotation, or because its body never returns a value. */
function loadVerdict({ load: resolution, root, code }: GivenContext, runtime: BoundRuntime): ResultVerdict | undefined {
  if (resolution?.kind !== "found" || resolution.doubts.length > 0) return undefined;
  const { returns, module, span } = resolution.signature;
  const use = useOfLoadOutput(runtime);
  if (returns === undefined) {
    // A statement with a syntax error may be meant as a `return`.
    if (returnsValue(span) || brokenAt(module) !== undefined) return undefined;
    return { kind: "nothing", annotation: undefined, use, isDraft: isStub(span) };
  }
  const wanted = wantedBy(module, returns);
  const { type } = wanted;
  const meaning = type.kind === "reference" ? meaningIn({ code, root }, wanted, type.name) : undefined;
  const isNone = (meaning?.kind === "alias" ? meaning.type : type).kind === "none";
  return isNone ? { kind: "nothing", annotation: returns, use, isDraft: false } : undefined;
}

function useOfLoadOutput(runtime: BoundRuntime): Reference | undefined {
  for (const { value } of runtime.predict?.inputs.values() ?? []) {
    const use = referencesIn(value).find(({ meaning }) => meaning.kind === "load-output");
    if (use !== undefined) return use;
  }
  return undefined;
}

/**
 * Reports a `predict` that certainly returns neither a list nor a tuple. If conditions decide what is called, this must
 * hold for every target.
 */
function listVerdict(context: GivenContext, resolution: Resolution): ResultVerdict | undefined {
  const results = possibleOf(resolution)?.map((each) => {
    const result = verdicts.get(each) ?? { verdict: listVerdictOf(context, each) };
    verdicts.set(each, result);
    return result.verdict;
  });
  return results?.includes(undefined) ? undefined : results?.[0];
}

/** Computed once per target, because many models may call it. */
const verdicts = new WeakMap<CertainCall, { readonly verdict: ResultVerdict | undefined }>();

function listVerdictOf(context: GivenContext, resolution: CertainCall): ResultVerdict | undefined {
  const { signature } = resolution;
  const { module, returns, span, parameters } = signature;
  if (resolution.kind === "class") {
    const isPlain = isPlainClass(context, resolution.header, module);
    return isPlain ? { kind: "no-list", what: "class", signature } : undefined;
  }
  if (isGenerator(span) && brokenAt(module) === undefined) return { kind: "no-list", what: "generator", signature };
  if (returns !== undefined && isNotList(context, wantedBy(module, returns)))
    return { kind: "no-list", what: "annotation", annotation: returns };
  const source = context.code.moduleAt(span.source.path) ?? module;
  const returned = findNonListReturn(source, span, parameters);
  return returned && { kind: "no-list", what: "body", returned, signature };
}
