import { folderOf, joinPath } from "../base/path.ts";
import type { BoundCall, BoundInput, BoundModel, BoundRuntime, Reference } from "../bind/bound.ts";
import { referencesIn } from "../bind/value.ts";
import { isGenerator, isStub, returnsValue } from "../python/calls/generator.ts";
import type { Resolution } from "../python/names/resolution.ts";
import { findNonListReturn } from "../python/resolve.ts";
import { brokenAt } from "../python/syntax/broken.ts";
import { argumentsOf, type CertainCall, possibleOf } from "./arguments.ts";
import { isNoList, isPlainClass } from "./contradiction.ts";
import { parseEntrypoint } from "./entrypoint.ts";
import { type GivenContext, withInputs } from "./given.ts";
import type { Place } from "./place.ts";
import type { PythonCode, RootedEntrypoint } from "./python-code.ts";
import type { ResultVerdict, TypedCall, TypedModel } from "./typed.ts";
import { meaningIn, wantedBy } from "./wanted.ts";

/** What is known of a model when its calls are looked at. */
export interface CallContext {
  readonly bound: BoundModel;
  readonly code: Place;
  readonly python: PythonCode;
  readonly constantOf: TypedModel["constantOf"];
  /** The inputs of both calls, each after those that it refers to. */
  readonly inputs: readonly BoundInput[];
}

/** The entrypoints of a model, as far as they are known before anything runs and its code is on this machine. */
export function entrypointsOf({
  bound,
  code,
  constantOf,
}: Omit<CallContext, "python" | "inputs">): readonly RootedEntrypoint[] {
  const root = readableRoot(code);
  if (!("runtime" in bound.runtime) || root === undefined) return [];
  const { load, predict } = bound.runtime.runtime;
  return [load, predict].flatMap((call) => {
    const entrypoint = parseEntrypoint(constantOf(call?.entrypoint) ?? "");
    return entrypoint === undefined ? [] : [{ root, entrypoint }];
  });
}

/** Follows both entrypoints of a model, its own or borrowed, into the code on this machine. */
export function typedCalls({ bound, code, python, constantOf, inputs }: CallContext): readonly TypedCall[] {
  const root = readableRoot(code);
  if (!("runtime" in bound.runtime) || root === undefined) return [];
  const { runtime } = bound.runtime;
  const resolve = (call: BoundCall | undefined) => {
    const entrypoint = parseEntrypoint(constantOf(call?.entrypoint) ?? "");
    return entrypoint && { entrypoint, resolution: python.resolve(root, entrypoint) };
  };
  const context = withInputs({ bound, code: python, root, load: resolve(runtime.load)?.resolution }, inputs);
  return [runtime.load, runtime.predict].flatMap((call): readonly TypedCall[] => {
    const found = resolve(call);
    if (call?.entrypoint === undefined || found === undefined) return [];
    const { resolution } = found;
    const args = argumentsOf(context, call, resolution);
    const result = call.phase === "load" ? nothing(context, runtime) : noList(context, resolution);
    const environment = joinPath(folderOf(bound.definition.source.path), ENVIRONMENT);
    const absent = () => python.absentPackages(root, found.entrypoint, environment);
    return [{ bound: call, value: call.entrypoint, ...found, arguments: args, result, absent }];
  });
}

/** The virtual environment that a run starts when none is named. */
const ENVIRONMENT = ".venv";

/** Where to look into code that is there. Where it should not be at all, nothing in it is looked at: the path is the mistake. */
function readableRoot(code: Place): string | undefined {
  const isRight = code.kind === "local" && code.verdict === "present" && code.leaves === undefined;
  return isRight ? code.below : undefined;
}

/** The annotation of load says that there is no model; without one, its body has no `return` with a value. */
function nothing({ load: resolution, root, code }: GivenContext, runtime: BoundRuntime): ResultVerdict | undefined {
  if (resolution?.kind !== "found" || resolution.doubts.length > 0) return undefined;
  const { returns, module, span } = resolution.signature;
  const use = useOfLoad(runtime);
  if (returns === undefined) {
    // What Python cannot read may have been meant as a `return`.
    if (returnsValue(span) || brokenAt(module) !== undefined) return undefined;
    return { kind: "nothing", annotation: undefined, use, isDraft: isStub(span) };
  }
  const wanted = wantedBy(module, returns);
  const { type } = wanted;
  const meaning = type.kind === "reference" ? meaningIn({ code, root }, wanted, type.name) : undefined;
  const isNone = (meaning?.kind === "alias" ? meaning.type : type).kind === "none";
  return isNone ? { kind: "nothing", annotation: returns, use, isDraft: false } : undefined;
}

function useOfLoad(runtime: BoundRuntime): Reference | undefined {
  for (const { value } of runtime.predict?.inputs.values() ?? []) {
    const use = referencesIn(value).find(({ meaning }) => meaning.kind === "load-output");
    if (use !== undefined) return use;
  }
  return undefined;
}

/** Predict must give back a list or a tuple. Where conditions decide what is called, none of it may do so. */
function noList(context: GivenContext, resolution: Resolution): ResultVerdict | undefined {
  const results = possibleOf(resolution)?.map((each) => {
    const result = verdicts.get(each) ?? { verdict: noListOf(context, each) };
    verdicts.set(each, result);
    return result.verdict;
  });
  return results?.includes(undefined) ? undefined : results?.[0];
}

/** What many models may call is judged once. */
const verdicts = new WeakMap<CertainCall, { readonly verdict: ResultVerdict | undefined }>();

function noListOf(context: GivenContext, resolution: CertainCall): ResultVerdict | undefined {
  const { signature } = resolution;
  const { module, returns, span, parameters } = signature;
  if (resolution.kind === "class") {
    const isPlain = isPlainClass(context, resolution.header, module);
    return isPlain ? { kind: "no-list", what: "class", signature } : undefined;
  }
  if (isGenerator(span) && brokenAt(module) === undefined) return { kind: "no-list", what: "generator", signature };
  if (returns !== undefined && isNoList(context, wantedBy(module, returns)))
    return { kind: "no-list", what: "annotation", annotation: returns };
  const source = context.code.moduleAt(span.source.path) ?? module;
  const returned = findNonListReturn(source, span, parameters);
  return returned && { kind: "no-list", what: "body", returned, signature };
}
