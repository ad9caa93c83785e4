/** A class in an inheritance graph. Nodes with the same key are the same class. */
export interface Keyed {
  readonly key: unknown;
}

/**
 * The method resolution order (MRO) of a class by C3 linearization: the class itself, then its ancestors, each before
 * its own bases, and bases in the order in which they are listed. `undefined` if there is no such order; Python rejects
 * such a class. Caches orders in `known`.
 */
export function linearize<Node extends Keyed>(
  node: Node,
  basesOf: (node: Node) => readonly Node[],
  known: Map<unknown, readonly Node[] | undefined> = new Map(),
): readonly Node[] | undefined {
  if (known.has(node.key)) return known.get(node.key);
  // A class cannot be its own ancestor.
  known.set(node.key, undefined);
  const bases = basesOf(node);
  const orders = bases.map((base) => linearize(base, basesOf, known));
  const complete = orders.filter((order) => order !== undefined);
  const rest = complete.length < orders.length ? undefined : merge([...complete, bases]);
  const order = rest && [node, ...rest];
  known.set(node.key, order);
  return order;
}

/** The merge step of C3: repeatedly takes the first head that is in no tail. */
function merge<Node extends Keyed>(sequences: readonly (readonly Node[])[]): readonly Node[] | undefined {
  const merged: Node[] = [];
  const heads = sequences.map(() => 0);
  /** The number of tails that contain each class. */
  const tailCounts = new Map<unknown, number>();
  const count = (node: Node | undefined, by: number) => {
    if (node !== undefined) tailCounts.set(node.key, (tailCounts.get(node.key) ?? 0) + by);
  };
  for (const sequence of sequences) for (const node of sequence.slice(1)) count(node, 1);
  for (;;) {
    const left = sequences.flatMap((sequence, at) => sequence[heads[at] ?? 0] ?? []);
    if (left.length === 0) return merged;
    const next = left.find(({ key }) => (tailCounts.get(key) ?? 0) === 0);
    if (next === undefined) return undefined;
    merged.push(next);
    for (const [at, sequence] of sequences.entries()) {
      const head = heads[at] ?? 0;
      if (sequence[head]?.key !== next.key) continue;
      heads[at] = head + 1;
      count(sequence[head + 1], -1);
    }
  }
}
