// Takes a typed graph and returns short notes that editors show inside the text of a definition.
import { isSameSource, type Source, textOf } from "../base/source.ts";
import { hideSecrets } from "../check/conceal.ts";
import type { TypedGraph } from "../infer/typed.ts";

/** A note after an offset. */
export interface Hint {
  readonly offset: number;
  readonly text: string;
  readonly kind: "type" | "runtime";
}

/** Longer types are cut. */
const LONGEST = 40;

/** The types that Python declares for inputs, and the runtimes that models use without their own. */
export function hintsOf(graph: TypedGraph, source: Source): readonly Hint[] {
  const hints = new Map<number, Hint>();
  const hide = hideSecrets(graph.bound.files);
  for (const model of graph.models) {
    const { name, runtime, isUniversal } = model.bound;
    if ("from" in runtime && name !== undefined && !isUniversal && isSameSource(name.leaf.node.source, source)) {
      const what = runtime.kind === "universal" ? "the universal runtime" : "the runtime";
      const text = `uses ${what} of ${runtime.definition.source.path}`;
      hints.set(name.leaf.node.end, { offset: name.leaf.node.end, text, kind: "runtime" });
    }
    for (const { bound, resolution } of model.calls()) {
      if (!("signature" in resolution) || !isSameSource(bound.section.node.source, source)) continue;
      const types = new Map(resolution.signature.parameters.map((each) => [each.name.text, each.annotation]));
      for (const { name: input, leaf } of bound.inputs.values()) {
        const annotation = types.get(input.normalize("NFKC"));
        if (annotation === undefined) continue;
        const written = textOf(hide.span(annotation.span)).replace(/\s+/g, " ");
        const text = `: ${written.length > LONGEST ? `${written.slice(0, LONGEST - 1)}…` : written}`;
        hints.set(leaf.node.end, { offset: leaf.node.end, text, kind: "type" });
      }
    }
  }
  return [...hints.values()].sort((a, b) => a.offset - b.offset);
}
