/** A scope of names and statements. Names are stored as tokens, because they are needed in few files. */
export interface NameScope {
  readonly kind: "module" | "class" | "function";
  readonly isAsync: boolean;
  readonly parent: NameScope | undefined;
  /** Tokens of names that are parameters, or were bound or read in this scope so far. */
  readonly parameters: readonly number[];
  readonly bound: number[];
  readonly read: number[];
  /** The names of those tokens that were examined so far. */
  readonly names: Readonly<Record<"parameters" | "bound" | "read", Names>>;
  /** Names that belong to another scope, and whether that scope is the module. */
  readonly declared: Map<string, boolean>;
  /** The number of enclosing loops. */
  loops: number;
  /** The number of enclosing loops outside of the current `except*`; -1 outside of one. */
  exceptStar: number;
  isGenerator: boolean;
  /** The first `return` with a value. */
  returned: number;
}

/** The names of tokens, and how many of the tokens were examined. */
export interface Names {
  readonly words: Set<string>;
  looked: number;
}

/** A nested scope. */
export function scopeIn(
  parent: NameScope | undefined,
  kind: NameScope["kind"],
  isAsync = false,
  parameters: readonly number[] = [],
): NameScope {
  const none = (): Names => ({ words: new Set(), looked: 0 });
  return {
    ...{ kind, isAsync, parent, parameters, bound: [], read: [], declared: new Map() },
    names: { parameters: none(), bound: none(), read: none() },
    ...{ loops: 0, exceptStar: -1, isGenerator: false, returned: -1 },
  };
}
