// What is predicted: one file, or named values.

/** A datapoint that is one file. Python sees it as `image` or `file`, by its suffix, and as `path`. */
export interface FileDatapoint {
  /** What the output calls it; the path as given, when absent. */
  readonly id?: string;
  /** Absolute, or relative to the working folder of this process. */
  readonly path: string;
}

/** A datapoint of named values; `Inputs` are those that the model's code wants, where that is known. */
export interface DataDatapoint<Inputs = Readonly<Record<string, unknown>>> {
  /** What the output calls it; its position, when absent. */
  readonly id?: string;
  /**
   * Values by the name under which Python sees them: whatever JSON can hold, NaN, infinities and bigints, and arrays: a
   * `RawArray` or a typed array becomes an array of numpy, where numpy is installed, else a `memoryview`.
   */
  readonly inputs: Inputs;
}

/** One thing to predict. */
export type Datapoint = FileDatapoint | DataDatapoint;
