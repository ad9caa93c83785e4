// A datapoint: one file, or named values.

/** A datapoint that is one file. Python code gets it as the input `image` or `file`, depending on its suffix, and as `path`. */
export interface FileDatapoint {
  /** The id of its row in the output. Defaults to the path as given. */
  readonly id?: string | undefined;
  /** An absolute path, or one relative to the working directory of this process. */
  readonly path: string;
}

/** A datapoint that consists of named values. `Inputs` are the inputs that the model's code reads, if they are known. */
export interface DataDatapoint<Inputs = Readonly<Record<string, unknown>>> {
  /** The id of its row in the output. Defaults to its position, from 0. */
  readonly id?: string | undefined;
  /**
   * The values by input name: JSON values, NaN, infinities, bigints and arrays. A `RawArray` or a typed array becomes a
   * NumPy array, or a `memoryview` if NumPy is not installed.
   */
  readonly inputs: Inputs;
}

/** One item to predict. */
export type Datapoint = FileDatapoint | DataDatapoint;
