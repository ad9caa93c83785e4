// The dependency graph as text or as a picture. Arrows point from a dependency to the node that needs it.

import { plainJson } from "../../base/json-text.ts";
import { printable } from "../../base/quote.ts";
import { positionAt } from "../../base/source.ts";
import type { NodeKind } from "../../bind/graph.ts";
import type { Checked } from "../../compile.ts";
import {
  type Drawing,
  type DrawnCycle,
  type DrawnNode,
  drawingOf,
  type GroupKind,
  nodesOf,
  sentenceOf,
} from "../../draw/drawing.ts";
import { html } from "../../draw/html.ts";
import { pictureData } from "../../draw/picture.ts";
import { svg } from "../../draw/svg.ts";

type Graph = Pick<Checked, "graph" | "diagnostics">;

/** The formats of a graph, in the order of the help. */
export const GRAPH_FORMATS = {
  mermaid: ({ graph }) => mermaid(drawingOf(graph.bound)),
  dot: ({ graph }) => dot(drawingOf(graph.bound)),
  json: ({ graph }) => json(drawingOf(graph.bound)),
  svg: ({ graph, diagnostics }) => svg(pictureData(graph, diagnostics)),
  html: ({ graph, diagnostics }) => html(pictureData(graph, diagnostics)),
} as const satisfies Readonly<Record<string, (checked: Graph) => string>>;

/** Renders the graph of the requested files. Pictures show the findings, too. */
export function renderGraph(checked: Graph, format: keyof typeof GRAPH_FORMATS): string {
  return GRAPH_FORMATS[format](checked);
}

/** The default limits of Mermaid. */
const MOST_EDGES = 500;
const MOST_CHARACTERS = 50_000;

/** Why viewers refuse a Mermaid flowchart, as a sentence; `undefined` if they do not. */
export function whyRefused(flowchart: string): string | undefined {
  const edges = flowchart.match(/^ {2}n\d+ --> n\d+$/gm)?.length ?? 0;
  if (edges <= MOST_EDGES && flowchart.length <= MOST_CHARACTERS) return undefined;
  const [most, characters, count, length] = [MOST_EDGES, MOST_CHARACTERS, edges, flowchart.length].map((number) =>
    number.toLocaleString("en"),
  );
  return `Mermaid viewers refuse flowcharts with more than ${most} edges or ${characters} characters. This one has ${count} edges and ${length} characters. Use \`--format svg\` or \`--format html\`.`;
}

function mermaid({ groups, nodes, edges, cycles }: Drawing): string {
  const names = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  const lines = ["flowchart LR"];
  const shape = ({ id, kind, label }: DrawnNode): string => {
    const [open, close] = SHAPES[kind];
    return `${names.get(id)}${open}"${escapeMermaid(label)}"${close}`;
  };
  for (const node of nodesOf(nodes, undefined)) lines.push(`  ${shape(node)}`);
  for (const [i, { key, title }] of groups.entries()) {
    lines.push(`  subgraph m${i}["${escapeMermaid(title)}"]`);
    for (const node of nodesOf(nodes, key)) lines.push(`    ${shape(node)}`);
    lines.push("  end");
  }
  for (const { from, to } of edges) lines.push(`  ${names.get(from)} --> ${names.get(to)}`);
  for (const cycle of cycles) lines.push(`  %% ${commentOf(cycle)}`);
  const red = edges.flatMap(({ isCyclic }, i) => (isCyclic ? [i] : []));
  if (red.length > 0) lines.push(`  linkStyle ${red.join(",")} stroke:#d00,stroke-width:3px`);
  return `${lines.join("\n")}\n`;
}

/** `cycle: a needs b needs a`, without characters that end a comment. */
function commentOf(cycle: DrawnCycle): string {
  return `cycle: ${sentenceOf(cycle).replace(/[%{}]/g, "")}`;
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

function dot({ groups, nodes, edges, cycles }: Drawing): string {
  const lines = ["digraph modelwright {", "  rankdir=LR;", '  node [fontname="sans-serif", shape=box, style=rounded];'];
  const names = new Map(nodes.map(({ id, name }) => [id, quoteDot(name)]));
  const line = ({ id, label }: DrawnNode) => `${names.get(id)} [label=${quoteDot(label)}];`;
  for (const cycle of cycles) lines.push(`  // ${commentOf(cycle)}`);
  for (const node of nodesOf(nodes, undefined)) lines.push(`  ${line(node)}`);
  for (const [i, { key, title }] of groups.entries()) {
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

function json({ groups, nodes, edges, cycles }: Drawing): string {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const named = (kind: GroupKind) =>
    groups.filter((group) => group.kind === kind).map(({ id, title }) => ({ id, name: title }));
  const document = {
    version: 1,
    models: named("model"),
    domains: named("domain"),
    nodes: nodes.map(({ name, kind, label, span }) => {
      const declared = span && { file: span.source.path, ...positionAt(span.source, span.start) };
      return { id: name, kind, label, ...(declared === undefined ? {} : { declared }) };
    }),
    edges: edges.map(({ from, to }) => ({ from: names.get(from), to: names.get(to) })),
    cycles: cycles.map((cycle) => cycle.names),
  };
  return `${plainJson(JSON.stringify(document, undefined, 2))}\n`;
}
