// Takes a repository and an entrypoint, gives what the entrypoint leads to. Promises: reads files below the root only,
// runs nothing, always ends; `missing` is certain, `unverified` says what would have to be run to know.

import { constructorOf } from "./constructor.ts";
import { unknownDecorators } from "./decorators.ts";
import { type Found, lookUp, type Search, searchIn, type Target, type Way } from "./lookup.ts";
import type { FunctionHeader, PythonModule } from "./module.ts";
import { bindArguments } from "./partial.ts";
import { findModule, missingModule, type Reader, type Repository } from "./repository.ts";
import type { Doubt, Outcome, Resolution, Signature } from "./resolution.ts";

/** A function, or a class, by the dotted name of its module and its own name. */
export interface PythonEntrypoint {
  readonly module: string;
  readonly function: string;
}

/**
 * Finds what an entrypoint stands for. `modules` holds what was read before; hand in the same map for all entrypoints
 * of a repository, and every file is read once.
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
    case "file": {
      const search = searchIn(repository, "callable");
      const found = lookUp(search, place, entrypoint.function, { trail: [], doubts: [], seen: [] });
      return { ...finish(search, found), trail: found.way.trail };
    }
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

function finish(search: Search, { target, way }: Found): Outcome {
  switch (target.kind) {
    case "function":
      return finishFunction(target, way);
    case "class":
      return finishClass(search, target, way);
    case "partial": {
      const inner = finish(search, { target: target.of, way });
      if (inner.kind !== "found" && inner.kind !== "class") return inner;
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

function finishFunction({ file, header, overloads }: Extract<Target, { kind: "function" }>, way: Way): Outcome {
  const { module } = file;
  const doubts: Doubt[] = [...way.doubts];
  for (const { expression } of unknownDecorators(module, header))
    doubts.push({ kind: "decorator", span: expression.span });
  if (header.isBroken) doubts.push({ kind: "broken", span: header.span });
  const signatures = overloads.map((overload) => signatureOf(module, overload));
  return { kind: "found", signature: signatureOf(module, header), overloads: signatures, doubts };
}

function signatureOf(module: PythonModule, header: FunctionHeader): Signature {
  const { name, typeParameters, parameters, returns, isAsync, docstring, span } = header;
  return { name, typeParameters, parameters, returns, isAsync, docstring, span, module };
}

function finishClass(search: Search, target: Extract<Target, { kind: "class" }>, way: Way): Outcome {
  const { header, file } = target;
  const taken = constructorOf(search, target, way);
  if (taken.kind === "unknown") return { kind: "unverified", reason: { kind: "base-class", span: taken.span } };
  const { name, typeParameters, docstring, span } = header;
  const { doubts } = taken;
  const parameters = taken.kind === "known" ? taken.parameters : [];
  const signature = {
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
  return { kind: "class", header, signature, doubts: [...way.doubts, ...doubts, ...broken] };
}
