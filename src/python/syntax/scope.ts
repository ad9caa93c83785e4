/** What names and statements belong to. Names are kept as tokens: only few files ask about them. */
export interface NameScope {
  readonly kind: "module" | "class" | "function";
  readonly isAsync: boolean;
  readonly parent: NameScope | undefined;
  /** Tokens of names that are parameters, or are bound or read here so far. */
  readonly parameters: readonly number[];
  readonly bound: number[];
  readonly read: number[];
  /** The names of these tokens, as far as they were looked at. */
  readonly names: Readonly<Record<"parameters" | "bound" | "read", Names>>;
  /** Names that belong to another scope, and whether that is the module. */
  readonly elsewhere: Map<string, boolean>;
  /** Loops around the current statement. */
  loops: number;
  /** How many of those loops are outside of the `except*` that the statement is in; -1 outside of one. */
  exceptStar: number;
  isGenerator: boolean;
  /** The first `return` with a value. */
  returned: number;
}

/** Names of tokens, and how many of the tokens were looked at. */
export interface Names {
  readonly words: Set<string>;
  looked: number;
}

/** A scope inside of another one. */
export function scopeIn(
  parent: NameScope | undefined,
  kind: NameScope["kind"],
  isAsync = false,
  parameters: readonly number[] = [],
): NameScope {
  const none = (): Names => ({ words: new Set(), looked: 0 });
  return {
    ...{ kind, isAsync, parent, parameters, bound: [], read: [], elsewhere: new Map() },
    names: { parameters: none(), bound: none(), read: none() },
    ...{ loops: 0, exceptStar: -1, isGenerator: false, returned: -1 },
  };
}
