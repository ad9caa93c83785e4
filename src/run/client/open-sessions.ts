// The starts and sessions of generated modules, so that a development server can end those of a module that it replaces.

const open = new Map<string, Set<() => void>>();

/** Notes a start of a model of this plan, and how to end it or its session. Returns a function to call when the session has ended. */
export function noteStart(plan: string, end: () => void): () => void {
  const ends = open.get(plan) ?? new Set();
  open.set(plan, ends.add(end));
  return () => {
    ends.delete(end);
    if (ends.size === 0) open.delete(plan);
  };
}

/**
 * Ends all starts and sessions of the models of a plan: their calls reject, and their processes end. Modules that a development server
 * loads call it when they are replaced. `plan` is the hash that the module contains.
 */
export function endSessions(plan: string): void {
  for (const end of open.get(plan) ?? []) end();
}
