import { quote } from "../../base/quote.ts";
import type { Span } from "../../base/source.ts";
import type { GraphEdge, GraphNode } from "../../bind/graph.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { expressionSpan } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const cycle: Rule = {
  code: "cycle",
  severity: "error",
  subject: "definition",
  summary: "Values or transformations need one another in a circle.",
  explanation:
    "Inputs of one call may refer to one another in any order, but each must come out in the end. The transformations of a domain lead one way too.",
  bad: example({
    load: `        inputs:
          - name: width
            value: \${model.runtime.load.inputs.height}
          - name: height
            value: \${model.runtime.load.inputs.width}
`,
  }),
  good: example({
    load: `        inputs:
          - name: width
            value: \${model.runtime.load.inputs.height}
          - name: height
            value: 640
`,
  }),
  *check(graph) {
    for (const { nodes, edges } of graph.bound.graph.cycles) {
      const [first, ...others] = edges.flatMap(placesOfEdge);
      // A runtime that several models use is reported where it is written.
      if (first === undefined || edges[0]?.reference?.isInherited === true) continue;
      const isDomain = edges[0]?.link !== undefined;
      yield {
        message:
          nodes.length === 1 ? `${name(nodes[0])} needs itself.` : `${name(nodes[0])} needs itself: ${circle(nodes)}.`,
        hint: isDomain
          ? "Transformations form a way from `ChooseImage` to `EvaluateSample`; take one of these links out."
          : nodes.length === 1
            ? "Give it a value of its own."
            : "Give one of them a value of its own.",
        span: first.span,
        path: first.path,
        related: others.slice(0, MOST_SHOWN).map(({ span }, i) => ({
          message: `${name(nodes[i + 1])} needs ${name(nodes[(i + 2) % nodes.length])} here.`,
          span,
        })),
      };
    }
  },
};

const MOST_SHOWN = 20;

interface EdgePlace {
  readonly span: Span;
  readonly path: string;
}

/** Where an edge is written; what follows from the nature of things is not. */
function placesOfEdge({ reference, link }: GraphEdge): readonly EdgePlace[] {
  if (reference !== undefined) return [{ span: expressionSpan(reference), path: printKeyPath(reference.path) }];
  return link === undefined ? [] : [{ span: spanOf(link.node), path: printKeyPath(link.path) }];
}

function circle(nodes: readonly GraphNode[]): string {
  const names = nodes.map(name);
  const shown =
    names.length > MOST_SHOWN ? [...names.slice(0, MOST_SHOWN), `… ${names.length - MOST_SHOWN} more`] : names;
  return [...shown, names[0] ?? ""].join(" → ");
}

function name(node: GraphNode | undefined): string {
  return quote(node?.label ?? "");
}
