import type { LateName } from "./late-name.ts";

/** The names that the expressions of a model can refer to. */
export interface BindScope {
  /** `undefined` if the list is broken. No name is then reported as undefined. */
  readonly files: ReadonlySet<string> | undefined;
  /** The names of files that contain variables. */
  readonly lateFiles: readonly LateName[];
  /**
   * Whether a missing file may exist: a file has an invalid name such as `7`, or the entry has no name and may be the
   * universal model.
   */
  readonly isFilesOpen: boolean;
  /** Whether the models that use this runtime must have the files that are missing here. */
  readonly isShared: boolean;
  readonly load: CallScope | undefined;
  readonly predict: CallScope | undefined;
}

/** What is known about the inputs and the output of one call. */
export interface CallScope {
  readonly inputs: ReadonlySet<string> | undefined;
  /** The names of inputs that contain variables. */
  readonly lateInputs: readonly LateName[];
  readonly output: string | undefined;
  /** The name of the output, if it contains variables. */
  readonly lateOutput: LateName | undefined;
  readonly isOutputBroken: boolean;
}
