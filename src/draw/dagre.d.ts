// The part of dagre that the layout uses. Its own declarations do not compile with `module: NodeNext`, because their imports
// have no file extensions.

/** A directed graph. After `layout`, nodes, edges and the graph itself have coordinates in pixels. */
export declare class Graph {
  setGraph(label: GraphLabel): void;
  graph(): { readonly width?: number; readonly height?: number };
  setNode(name: string, label: { readonly width: number; readonly height: number }): void;
  /** The center of a node. */
  node(name: string): Point;
  setEdge(from: string, to: string, label: object): void;
  edge(from: string, to: string): { readonly points?: readonly Point[] };
}

export interface GraphLabel {
  readonly rankdir: "LR";
  readonly ranker: "tight-tree";
  readonly nodesep: number;
  readonly edgesep: number;
  readonly ranksep: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export declare function layout(graph: Graph): void;
