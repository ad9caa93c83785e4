// Resolves an entry point in a repository. Guarantees: only reads files below the root, runs nothing and always
// terminates; `missing` is certain, and `unverified` includes what would have to run to find out.

import { constructorOf } from "./calls/constructor.ts";
import { decorated, decoratorsOfClass } from "./calls/decorated.ts";
import { bindArguments } from "./calls/partial.ts";
import type { FunctionHeader, PythonModule } from "./module.ts";
import { attributeOf, lookUp } from "./names/lookup.ts";
import { findModule, type ModuleFile, missingModule, type Reader, type Repository } from "./names/repository.ts";
import type { Doubt, LookupOutcome, Reason, Resolution, Signature } from "./names/resolution.ts";
import { type Search, searchIn, takeStep } from "./names/search.ts";
import type { ClassTarget, Found, FunctionTarget, Route } from "./names/target.ts";
import { inEachWorld } from "./names/worlds.ts";
import { withoutFirst } from "./text/parameters.ts";
import { unknownDecorators } from "./types/decorators.ts";

// Exported from here because both functions are in the same lazily loaded chunk.
export { findNonListReturn } from "./calls/returns.ts";

/** A function or class, given by the dotted name of its module and its own name. */
export interface PythonEntrypoint {
  readonly module: string;
  readonly function: string;
}

/**
 * Resolves an entry point. `modules` caches the files that were read; pass the same map for all entry points of a
 * repository, so that each file is read once.
 */
export function resolveFunction(
  reader: Reader,
  root: string,
  entrypoint: PythonEntrypoint,
  modules: Repository["modules"] = new Map(),
): Resolution {
  const repository: Repository = { reader, root, modules };
  const place = findModule(repository, entrypoint.module.split("."));
  switch (place.kind) {
    case "file":
      return inWorlds(repository, place, entrypoint.function.normalize("NFKC"));
    case "unreadable":
      return { kind: "unverified", reason: place, trail: [] };
    case "missing":
      return { kind: "module-missing", missing: place, trail: [] };
    case "namespace": {
      const tried = [`${place.path}.py`, `${place.path}/__init__.py`];
      const missing = missingModule(entrypoint.module, "no-init", tried, true);
      return { kind: "module-missing", missing, trail: [] };
    }
  }
}

/** Resolves a name in every world. */
function inWorlds(repository: Repository, file: ModuleFile, name: string): Resolution {
  const search = searchIn(repository, "callable");
  const { all, isWhole } = inEachWorld((world): Resolution => {
    search.world = world;
    const found = lookUp(search, file, name, { trail: [], seen: [] });
    return { ...finish(search, found), trail: found.route.trail };
  });
  const [only, second] = all;
  if (only !== undefined && second === undefined) return only.value;
  for (const { value, doubts } of all) {
    if (!("doubts" in value)) continue;
    const possible = isWhole ? { possible: all.map((each) => each.value) } : {};
    return { ...value, doubts: [...doubts, ...value.doubts], ...possible };
  }
  const open = all.find(({ value }) => value.kind === "unverified")?.value;
  if (isWhole && open === undefined && only !== undefined) return only.value;
  const condition = all.flatMap(({ doubts }) => doubts).find(({ kind }) => kind === "conditional");
  if (condition === undefined && open !== undefined) return open;
  const span = condition?.span;
  const reason: Reason = span && isWhole ? { kind: "conditional", span } : { kind: "endless", span };
  return { kind: "unverified", reason, trail: open?.trail ?? [] };
}

/**
 * The number of parameters copied per step of the budget, because many names may be partial applications of one
 * function.
 */
const PARAMETERS_PER_STEP = 50;

function finish(search: Search, { target, route }: Found): LookupOutcome {
  switch (target.kind) {
    case "function":
      return finishFunction(search, target, route);
    case "class":
      return finishClass(search, target, route);
    case "instance":
      return finish(search, attributeOf(search, target, "__call__", target.span, route));
    case "partial": {
      const inner = finish(search, { target: target.of, route });
      if (inner.kind !== "found" && inner.kind !== "class") return inner;
      const steps = Math.ceil(inner.signature.parameters.length / PARAMETERS_PER_STEP);
      if (!takeStep(search, steps)) return { kind: "unverified", reason: { kind: "endless", span: target.span } };
      const { parameters, isCertain } = bindArguments(inner.signature.parameters, target.bound);
      const doubts: readonly Doubt[] = isCertain ? [] : [{ kind: "partial", span: target.span }];
      const signature = { ...inner.signature, parameters };
      return {
        ...inner,
        signature,
        doubts: [...inner.doubts, ...doubts],
        ...(inner.kind === "found" && { overloads: [] }),
      };
    }
    case "module": {
      const { place } = target;
      const source = place.kind === "file" ? place.module.source : undefined;
      return { kind: "not-callable", what: "module", span: source && { source, start: 0, end: 0 } };
    }
    case "alias":
      return { kind: "not-callable", what: "type-alias", span: target.value.span };
    case "failure":
      return target.failure;
  }
}

function finishFunction(search: Search, target: FunctionTarget, route: Route): LookupOutcome {
  const { module } = target.file;
  const isPlain = unknownDecorators(module, target.header).length === 0;
  const { header, doubts } = isPlain ? { header: target.header, doubts: [] } : decorated(search, target, route);
  const { method } = target;
  const isOfPlain = method === undefined || method.of.header.decorators.length === 0;
  const ofClass = isOfPlain ? [] : decoratorsOfClass(search, method.of, route);
  const broken: readonly Doubt[] = header.isBroken ? [{ kind: "broken", span: header.span }] : [];
  const signature = signatureOf(module, header);
  const parameters = method?.isBound === true ? withoutFirst(header.parameters) : header.parameters;
  const overloads = target.overloads.map((overload) => signatureOf(module, overload));
  return {
    kind: "found",
    signature: { ...signature, parameters },
    overloads,
    doubts: [...ofClass, ...doubts, ...broken],
  };
}

function signatureOf(module: PythonModule, header: FunctionHeader): Signature {
  const { name, typeParameters, parameters, returns, isAsync, docstring, span } = header;
  return { name, typeParameters, parameters, returns, isAsync, docstring, span, module };
}

function finishClass(search: Search, target: ClassTarget, route: Route): LookupOutcome {
  const { header, file } = target;
  const taken = constructorOf(search, target, route);
  if (taken.kind === "unknown") return { kind: "unverified", reason: taken.reason };
  const { name, typeParameters, docstring, span } = header;
  const { parameters, doubts } = taken;
  const signature: Signature = {
    name,
    typeParameters,
    parameters,
    returns: undefined,
    isAsync: false,
    docstring,
    span,
    module: file.module,
  };
  const broken: readonly Doubt[] = header.isBroken ? [{ kind: "broken", span }] : [];
  return { kind: "class", header, signature, doubts: [...doubts, ...broken] };
}
