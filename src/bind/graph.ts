// The one file that sees graphlib. Ids carry a prefix, so that a file named `constructor` is only a file.
import { Graph } from "@dagrejs/graphlib";
import { compareText } from "../base/diagnostic.ts";
import type { Span } from "../base/source.ts";
import type { Leaf } from "../parse/shaped.ts";
import type { ScalarNode } from "../parse/tree.ts";
import type { Reference } from "./bound.ts";
import { findCycles, MOST_CYCLES } from "./cycles.ts";

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
  readonly cycles: readonly Cycle[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** What a node needs directly, in the order in which it was said. */
  readonly needsOf: (id: string) => readonly GraphNode[];
}

/** A part of the graph: a model or a domain. It shares nothing with the others but variables, which need nothing. */
export interface GraphPart {
  readonly nodes: readonly GraphNode[];
  /** An edge whose ends do not exist is left out. */
  readonly edges: readonly GraphEdge[];
  /** The variables that something reads. */
  readonly environment: ReadonlySet<string>;
}

/**
 * Builds the graph. No cycle leaves its part, so cycles are looked for in one part after the other; the whole graph is
 * put together when somebody asks for it.
 */
export function buildGraph(parts: readonly (() => GraphPart)[]): DependencyGraph {
  let made: Omit<DependencyGraph, "cycles"> | undefined;
  const whole = () => {
    made ??= wholeGraph(parts.map((part) => part()));
    return made;
  };
  return {
    cycles: parts.flatMap((part) => cyclesIn(part())).slice(0, MOST_CYCLES),
    get nodes() {
      return whole().nodes;
    },
    get edges() {
      return whole().edges;
    },
    needsOf: (id) => whole().needsOf(id),
  };
}

/** The id of a variable's node. */
export function environmentId(name: string): string {
  return `env/${name}`;
}

function cyclesIn({ nodes, edges }: GraphPart): readonly Cycle[] {
  // What follows from the nature of things never goes in a circle.
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
