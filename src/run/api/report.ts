// What a run tells while it runs and when it has ended.

import type { MaxErrors } from "./max-errors.ts";

/** Where a model is. `failed`: a step of it failed; rows that were predicted before that are in the output. */
export type ModelState =
  | "waiting"
  | "fetching"
  | "starting"
  | "loading"
  | "predicting"
  | "done"
  | "failed"
  | "interrupted";

/** What became of one model. */
export interface ModelReport {
  readonly id: string;
  readonly name: string;
  readonly state: ModelState;
  /** How many datapoints have a row in the output, error rows included. */
  readonly rows: number;
  /** How many of the rows are error rows. */
  readonly errors: number;
  /** How many of the rows an earlier run has written. */
  readonly kept: number;
  /** How often its process has died and was started again. */
  readonly restarts: number;
  /** From the start of the process until the model is loaded. */
  readonly loadMs: number;
  readonly predictMs: number;
}

/** A step that failed, or something that made it impossible to start. */
export interface Failure {
  /** The id of a step of the plan, or `python`, `input`, `output`, `models`, `root`, `maxErrors`. */
  readonly step: string;
  readonly message: string;
  /** Frames of the model's code, when it raised an exception. */
  readonly traceback?: string;
}

/** An exception of the model's code, or what is wrong with a prediction. */
export interface RowError {
  readonly type: string;
  readonly message: string;
  /** Only frames of the model's own code. */
  readonly traceback?: string;
}

/** The result of `run`. */
export interface RunReport {
  readonly models: readonly ModelReport[];
  /** Empty when every step has done its work; datapoints that failed are counted in `errors`. */
  readonly failures: readonly Failure[];
  /** The rows of all models, with those that an earlier run has written. */
  readonly rows: number;
  /** How many of these rows are error rows. */
  readonly errors: number;
  /** The limit that `errors` was compared with. */
  readonly maxErrors: MaxErrors;
  /** Whether there are more error rows than `maxErrors` allows. */
  readonly tooManyErrors: boolean;
  readonly interrupted: boolean;
}

/** Something that happens during a run. */
export type RunEvent =
  | { readonly kind: "state"; readonly model: string; readonly state: ModelState }
  /** A line that the model's code printed; `dropped` when it stands for that many lines that were left out. */
  | { readonly kind: "log"; readonly model: string; readonly text: string; readonly dropped?: number }
  /** A file is being brought: how many bytes are here, and of how many if that is known. */
  | { readonly kind: "fetch"; readonly step: string; readonly bytes: number; readonly total?: number | undefined }
  /** The model's process has died, and another one takes its place. */
  | { readonly kind: "restart"; readonly model: string; readonly reason: string }
  /** A datapoint has an error row. */
  | {
      readonly kind: "error";
      readonly model: string;
      readonly index: number;
      readonly id: string;
      readonly error: RowError;
    }
  /** After each batch: the rows so far, and how long the batch took. */
  | {
      readonly kind: "progress";
      readonly model: string;
      readonly rows: number;
      readonly errors: number;
      readonly batchMs: number;
    }
  /** So many rows of an earlier run are kept. */
  | { readonly kind: "resume"; readonly model: string; readonly rows: number; readonly errors: number }
  /** A killed run has left a file behind, which could have been continued; it goes when this run is complete. */
  | { readonly kind: "left-behind"; readonly path: string }
  | { readonly kind: "failure"; readonly failure: Failure };
