// The one file that sees graphlib. Ids carry a prefix, so that a file named `constructor` is only a file.
import { Graph } from "@dagrejs/graphlib";
import { compareText } from "../base/diagnostic.ts";
import type { Span } from "../base/source.ts";
import type { Leaf } from "../parse/shape.ts";
import type { ScalarNode } from "../parse/tree.ts";
import type { Reference } from "./bound.ts";
import { findCycles } from "./cycles.ts";

/** What a node of the dependency graph stands for. */
export type NodeKind =
  | "environment"
  | "name"
  | "repository"
  | "file"
  | "device"
  | "input"
  | "load"
  | "output"
  | "datapoints"
  | "predict"
  | "predictions"
  | "key"
  | "transformation";

export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  /** The key of its model or domain; the environment belongs to none. */
  readonly model: string | undefined;
  /** As a reader would call it: `load input params_url`. */
  readonly label: string;
  /** Where it is declared, when it is. */
  readonly span: Span | undefined;
}

/** "`from` is needed by `to`", because of an expression, of a link between transformations, or by the nature of things. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly reference: Reference | undefined;
  /** Where a link between transformations is written. */
  readonly link?: Leaf<ScalarNode>;
}

/** A cycle in the order a reader follows it: each edge goes from what is read to the expression that reads it. */
export interface Cycle {
  readonly nodes: readonly GraphNode[];
  /** `edges[i]` says why `nodes[i]` needs the next node. */
  readonly edges: readonly GraphEdge[];
}

export interface DependencyGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly cycles: readonly Cycle[];
  /** What a node needs directly, in the order in which it was said. */
  readonly needsOf: (id: string) => readonly GraphNode[];
}

/** Builds the graph; an edge whose ends do not exist is left out. */
export function buildGraph(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): DependencyGraph {
  const graph = new Graph({ directed: true, multigraph: false });
  for (const node of nodes) graph.setNode(node.id, node);
  for (const edge of edges) {
    if (graph.hasNode(edge.from) && graph.hasNode(edge.to) && !graph.hasEdge(edge.from, edge.to)) {
      graph.setEdge(edge.from, edge.to, edge);
    }
  }
  const nodeOf = (id: string): GraphNode => graph.node(id) as GraphNode;
  const needs = (id: string): readonly string[] => (graph.predecessors(id) ?? []) as string[];
  const order = new Map(nodes.map((node, i) => [node.id, i]));
  const inOrder = (ids: readonly string[]) => [...ids].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  const cycles = findCycles(
    nodes.map(({ id }) => id),
    (id) => inOrder(needs(id)),
  );
  return {
    nodes: graph.nodes().map(nodeOf),
    edges: graph
      .edges()
      .map((edge) => graph.edge(edge) as GraphEdge)
      .sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to)),
    cycles: cycles.map((ids) => ({
      nodes: ids.map(nodeOf),
      edges: ids.map((id, i) => graph.edge(ids[(i + 1) % ids.length] ?? id, id) as GraphEdge),
    })),
    needsOf: (id) => inOrder(needs(id)).map(nodeOf),
  };
}
