/** What names and statements belong to. Names are kept as tokens: only few files ask about them. */
export interface Scope {
  readonly kind: "module" | "class" | "function";
  readonly isAsync: boolean;
  readonly parent: Scope | undefined;
  /** Tokens of names that are bound or read here so far, and those that belong to another scope. */
  readonly bound: number[];
  readonly read: number[];
  /** The names of both as far as they were looked at. */
  readonly names: { readonly bound: Set<string>; readonly read: Set<string> };
  readonly looked: { bound: number; read: number };
  readonly parameters: number[];
  readonly elsewhere: { readonly token: number; readonly isGlobal: boolean }[];
  /** Loops around the current statement. */
  loops: number;
  /** How many of those loops are outside of the `except*` that the statement is in; -1 outside of one. */
  exceptStar: number;
  isGenerator: boolean;
  /** The first `return` with a value. */
  returned: number;
}

/** A scope inside of another one. */
export function scopeIn(parent: Scope | undefined, kind: Scope["kind"], isAsync: boolean): Scope {
  return {
    ...{ kind, isAsync, parent, bound: [], read: [], parameters: [], elsewhere: [] },
    ...{ names: { bound: new Set(), read: new Set() }, looked: { bound: 0, read: 0 } },
    ...{ loops: 0, exceptStar: -1, isGenerator: false, returned: -1 },
  };
}
