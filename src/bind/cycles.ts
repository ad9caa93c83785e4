/** The maximum number of cycles that are reported. Hostile files can have exponentially many. */
export const MAX_CYCLES = 100;

type Successors = (id: string) => readonly string[];

/**
 * The elementary cycles of a directed graph, each once, in the order of `ids`, at most `MAX_CYCLES`. This is Johnson's
 * algorithm ("Finding all the elementary circuits of a directed graph", 1975), applied to Tarjan's strongly connected
 * components. It is iterative, because long chains would overflow the stack.
 */
export function findCycles(ids: readonly string[], successors: Successors): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const order = new Map(ids.map((id, i) => [id, i]));
  const work = strongComponents(ids, successors).reverse();
  for (let component = work.pop(); component !== undefined; component = work.pop()) {
    if (cycles.length >= MAX_CYCLES) break;
    const members = [...component].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    const inside = new Set(members);
    const [start, ...others] = members;
    if (start === undefined) continue;
    collectCycles(start, (id) => successors(id).filter((next) => inside.has(next)), cycles);
    inside.delete(start);
    const rest = strongComponents(others, (id) => successors(id).filter((next) => inside.has(next)));
    for (const next of rest.reverse()) work.push(next);
  }
  return cycles;
}

/** All cycles through `start`. A node without a path to `start` stays blocked until one of its successors is unblocked. */
function collectCycles(start: string, successors: Successors, cycles: string[][]): void {
  const blocked = new Set([start]);
  const waiting = new Map<string, Set<string>>();
  const path = [{ id: start, next: successors(start), at: 0, found: false }];
  for (let frame = path[path.length - 1]; frame !== undefined; frame = path[path.length - 1]) {
    const next = frame.next[frame.at++];
    if (next === start) {
      cycles.push(path.map(({ id }) => id));
      frame.found = true;
      if (cycles.length >= MAX_CYCLES) return;
    } else if (next !== undefined) {
      if (blocked.has(next)) continue;
      blocked.add(next);
      path.push({ id: next, next: successors(next), at: 0, found: false });
    } else {
      path.pop();
      const parent = path[path.length - 1];
      if (frame.found) {
        unblock(frame.id, blocked, waiting);
        if (parent !== undefined) parent.found = true;
        continue;
      }
      for (const id of frame.next) {
        const set = waiting.get(id) ?? new Set();
        waiting.set(id, set.add(frame.id));
      }
    }
  }
}

function unblock(id: string, blocked: Set<string>, waiting: Map<string, Set<string>>): void {
  const work = [id];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (!blocked.delete(at)) continue;
    for (const id of waiting.get(at) ?? []) work.push(id);
    waiting.delete(at);
  }
}

/** The strongly connected components with a cycle (Tarjan): several nodes, or one node with an edge to itself. */
function strongComponents(ids: readonly string[], successors: Successors): string[][] {
  const components: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  for (const root of ids) {
    if (index.has(root)) continue;
    const frames = [visit(root)];
    for (let frame = frames[frames.length - 1]; frame !== undefined; frame = frames[frames.length - 1]) {
      const { id } = frame;
      const next = frame.next[frame.at++];
      if (next !== undefined) {
        if (!index.has(next)) frames.push(visit(next));
        else if (isOpen.has(next)) low.set(id, Math.min(low.get(id) ?? 0, index.get(next) ?? 0));
        continue;
      }
      frames.pop();
      const parent = frames[frames.length - 1]?.id;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent) ?? 0, low.get(id) ?? 0));
      if (low.get(id) === index.get(id)) close(id, frame.next);
    }
  }
  return components;

  function visit(id: string) {
    index.set(id, index.size);
    low.set(id, index.size - 1);
    open.push(id);
    isOpen.add(id);
    return { id, next: successors(id), at: 0 };
  }

  function close(id: string, next: readonly string[]): void {
    const component: string[] = [];
    for (let member = open.pop(); member !== undefined; member = open.pop()) {
      isOpen.delete(member);
      component.push(member);
      if (member === id) break;
    }
    if (component.length > 1 || next.includes(id)) components.push(component);
  }
}
