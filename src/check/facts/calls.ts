import type { Related } from "../../base/diagnostic.ts";
import type { Span } from "../../base/source.ts";
import type { TypedCall, TypedGraph, TypedModel } from "../../infer/typed.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import type { PythonModule } from "../../python/module.ts";

/** A call of Python code, and where its entrypoint is written. */
export interface CallPlace {
  readonly model: TypedModel;
  readonly call: TypedCall;
  readonly path: string;
  /** A part of the module's name, by offsets in that name. */
  readonly moduleSpan: (start: number, end: number) => Span;
  readonly functionSpan: Span;
  /** Where the entrypoint is written, when it is made of the name of a model that borrows it: the name is wrong then. */
  readonly related: readonly Related[];
}

const known = new WeakMap<TypedGraph, readonly CallPlace[]>();

/** The calls of all models whose code is on this machine; made once, for many rules ask. */
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
  const related = [{ message: "The entrypoint is written here.", span: written }];
  return { model, call, path: printKeyPath(name.leaf.path), moduleSpan: () => span, functionSpan: span, related };
}

/** The Python modules that an entrypoint leads through, its own first. */
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
