// The nodes that a node needs, and the nodes that need it, directly or through others.
import type { Shape } from "./layout.ts";

/** Another node of the box, by its index, and the number of edges to it. */
export interface Reached {
  readonly node: number;
  readonly hops: number;
}

/** The nodes that a node needs, or that need it: the nearest ones first, each once, without the node itself. */
export function reachedFrom({ edges }: Shape, start: number, direction: "needs" | "feeds"): readonly Reached[] {
  const next = new Map<number, number[]>();
  for (const { from, to } of edges) {
    const [here, there] = direction === "needs" ? [to, from] : [from, to];
    const others = next.get(here) ?? [];
    next.set(here, others);
    others.push(there);
  }
  const seen = new Set([start]);
  const reached: Reached[] = [];
  const waiting: Reached[] = [{ node: start, hops: 0 }];
  for (const { node, hops } of waiting) {
    for (const other of next.get(node) ?? []) {
      if (seen.has(other)) continue;
      seen.add(other);
      const found = { node: other, hops: hops + 1 };
      reached.push(found);
      waiting.push(found);
    }
  }
  return reached;
}
