// The output of an earlier run.

/** How many rows of a model exist already. */
export interface KeptRows {
  readonly rows: number;
  readonly errors: number;
}

/** A file whose rows are kept. */
export interface EarlierOutput {
  readonly path: string;
  /** How messages describe it. */
  readonly shown: string;
  /** The offset of the end of its last complete row. */
  readonly size: number;
  readonly kept: ReadonlyMap<string, KeptRows>;
  /** Whether it is the output file itself, and not the temporary file of a killed run. */
  readonly isOutput: boolean;
}
