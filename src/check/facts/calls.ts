import type { Related } from "../../base/diagnostic.ts";
import type { Span } from "../../base/source.ts";
import type { TypedCall, TypedGraph, TypedModel } from "../../infer/typed.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import type { PythonModule } from "../../python/module.ts";

/** A call of Python code, and where its entry point is written. */
export interface CallPlace {
  readonly model: TypedModel;
  readonly call: TypedCall;
  readonly path: string;
  /** The span of a part of the module's name, by offsets in that name. */
  readonly moduleSpan: (start: number, end: number) => Span;
  readonly functionSpan: Span;
  /** Where the entry point is written, if it contains the name of the model: then the finding is at the name. */
  readonly related: readonly Related[];
}

const known = new WeakMap<TypedGraph, readonly CallPlace[]>();

/** The calls of all models whose code is on this machine; computed once, because many rules need them. */
export function callsOf(graph: TypedGraph): readonly CallPlace[] {
  const places =
    known.get(graph) ?? graph.models.flatMap((model) => model.calls().map((call) => callPlace(model, call)));
  known.set(graph, places);
  return places;
}

function callPlace(model: TypedModel, call: TypedCall): CallPlace {
  const { value } = call;
  const { name, runtime } = model.bound;
  const written = spanOf(value.node);
  if (value.kind === "literal") {
    const { node } = value;
    const colon = node.text.indexOf(":");
    return {
      model,
      call,
      path: printKeyPath(value.path),
      moduleSpan: (start, end) => spanInScalar(node, start, end),
      functionSpan: spanInScalar(node, colon + 1, node.text.length),
      related: [],
    };
  }
  if (runtime.kind === "own" || name === undefined) {
    return {
      model,
      call,
      path: printKeyPath(value.path),
      moduleSpan: () => written,
      functionSpan: written,
      related: [],
    };
  }
  const span = spanOf(name.leaf.node);
  const related = [{ message: "entry point defined here", span: written }];
  return { model, call, path: printKeyPath(name.leaf.path), moduleSpan: () => span, functionSpan: span, related };
}

/** The Python modules through which an entry point is resolved, its own first. */
export function modulesOf({ python }: TypedGraph, { resolution }: TypedCall): readonly PythonModule[] {
  const spans = resolution.trail.map(({ source }) => source.path);
  if ("signature" in resolution) {
    spans.push(resolution.signature.module.source.path, resolution.signature.span.source.path);
    for (const { span } of resolution.doubts) spans.push(span.source.path);
  }
  if (resolution.kind === "name-missing") spans.push(resolution.module.source.path);
  if (resolution.kind === "unverified" && "span" in resolution.reason && resolution.reason.span !== undefined) {
    spans.push(resolution.reason.span.source.path);
  }
  return [...new Set(spans)].flatMap((path) => python.moduleAt(path) ?? []);
}
