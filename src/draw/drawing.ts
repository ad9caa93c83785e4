// The content of every picture of the graph, in any format: the models and domains of the requested files, their nodes and
// edges, and the cycles. Its texts contain no secrets.
import { printable } from "../base/quote.ts";
import { remember } from "../base/remember.ts";
import type { Span } from "../base/source.ts";
import type { BoundGraph } from "../bind/bind.ts";
import type { GraphNode, NodeKind } from "../bind/graph.ts";
import { hideSecrets } from "../check/conceal.ts";
import { spanOf } from "../parse/tree.ts";
import { allocateIds } from "../plan/ids.ts";

export type GroupKind = "model" | "domain";

export interface Drawing {
  /** Models first, then domains, each in the order of the text. */
  readonly groups: readonly DrawnGroup[];
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly cycles: readonly DrawnCycle[];
}

/** A cycle in one group: the names of its nodes. Each of them needs the next one, and the last one needs the first one. */
export interface DrawnCycle {
  readonly group: string | undefined;
  readonly names: readonly string[];
}

/** A model or a domain. */
export interface DrawnGroup {
  readonly key: string;
  readonly kind: GroupKind;
  /** Unique and readable: `yolor_p6`. */
  readonly id: string;
  readonly title: string;
  /** Its entry in the definition. */
  readonly span: Span;
}

export interface DrawnNode extends GraphNode {
  /** The displayed id, which contains the id of its group instead of its key. */
  readonly name: string;
}

/** `to` needs `from`; both are ids of nodes. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly isCyclic: boolean;
}

/** Kinds of nodes that are left out if no node reads them. */
const QUIET: ReadonlySet<NodeKind> = new Set<NodeKind>(["name", "device", "datapoints"]);

/** The drawing of the requested files. */
export function drawingOf(bound: BoundGraph): Drawing {
  const { graph, files } = bound;
  const hide = hideSecrets(files).text;
  const groups = groupsOf(bound, hide);
  const idOf = new Map(groups.map(({ key, id }) => [key, id]));
  const isDrawn = ({ model }: GraphNode) => model === undefined || idOf.has(model);
  const nameOf = ({ id, model }: GraphNode) =>
    hide(model === undefined ? id : `${idOf.get(model) ?? ""}${id.slice(model.length)}`);
  const linked = new Set(graph.edges.flatMap(({ from, to }) => [from, to]));
  const nodes = graph.nodes.filter((node) => isDrawn(node) && (linked.has(node.id) || !QUIET.has(node.kind)));
  const shown = new Set(nodes.map(({ id }) => id));
  const cyclic = new Set(graph.cycles.flatMap(({ edges }) => edges.map(({ from, to }) => `${from}\n${to}`)));
  return {
    groups,
    nodes: nodes.map((node) => ({ ...node, label: hide(node.label), name: nameOf(node) })),
    edges: graph.edges
      .filter(({ from, to }) => shown.has(from) && shown.has(to))
      .map(({ from, to }) => ({ from, to, isCyclic: cyclic.has(`${from}\n${to}`) })),
    cycles: graph.cycles
      .filter((cycle) => cycle.nodes.every(isDrawn))
      .map(({ nodes: [first, ...rest] }) => ({
        group: first?.model,
        names: first === undefined ? [] : [first, ...rest].map(nameOf),
      })),
  };
}

function groupsOf({ models, domains, requested }: BoundGraph, hide: (text: string) => string): readonly DrawnGroup[] {
  const sources = new Set(requested.map(({ source }) => source));
  const drawn = [
    ...models
      .filter(({ isRequested }) => isRequested)
      .map(({ key, name, isUniversal, entry }) => {
        const title = hide(name?.text ?? "");
        return {
          key,
          kind: "model",
          words: isUniversal ? "universal" : title || "model",
          title,
          span: spanOf(entry.node),
        } as const;
      }),
    ...domains
      .filter(({ section }) => sources.has(section.node.source))
      .map(({ key, name, section }) => {
        const title = hide(name?.text ?? "");
        return { key, kind: "domain", words: title || "domain", title, span: spanOf(section.node) } as const;
      }),
  ];
  const ids = allocateIds(drawn.map(({ words }) => words));
  return drawn.map(({ words: _, ...group }, i) => ({ ...group, id: ids[i] ?? "" }));
}

const nodesByGroup = remember((nodes: readonly DrawnNode[]): ReadonlyMap<string | undefined, readonly DrawnNode[]> => {
  const byGroup = new Map<string | undefined, DrawnNode[]>();
  for (const node of nodes) {
    const others = byGroup.get(node.model);
    if (others === undefined) byGroup.set(node.model, [node]);
    else others.push(node);
  }
  return byGroup;
});

/** The nodes of a group. With `undefined`, the nodes without a group: the environment variables. */
export function nodesOf(nodes: readonly DrawnNode[], group: string | undefined): readonly DrawnNode[] {
  return nodesByGroup(nodes).get(group) ?? [];
}

/** A cycle as a sentence: `a needs b needs a`. */
export function sentenceOf({ names }: DrawnCycle): string {
  return printable([...names, ...names.slice(0, 1)].join(" needs "));
}
