/** Bounds that keep a hostile file cheap. */
export const LIMITS = { depth: 64, aliasedNodes: 100_000 } as const;
