// The dependency graph as text. Arrows point from a dependency to the node that needs it.

import { plainJson } from "../../base/json-text.ts";
import { printable } from "../../base/quote.ts";
import { remember } from "../../base/remember.ts";
import { positionAt } from "../../base/source.ts";
import type { BoundGraph } from "../../bind/bind.ts";
import type { GraphNode, NodeKind } from "../../bind/graph.ts";
import { allocateIds } from "../../plan/ids.ts";

/** The formats of a graph; the order is that of the help. */
export const GRAPH_FORMATS = { mermaid, dot, json } as const satisfies Readonly<
  Record<string, (drawing: Drawing) => string>
>;

interface Drawing {
  readonly models: readonly { readonly key: string; readonly id: string; readonly title: string }[];
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly isCyclic: boolean }[];
  /** Each node of a cycle needs the next one. */
  readonly cycles: readonly (readonly string[])[];
}

interface DrawnNode extends GraphNode {
  /** The id to show, with the model's id instead of its key. */
  readonly name: string;
}

/** Renders the graph of the requested files. */
export function renderGraph(bound: BoundGraph, format: keyof typeof GRAPH_FORMATS): string {
  return GRAPH_FORMATS[format](draw(bound));
}

function draw({ models, graph }: BoundGraph): Drawing {
  const requested = models.filter(({ isRequested }) => isRequested);
  const ids = allocateIds(
    requested.map(({ name, isUniversal }) => (isUniversal ? "universal" : (name?.text ?? "model"))),
  );
  const byKey = new Map(requested.map((model, i) => [model.key, ids[i] ?? ""]));
  const isDrawn = ({ model }: GraphNode) => model === undefined || byKey.has(model);
  const nameOf = ({ id, model }: GraphNode) =>
    model === undefined ? id : `${byKey.get(model) ?? ""}${id.slice(model.length)}`;
  const linked = new Set(graph.edges.flatMap(({ from, to }) => [from, to]));
  // Names, devices and datapoints that nothing reads are left out.
  const nodes = graph.nodes.filter((node) => isDrawn(node) && (linked.has(node.id) || !QUIET.has(node.kind)));
  const shown = new Set(nodes.map(({ id }) => id));
  const cyclic = new Set(graph.cycles.flatMap(({ edges }) => edges.map(({ from, to }) => `${from}\n${to}`)));
  return {
    models: requested.map(({ key, name }, i) => ({ key, id: ids[i] ?? "", title: name?.text ?? "" })),
    nodes: nodes.map((node) => ({ ...node, name: nameOf(node) })),
    edges: graph.edges
      .filter(({ from, to }) => shown.has(from) && shown.has(to))
      .map(({ from, to }) => ({ from, to, isCyclic: cyclic.has(`${from}\n${to}`) })),
    cycles: graph.cycles.filter((cycle) => cycle.nodes.every(isDrawn)).map((cycle) => cycle.nodes.map(nameOf)),
  };
}

const nodesByModel = remember((nodes: readonly DrawnNode[]): ReadonlyMap<string | undefined, readonly DrawnNode[]> => {
  const byModel = new Map<string | undefined, DrawnNode[]>();
  for (const node of nodes) {
    const others = byModel.get(node.model);
    if (others === undefined) byModel.set(node.model, [node]);
    else others.push(node);
  }
  return byModel;
});

/** The nodes of a model, or those without a model. */
function nodesOf(nodes: readonly DrawnNode[], model: string | undefined): readonly DrawnNode[] {
  return nodesByModel(nodes).get(model) ?? [];
}

const QUIET: ReadonlySet<NodeKind> = new Set<NodeKind>(["name", "device", "datapoints"]);

function mermaid({ models, nodes, edges, cycles }: Drawing): string {
  const names = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  const lines = ["flowchart LR"];
  const shape = ({ id, kind, label }: DrawnNode): string => {
    const [open, close] = SHAPES[kind];
    return `${names.get(id)}${open}"${escapeMermaid(label)}"${close}`;
  };
  for (const node of nodesOf(nodes, undefined)) lines.push(`  ${shape(node)}`);
  for (const [i, { key, title }] of models.entries()) {
    lines.push(`  subgraph m${i}["${escapeMermaid(title)}"]`);
    for (const node of nodesOf(nodes, key)) lines.push(`    ${shape(node)}`);
    lines.push("  end");
  }
  for (const { from, to } of edges) lines.push(`  ${names.get(from)} --> ${names.get(to)}`);
  for (const cycle of cycles) lines.push(`  %% ${sentenceOf(cycle)}`);
  const red = edges.flatMap(({ isCyclic }, i) => (isCyclic ? [i] : []));
  if (red.length > 0) lines.push(`  linkStyle ${red.join(",")} stroke:#d00,stroke-width:3px`);
  return `${lines.join("\n")}\n`;
}

/** `cycle: a needs b needs a` */
function sentenceOf(cycle: readonly string[]): string {
  return `cycle: ${printable([...cycle, cycle[0]].join(" needs ")).replace(/[%{}]/g, "")}`;
}

const BOX = ["[", "]"] as const;
const ROUND = ["(", ")"] as const;
const STADIUM = ["([", "])"] as const;

const SHAPES: Readonly<Record<NodeKind, readonly [open: string, close: string]>> = {
  environment: STADIUM,
  name: ROUND,
  repository: ["[(", ")]"],
  file: ["[(", ")]"],
  device: ROUND,
  input: ROUND,
  load: BOX,
  output: ROUND,
  datapoints: STADIUM,
  predict: BOX,
  predictions: ROUND,
  key: ROUND,
  transformation: BOX,
};

/** Mermaid reads HTML in labels and `#…;` as a character code. */
function escapeMermaid(text: string): string {
  return printable(text).replace(/[^\p{L}\p{N} _.,:/()-]/gu, (character) => `#${character.codePointAt(0)};`);
}

function dot({ models, nodes, edges, cycles }: Drawing): string {
  const lines = ["digraph modelwright {", "  rankdir=LR;", '  node [fontname="sans-serif", shape=box, style=rounded];'];
  const names = new Map(nodes.map(({ id, name }) => [id, quoteDot(name)]));
  const line = ({ id, label }: DrawnNode) => `${names.get(id)} [label=${quoteDot(label)}];`;
  for (const cycle of cycles) lines.push(`  // ${sentenceOf(cycle)}`);
  for (const node of nodesOf(nodes, undefined)) lines.push(`  ${line(node)}`);
  for (const [i, { key, title }] of models.entries()) {
    lines.push(`  subgraph cluster_${i} {`, `    label=${quoteDot(title)};`);
    for (const node of nodesOf(nodes, key)) lines.push(`    ${line(node)}`);
    lines.push("  }");
  }
  for (const { from, to, isCyclic } of edges) {
    lines.push(`  ${names.get(from)} -> ${names.get(to)}${isCyclic ? " [color=red, penwidth=2]" : ""};`);
  }
  return `${lines.join("\n")}\n}\n`;
}

function quoteDot(text: string): string {
  return `"${printable(text).replace(/["\\]/g, "\\$&")}"`;
}

function json({ models, nodes, edges, cycles }: Drawing): string {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const document = {
    version: 1,
    models: models.map(({ id, title }) => ({ id, name: title })),
    nodes: nodes.map(({ name, kind, label, span }) => {
      const declared = span && { file: span.source.path, ...positionAt(span.source, span.start) };
      return { id: name, kind, label, ...(declared === undefined ? {} : { declared }) };
    }),
    edges: edges.map(({ from, to }) => ({ from: names.get(from), to: names.get(to) })),
    cycles,
  };
  return `${plainJson(JSON.stringify(document, undefined, 2))}\n`;
}
