/** How one kind of output takes whole lines and ends. Everything may throw. */
export interface OutputTarget {
  /** Files that killed runs have left behind; they go when the output is whole. */
  readonly leftBehind: readonly string[];
  readonly write: (lines: readonly string[]) => Promise<void>;
  /** Ends it with what was written; `isWhole` when that is everything that was wanted. */
  readonly close: (isWhole: boolean) => Promise<void>;
  /** Ends it as if it had never been opened. */
  readonly discard: () => Promise<void>;
}
