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
  summary: "Values or transformations depend on each other in a cycle.",
  explanation:
    "The inputs of a call can refer to each other in any order, but not in a cycle. The transformations of a domain cannot form a cycle either.",
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
      // A cycle in a shared runtime is reported once, where the runtime is written.
      if (first === undefined || edges[0]?.reference?.isInherited === true) continue;
      const isDomain = edges[0]?.link !== undefined;
      yield {
        message: `${subject(nodes[0])} ${isDomain ? "depends on" : "refers to"} itself${nodes.length === 1 ? "" : `: ${chain(nodes)}`}.`,
        hint: isDomain
          ? "Remove one of these links."
          : nodes.length === 1
            ? "Replace the expression with a value."
            : "Replace one of these expressions with a value.",
        span: first.span,
        path: first.path,
        related: others.slice(0, MOST_SHOWN).map(({ span }, i) => ({
          message: `${name(nodes[i + 1])} ${isDomain ? "depends on" : "refers to"} ${name(nodes[(i + 2) % nodes.length])}`,
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

/** Where an edge is written, if it is: some edges follow from the format. */
function placesOfEdge({ reference, link }: GraphEdge): readonly EdgePlace[] {
  if (reference !== undefined) return [{ span: expressionSpan(reference), path: printKeyPath(reference.path) }];
  return link === undefined ? [] : [{ span: spanOf(link.node), path: printKeyPath(link.path) }];
}

function chain(nodes: readonly GraphNode[]): string {
  const names = nodes.map(name);
  const shown =
    names.length > MOST_SHOWN ? [...names.slice(0, MOST_SHOWN), `… ${names.length - MOST_SHOWN} more`] : names;
  return [...shown, names[0] ?? ""].join(" → ");
}

/** `load input size` is "The input `size` of `load`". */
function subject(node: GraphNode | undefined): string {
  const [, call = "", input] = (node?.kind === "input" && LABEL_OF_INPUT.exec(node.label)) || [];
  if (input !== undefined) return `The input ${quote(input)} of ${quote(call)}`;
  return node?.kind === "transformation" ? `The transformation ${name(node)}` : name(node);
}

const LABEL_OF_INPUT = /^(load|predict) input (.*)$/s;

/** The name of a node without its kind. */
function name(node: GraphNode | undefined): string {
  return quote((node?.label ?? "").replace(/^(?:(?:load|predict) input|transformation|file) /, ""));
}
