/** A class among the ancestors of another one; two with the same key are the same class. */
export interface Keyed {
  readonly key: unknown;
}

/**
 * The method resolution order of a class (C3): itself, then its ancestors, each before its own bases, and bases in the
 * order in which every class names them. `undefined` when there is no such order; Python refuses the class then. The
 * orders that were made so far are kept in `known`.
 */
export function linearise<Node extends Keyed>(
  node: Node,
  basesOf: (node: Node) => readonly Node[],
  known: Map<unknown, readonly Node[] | undefined> = new Map(),
): readonly Node[] | undefined {
  if (known.has(node.key)) return known.get(node.key);
  // A class cannot be its own ancestor.
  known.set(node.key, undefined);
  const bases = basesOf(node);
  const orders = bases.map((base) => linearise(base, basesOf, known));
  const complete = orders.filter((order) => order !== undefined);
  const rest = complete.length < orders.length ? undefined : merge([...complete, bases]);
  const order = rest && [node, ...rest];
  known.set(node.key, order);
  return order;
}

/** Takes the first head that is in no tail, again and again. */
function merge<Node extends Keyed>(sequences: readonly (readonly Node[])[]): readonly Node[] | undefined {
  const merged: Node[] = [];
  let left = sequences.filter((sequence) => sequence.length > 0);
  while (left.length > 0) {
    const tails = new Set(left.flatMap((sequence) => sequence.slice(1).map(({ key }) => key)));
    const next = left.find(([head]) => head !== undefined && !tails.has(head.key))?.[0];
    if (next === undefined) return undefined;
    merged.push(next);
    left = left
      .map((sequence) => (sequence[0]?.key === next.key ? sequence.slice(1) : sequence))
      .filter((sequence) => sequence.length > 0);
  }
  return merged;
}
