// The events and the report of a run.

import type { MaxErrors } from "./max-errors.ts";

/** The state of a model. After `failed`, the output still contains the rows that were predicted before the failure. */
export type ModelState =
  | "waiting"
  | "fetching"
  | "starting"
  | "loading"
  | "predicting"
  | "done"
  | "failed"
  | "interrupted";

/** The result of one model. */
export interface ModelReport {
  readonly id: string;
  readonly name: string;
  readonly state: ModelState;
  /** The number of rows in the output, including error rows. */
  readonly rows: number;
  /** The number of error rows. */
  readonly errors: number;
  /** The number of rows that were kept from an earlier run. */
  readonly kept: number;
  /** How many times the worker crashed and was restarted. */
  readonly restarts: number;
  /** The time from the start of the worker until the model is loaded, in milliseconds. */
  readonly loadMs: number;
  /** The time that predicting took, in milliseconds. */
  readonly predictMs: number;
}

/** A step that failed, or a reason why the run could not start. */
export interface Failure {
  /** The id of a step of the plan or of a model, or the part of the run that failed, such as `python`, `input` or `output`. */
  readonly step: string;
  readonly message: string;
  /** The traceback if the model's code raised an exception. It contains only frames of that code. */
  readonly traceback?: string;
}

/** Why a datapoint has no prediction: an exception of the model's code, or an invalid prediction. */
export interface RowError {
  /** The type of the Python exception, or of the error that Modelwright found. */
  readonly type: string;
  readonly message: string;
  /** Contains only frames of the model's code. */
  readonly traceback?: string;
}

/** A lock file: its path from the root of the plan, and the hash of its text. */
export interface UsedLock {
  readonly path: string;
  readonly sha256: string;
}

/** The result of `run`. */
export interface RunReport {
  /** The hash of the plan. */
  readonly plan: string;
  /** The lock files that the run used. */
  readonly locks: readonly UsedLock[];
  readonly models: readonly ModelReport[];
  /** The steps that failed; empty if all succeeded. Failed datapoints are counted in `errors`. */
  readonly failures: readonly Failure[];
  /** The number of rows of all models, including rows that were kept from an earlier run. */
  readonly rows: number;
  /** The number of error rows. */
  readonly errors: number;
  /** The limit with which `errors` was compared. */
  readonly maxErrors: MaxErrors;
  /** Whether there are more error rows than `maxErrors` allows. */
  readonly tooManyErrors: boolean;
  /** Whether the signal of the options stopped the run. */
  readonly interrupted: boolean;
}

/** An event during a run. */
export type RunEvent =
  /** A model has entered a new state. */
  | { readonly kind: "state"; readonly model: string; readonly state: ModelState }
  /** A line that the model's code printed. If `dropped` is set, the line is a notice that this many lines were omitted. */
  | { readonly kind: "log"; readonly model: string; readonly text: string; readonly dropped?: number }
  /** The progress of a download: the bytes received so far, and the total if it is known. */
  | { readonly kind: "fetch"; readonly step: string; readonly bytes: number; readonly total?: number | undefined }
  /** The worker of a model has crashed and is restarted after a pause. */
  | { readonly kind: "restart"; readonly model: string; readonly reason: string; readonly pauseMs: number }
  /** A replica of a model was given up. The ones that are left continue. */
  | { readonly kind: "degraded"; readonly model: string; readonly reason: string; readonly left: number }
  /** A datapoint failed; an error row is in the output. */
  | {
      readonly kind: "error";
      readonly model: string;
      readonly index: number;
      readonly id: string;
      readonly error: RowError;
    }
  /** A batch is complete: the rows so far, and how long the batch took. */
  | {
      readonly kind: "progress";
      readonly model: string;
      readonly rows: number;
      readonly errors: number;
      readonly batchMs: number;
    }
  /** Rows of an earlier run are kept. */
  | { readonly kind: "resume"; readonly model: string; readonly rows: number; readonly errors: number }
  /** A killed run left a temporary file, which `resume` would have continued. It is removed when this run is complete. */
  | { readonly kind: "left-behind"; readonly path: string }
  /** Code and files that another host does not have are sent there: the bytes sent so far, and all bytes. */
  | { readonly kind: "send"; readonly model: string; readonly bytes: number; readonly total: number }
  /** An image for these models is pulled: a line that the container engine printed. The first text is `started`. */
  | { readonly kind: "pull"; readonly image: string; readonly models: readonly string[]; readonly text: string }
  /** The image of these models has an ENTRYPOINT, which is not run: containers start the `python3` of the image. */
  | { readonly kind: "entrypoint-not-used"; readonly image: string; readonly models: readonly string[] }
  /** The definition names images for these models, but they run with the Python of this machine. At most one per run. */
  | { readonly kind: "image-not-used"; readonly models: readonly string[] }
  /** These remote files and repositories have no entry in `modelwright.lock`. At most one per run. */
  | { readonly kind: "not-locked"; readonly resources: readonly string[] }
  /** A step failed. */
  | { readonly kind: "failure"; readonly failure: Failure };
