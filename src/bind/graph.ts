// The only file that imports graphlib. Ids have a prefix, because graphlib mishandles a node named `constructor`.
import { Graph } from "@dagrejs/graphlib";
import { compareText } from "../base/diagnostic.ts";
import type { Span } from "../base/source.ts";
import type { Leaf } from "../parse/shaped.ts";
import type { ScalarNode } from "../parse/tree.ts";
import type { Reference } from "./bound.ts";
import { findCycles, MAX_CYCLES } from "./cycles.ts";

/** What a node of the dependency graph represents. */
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
  /** The key of its model or domain; `undefined` for an environment variable. */
  readonly model: string | undefined;
  /** A name for people, such as `load input params_url`. */
  readonly label: string;
  /** Where it is declared, if it is. */
  readonly span: Span | undefined;
}

/** `to` needs `from`, because of an expression, because of a link between transformations, or implicitly. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly reference: Reference | undefined;
  /** The link between two transformations, if the edge is one. */
  readonly link?: Leaf<ScalarNode>;
}

/** A cycle in the order in which its references are followed. */
export interface Cycle {
  readonly nodes: readonly GraphNode[];
  /** `edges[i]` is the reason why `nodes[i]` needs the next node. */
  readonly edges: readonly GraphEdge[];
}

export interface DependencyGraph {
  readonly cycles: readonly Cycle[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** The direct dependencies of a node, in the order of the text. */
  readonly needsOf: (id: string) => readonly GraphNode[];
}

/** The nodes and edges of a model or a domain. Parts share only environment variables, which need nothing. */
export interface GraphPart {
  readonly nodes: readonly GraphNode[];
  /** Edges whose ends do not exist are ignored. */
  readonly edges: readonly GraphEdge[];
  /** The environment variables that are read. */
  readonly environment: ReadonlySet<string>;
}

/**
 * Builds the graph. A cycle never spans two parts, so each part is searched separately. The whole graph is built on first
 * access, because a plain check needs only the cycles.
 */
export function buildGraph(parts: readonly (() => GraphPart)[]): DependencyGraph {
  let graph: Omit<DependencyGraph, "cycles"> | undefined;
  const whole = () => {
    graph ??= wholeGraph(parts.map((part) => part()));
    return graph;
  };
  return {
    cycles: parts.flatMap((part) => cyclesIn(part())).slice(0, MAX_CYCLES),
    get nodes() {
      return whole().nodes;
    },
    get edges() {
      return whole().edges;
    },
    needsOf: (id) => whole().needsOf(id),
  };
}

/** The id of the node of an environment variable. */
export function environmentId(name: string): string {
  return `env/${name}`;
}

function cyclesIn({ nodes, edges }: GraphPart): readonly Cycle[] {
  // Implicit edges alone never form a cycle.
  if (edges.every(({ reference, link }) => reference === undefined && link === undefined)) return [];
  const order = new Map(nodes.map(({ id }, i) => [id, i]));
  const needs = new Map<string, Map<string, GraphEdge>>();
  for (const edge of edges) {
    if (!order.has(edge.from) || !order.has(edge.to)) continue;
    const found = needs.get(edge.to) ?? new Map<string, GraphEdge>();
    needs.set(edge.to, found);
    if (!found.has(edge.from)) found.set(edge.from, edge);
  }
  const inOrder = (id: string) =>
    [...(needs.get(id)?.keys() ?? [])].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return findCycles([...order.keys()], inOrder).map((ids) => ({
    nodes: ids.map((id) => nodes[order.get(id) ?? 0] as GraphNode),
    edges: ids.map((id, i) => needs.get(id)?.get(ids[(i + 1) % ids.length] ?? id) as GraphEdge),
  }));
}

function wholeGraph(parts: readonly GraphPart[]): Omit<DependencyGraph, "cycles"> {
  const names = new Set(parts.flatMap(({ environment }) => [...environment]));
  const graph = new Graph({ directed: true, multigraph: false });
  const nodes = [...[...names].sort().map(variableNode), ...parts.flatMap((part) => part.nodes)];
  const order = new Map(nodes.map(({ id }, i) => [id, i]));
  for (const node of nodes) graph.setNode(node.id, node);
  for (const edge of parts.flatMap(({ edges }) => edges)) {
    if (graph.hasNode(edge.from) && graph.hasNode(edge.to) && !graph.hasEdge(edge.from, edge.to)) {
      graph.setEdge(edge.from, edge.to, edge);
    }
  }
  const nodeOf = (id: string): GraphNode => graph.node(id) as GraphNode;
  const needs = (id: string) => [...((graph.predecessors(id) ?? []) as string[])];
  return {
    nodes: graph.nodes().map(nodeOf),
    edges: graph
      .edges()
      .map((edge) => graph.edge(edge) as GraphEdge)
      .sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to)),
    needsOf: (id) =>
      needs(id)
        .sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
        .map(nodeOf),
  };
}

function variableNode(name: string): GraphNode {
  return {
    id: environmentId(name),
    kind: "environment",
    model: undefined,
    label: `environment ${name}`,
    span: undefined,
  };
}
