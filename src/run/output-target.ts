/** How one kind of output takes whole lines and ends. Everything may throw. */
export interface OutputTarget {
  readonly write: (lines: readonly string[]) => Promise<void>;
  /** Ends it with what was written. */
  readonly close: () => Promise<void>;
  /** Ends it as if it had never been opened. */
  readonly discard: () => Promise<void>;
}
