// What an earlier run has left of an output.

/** How many rows of a model are there already. */
export interface KeptRows {
  readonly rows: number;
  readonly errors: number;
}

/** A file whose rows are kept. */
export interface EarlierOutput {
  readonly path: string;
  /** How it is called in a message. */
  readonly shown: string;
  /** Where its last whole row ends. */
  readonly size: number;
  readonly kept: ReadonlyMap<string, KeptRows>;
  /** Whether it is the output file itself, and not what a killed run left beside it. */
  readonly isOutput: boolean;
}
