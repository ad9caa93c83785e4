// Options of `run` that the bindings share. These types must not depend on the types of Node or of a browser.

import type { ContainerChoice } from "./container.ts";
import type { Datapoint } from "./datapoint.ts";
import type { DatasetFiles } from "./dataset.ts";
import type { HostChoice } from "./host.ts";
import type { Limits, ReplicaCount } from "./limits.ts";
import type { MaxErrors } from "./max-errors.ts";
import type { RunEvent } from "./report.ts";

/** Receives one line with its newline. The run waits for the returned promise before it writes the next line. */
export type OutputSink = (line: string) => void | PromiseLike<void>;

/** The part of an `AbortSignal` that a run needs. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  /** Why the signal was aborted. Defaults to an `AbortError`. */
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Options of `run`. */
export interface RunOptions extends ContainerChoice, HostChoice {
  /** The absolute path of the folder that relative paths of the plan start from. */
  readonly root: string;
  /**
   * The environment in which the variables of the plan are looked up, such as `process.env`. The worker of a model gets only
   * the variables that its plan names, those of `passEnv`, and a few that describe this machine, such as `PATH`.
   */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names of additional variables that the workers of all models get. */
  readonly passEnv?: readonly string[] | undefined;
  /**
   * The datapoints: a folder, a `.jsonl`, `.csv` or `.json` file, a COCO annotation file, `-` for JSON Lines on standard
   * input, the files of a dataset, or an async iterable of datapoints.
   */
  readonly input: AsyncIterable<Datapoint> | DatasetFiles | string;
  /** The folder of the images that a COCO annotation file names. By default, usual folders near the file are searched. */
  readonly images?: string | undefined;
  /**
   * A path, the URL of a file in a storage service, `-` for standard output, or a function that receives the lines one by one. By
   * default, nothing is written.
   */
  readonly output?: string | OutputSink | undefined;
  /**
   * The absolute path of a folder that an output inside it must not leave through symbolic links. Defaults to the working
   * directory of the process. An output outside this folder must not leave the folder that its path names.
   */
  readonly outputRoot?: string | undefined;
  /**
   * Continues an interrupted run: keeps the rows in the output file, or in the temporary file of a run that was killed, and
   * predicts only the missing datapoints. A file that does not match these models and this input is rejected.
   */
  readonly resume?: boolean | undefined;
  /** Fail before anything is fetched if `modelwright.lock` does not have an entry for each remote file and repository. */
  readonly locked?: boolean | undefined;
  /** Use only remote files and code that are in the cache. */
  readonly offline?: boolean | undefined;
  /** Ids or names of the models to run. Defaults to all models except universal ones. */
  readonly models?: readonly string[] | undefined;
  /** The environment that is used to find Python (`PATH`, `VIRTUAL_ENV`) and to run Git. Defaults to `environment`. */
  readonly programEnvironment?: Readonly<Record<string, string | undefined>> | undefined;
  /** The Python interpreter for all models. Overrides the interpreters that the definition names. */
  readonly python?: string | undefined;
  /** Predict only this many datapoints, from the start of the input. */
  readonly head?: number | undefined;
  /** The number of error rows above which the report has `tooManyErrors`. Defaults to 0. The run continues in any case. */
  readonly maxErrors?: MaxErrors | undefined;
  /** Stop all models at the first datapoint that fails. */
  readonly failFast?: boolean | undefined;
  /** Report each prediction that does not match the type annotations of the Python code as an error row. */
  readonly strictTypes?: boolean | undefined;
  /** How many models run at the same time. Defaults to 1, because each model may need the whole machine. */
  readonly jobs?: number | undefined;
  /** How many workers each model has, each with the model loaded. Overrides the definition (`x-modelwright`). Defaults to 1. */
  readonly replicas?: ReplicaCount | undefined;
  /** Time limits. They override those of the definition (`x-modelwright`). `Limits` documents the defaults. */
  readonly limits?: Partial<Limits> | undefined;
  /** How many times in a row to restart the worker of a model without a finished batch in between. Defaults to 2. */
  readonly maxRestarts?: number | undefined;
  /** How many restarts a minute may have if no datapoint is the cause. Pauses enforce it. Defaults to 10. */
  readonly maxRestartsPerMinute?: number | undefined;
  /**
   * How long a datapoint of a stream (`-`, a pipe or an iterable) waits for others to fill its batch, in milliseconds. Defaults to 50.
   * Batches of files are always full.
   */
  readonly maxWaitMs?: number | undefined;
  /** Stops the run. The workers end within seconds, and the output ends with a complete line. */
  readonly signal?: AbortSignalLike | undefined;
  /** Report every line that the models print. By default, at most 100 per second, and a count of the rest. */
  readonly allLogs?: boolean | undefined;
  /** Is called for everything that happens during the run. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}
