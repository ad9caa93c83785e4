/** A kind of output. All of its functions may throw. */
export interface OutputTarget {
  /** Temporary files of killed runs. They are removed when the output is complete. */
  readonly leftBehind: readonly string[];
  /** Writes complete lines. */
  readonly write: (lines: readonly string[]) => Promise<void>;
  /** Closes the output. `isWhole` is true if all rows were written. */
  readonly close: (isWhole: boolean) => Promise<void>;
  /** Closes the output and leaves the file as it was before. */
  readonly discard: () => Promise<void>;
}
