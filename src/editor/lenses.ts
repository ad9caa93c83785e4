// Takes typed graphs and returns the models and entry points above which editors show code lenses.
import { isSameSource, type Source, type Span } from "../base/source.ts";
import { hideSecrets } from "../check/conceal.ts";
import { callsOf } from "../check/facts/calls.ts";
import type { TypedGraph } from "../infer/typed.ts";
import { spanOf } from "../parse/tree.ts";

/** A model, with the span of its name. */
export interface ModelLens {
  readonly span: Span;
  readonly name: string;
}

/** The models of a file that can be run. */
export function modelLenses(graph: TypedGraph, source: Source): readonly ModelLens[] {
  const { text: hide } = hideSecrets(graph.bound.files);
  return graph.models.flatMap(({ bound: { name, isUniversal } }) =>
    name === undefined || isUniversal || !isSameSource(name.leaf.node.source, source)
      ? []
      : [{ span: spanOf(name.leaf.node), name: hide(name.text) }],
  );
}

/** A function that is an entry point, with the places that name it. */
export interface FunctionLens {
  readonly span: Span;
  readonly models: readonly string[];
  readonly uses: readonly Span[];
}

/** The functions of a Python file that are entry points, in the order of the text. */
export function functionLenses(graphs: readonly TypedGraph[], path: string): readonly FunctionLens[] {
  const found = new Map<number, { span: Span; models: Set<string>; uses: Map<string, Span> }>();
  for (const graph of graphs) {
    const { text: hide } = hideSecrets(graph.bound.files);
    for (const { model, call, functionSpan } of callsOf(graph)) {
      if (!("signature" in call.resolution)) continue;
      const { span } = call.resolution.signature.name;
      if (span.source.path !== path) continue;
      const lens = found.get(span.start) ?? { span, models: new Set(), uses: new Map() };
      found.set(span.start, lens);
      if (model.bound.name !== undefined) lens.models.add(hide(model.bound.name.text));
      lens.uses.set(`${functionSpan.source.path}\0${functionSpan.start}`, functionSpan);
    }
  }
  return [...found.values()]
    .map(({ span, models, uses }) => ({ span, models: [...models], uses: [...uses.values()] }))
    .sort((a, b) => a.span.start - b.span.start);
}
