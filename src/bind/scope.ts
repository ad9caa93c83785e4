import type { LateName } from "./late-name.ts";

/** The names that a model's expressions can see. */
export interface BindScope {
  /** `undefined` when the list is broken: then no name can be called unknown. */
  readonly files: ReadonlySet<string> | undefined;
  /** Names of files that are made from variables. */
  readonly lateFiles: readonly LateName[];
  /**
   * Whether a file has a name that nobody means, such as `7`, or the entry itself has no name and may be universal: what
   * is not there may be meant all the same.
   */
  readonly isFilesOpen: boolean;
  /** Whether unknown files are left to the models that use this runtime. */
  readonly isShared: boolean;
  readonly load: CallScope | undefined;
  readonly predict: CallScope | undefined;
}

/** What is known of one call: its inputs, its output. */
export interface CallScope {
  readonly inputs: ReadonlySet<string> | undefined;
  /** Names of inputs that are made from variables. */
  readonly lateInputs: readonly LateName[];
  readonly output: string | undefined;
  /** The name of the output, when it is made from variables. */
  readonly lateOutput: LateName | undefined;
  readonly isOutputBroken: boolean;
}
