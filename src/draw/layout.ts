// The layout of one box: dagre places the nodes from left to right. Boxes of one shape have one layout.
import { Graph, layout, type Point } from "#dagre";
import { NODE_HEIGHT, tenth } from "./sizes.ts";

const GAPS = { nodesep: 14, edgesep: 10, ranksep: 46 } as const;

/** The places of the nodes and edges of a box, in pixels from its upper left corner. */
export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** The upper left corner and the width of a node. */
export type PlacedNode = readonly [x: number, y: number, width: number];

/** An edge between two nodes, given by their indexes: its line and its arrowhead as SVG paths. */
export interface PlacedEdge {
  readonly from: number;
  readonly to: number;
  readonly isCyclic: boolean;
  readonly line: string;
  readonly head: string;
}

/** What a layout depends on. */
export interface Outline {
  /** The width of each node, in pixels. */
  readonly widths: readonly number[];
  /** The indexes of the nodes of each edge. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly isCyclic: boolean }[];
}

/** The largest box that dagre places, in nodes and edges. Its time grows faster than linearly. */
const MOST_IN_BOX = 1000;

/** The maximum number of nodes and edges that dagre places in one picture. Further boxes of new shapes get plain columns. */
const MOST_IN_PICTURE = 80_000;

/** Returns a function that finds the index of an outline's shape in `shapes`, and adds the shape if it is new. */
export function shapesInto(shapes: Shape[]): (outline: Outline) => number {
  const known = new Map<string, number>();
  let placed = 0;
  return (outline) => {
    const key = JSON.stringify(outline);
    const before = known.get(key);
    if (before !== undefined) return before;
    const size = outline.widths.length + outline.edges.length;
    const isSmall = size <= MOST_IN_BOX && placed + size <= MOST_IN_PICTURE;
    if (isSmall) placed += size;
    known.set(key, shapes.length);
    shapes.push(isSmall ? withDagre(outline) : inColumns(outline));
    return shapes.length - 1;
  };
}

function withDagre({ widths, edges }: Outline): Shape {
  if (widths.length === 0) return { width: 0, height: 0, nodes: [], edges: [] };
  const graph = new Graph();
  // The default ranker, network simplex, takes a fifth longer, and gives the same columns for nearly all models.
  graph.setGraph({ rankdir: "LR", ranker: "tight-tree", ...GAPS });
  for (const [i, width] of widths.entries()) graph.setNode(`n${i}`, { width, height: NODE_HEIGHT });
  for (const { from, to } of edges) graph.setEdge(`n${from}`, `n${to}`, {});
  layout(graph);
  const nodes = widths.map((width, i): PlacedNode => {
    const { x, y } = graph.node(`n${i}`);
    return [tenth(x - width / 2), tenth(y - NODE_HEIGHT / 2), width];
  });
  const between = ({ from, to }: { readonly from: number; readonly to: number }) =>
    graph.edge(`n${from}`, `n${to}`).points ?? [];
  return placed(
    nodes,
    edges.map((edge) => ({ ...edge, points: between(edge) })),
  );
}

/** A layout in linear time: each node is in the column after the nodes that it needs. */
function inColumns({ widths, edges }: Outline): Shape {
  const columns = columnsOf(widths.length, edges);
  const nodes: PlacedNode[] = widths.map(() => [0, 0, 0]);
  const byColumn: number[][] = [];
  for (const [node, column] of columns.entries()) {
    byColumn[column] ??= [];
    byColumn[column].push(node);
  }
  let x = 0;
  for (const members of byColumn) {
    const widest = members.reduce((most, node) => Math.max(most, widths[node] ?? 0), 0);
    for (const [row, node] of members.entries()) {
      nodes[node] = [tenth(x), row * (NODE_HEIGHT + GAPS.nodesep), widths[node] ?? 0];
    }
    x += widest + 2 * GAPS.ranksep;
  }
  return placed(
    nodes,
    edges.map((edge) => ({ ...edge, points: [] })),
  );
}

/** The column of each node. Edges of cycles are ignored. */
function columnsOf(count: number, edges: Outline["edges"]): readonly number[] {
  const columns = Array.from({ length: count }, () => 0);
  const waiting = Array.from({ length: count }, () => 0);
  const next: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to, isCyclic } of edges) {
    if (isCyclic || from === to) continue;
    next[from]?.push(to);
    waiting[to] = (waiting[to] ?? 0) + 1;
  }
  const ready = columns.map((_, node) => node).filter((node) => waiting[node] === 0);
  for (const node of ready) {
    for (const other of next[node] ?? []) {
      columns[other] = Math.max(columns[other] ?? 0, (columns[node] ?? 0) + 1);
      waiting[other] = (waiting[other] ?? 0) - 1;
      if (waiting[other] === 0) ready.push(other);
    }
  }
  // A node that the topological order does not reach keeps the first column.
  return columns.map((column, node) => ((waiting[node] ?? 0) > 0 ? 0 : column));
}

type Routed = Outline["edges"][number] & { readonly points: readonly Point[] };

function placed(nodes: readonly PlacedNode[], edges: readonly Routed[]): Shape {
  const drawn = edges.map(({ points, ...edge }) => ({ ...edge, ...pathOf(nodes, edge, points) }));
  const right = nodes.reduce((most, [x, , width]) => Math.max(most, x + width), 0);
  const bottom = nodes.reduce((most, [, y]) => Math.max(most, y + NODE_HEIGHT), 0);
  const reach = edges.flatMap(({ points }) => points);
  return {
    width: tenth(reach.reduce((most, { x }) => Math.max(most, x), right)),
    height: tenth(reach.reduce((most, { y }) => Math.max(most, y), bottom)),
    nodes,
    edges: drawn,
  };
}

/** The length, and half of the height, of an arrowhead. */
const HEAD = { length: 7, half: 3.5 } as const;

/** Edges against the direction of the graph end below the middle, so that their arrowheads do not cover other edges. */
const BELOW = 12;

/**
 * A curve through the points between two nodes. It starts and ends horizontally, so that it fits the arrowhead.
 */
function pathOf(
  nodes: readonly PlacedNode[],
  { from, to }: Outline["edges"][number],
  points: readonly Point[],
): { readonly line: string; readonly head: string } {
  const [a, b] = [nodes[from], nodes[to]];
  if (a === undefined || b === undefined) return { line: "", head: "" };
  const direction = b[0] >= a[0] ? 1 : -1;
  const side = ([x, y, width]: PlacedNode, isRight: boolean): Point => ({
    x: isRight ? x + width : x,
    y: y + NODE_HEIGHT / 2 + (direction > 0 ? 0 : BELOW),
  });
  if (from === to) return loopOf(side(a, true), b);
  const start = side(a, direction > 0);
  const end = side(b, direction < 0);
  const tip = { x: end.x - direction * HEAD.length, y: end.y };
  const inner = points.slice(1, -1);
  let line = `M${at(start)}`;
  let previous = start;
  for (const point of [...(direction > 0 || inner.length < 3 ? straightened(nodes, inner) : inner), tip]) {
    const half = (point.x - previous.x) / 2;
    line += `C${at({ x: previous.x + half, y: previous.y })} ${at({ x: point.x - half, y: point.y })} ${at(point)}`;
    previous = point;
  }
  return { line, head: headOf(end, direction) };
}

/**
 * The points of an edge from left to right between its ends. dagre puts the first and the last one in the middle of the space
 * between two columns. This function moves them to the end of that space, so that the curve is twice as long and less steep.
 */
function straightened(nodes: readonly PlacedNode[], points: readonly Point[]): readonly Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < 3 || first === undefined || last === undefined) return [];
  const right = nodes.reduce((least, [x]) => (x >= first.x ? Math.min(least, x) : least), Number.POSITIVE_INFINITY);
  const left = nodes.reduce((most, [x, , width]) => (x + width <= last.x ? Math.max(most, x + width) : most), 0);
  return [{ x: right, y: first.y }, ...points.slice(1, -1), { x: left, y: last.y }];
}

/** The edge of a node that needs itself: a loop from its right side over its corner to its upper side. */
function loopOf(start: Point, [x, y, width]: PlacedNode): { readonly line: string; readonly head: string } {
  const top = { x: x + width - 18, y };
  const line = `M${at(start)}C${at({ x: start.x + 22, y: start.y })} ${at({ x: top.x, y: y - 30 })} ${at({ x: top.x, y: y - HEAD.length })}`;
  const head = `M${at(top)}l${-HEAD.half} ${-HEAD.length}h${2 * HEAD.half}z`;
  return { line, head };
}

function headOf(end: Point, direction: number): string {
  return `M${at(end)}l${-direction * HEAD.length} ${-HEAD.half}v${2 * HEAD.half}z`;
}

function at({ x, y }: Point): string {
  return `${tenth(x)} ${tenth(y)}`;
}
