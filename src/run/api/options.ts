// What callers of `run` and of the bindings may say. Nothing here needs the types of Node or of a browser.

import type { Datapoint } from "./datapoint.ts";
import type { Limits } from "./limits.ts";
import type { MaxErrors } from "./max-errors.ts";
import type { RunEvent } from "./report.ts";

/** Takes one line, with its newline; the run waits for what it returns before it goes on. */
export type OutputSink = (line: string) => void | PromiseLike<void>;

/** An abort signal, as far as it is needed here. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  /** Why it fired; an `AbortError` stands for it when absent. */
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** How a plan is to be run. */
export interface RunOptions {
  /** The absolute folder that the plan's relative paths start from. */
  readonly root: string;
  /**
   * The environment in which the plan's variables are looked up; `process.env`, say. Of it, the process of a model gets the
   * variables that its plan names, those of `passEnv`, and a few that say how this machine is to be used.
   */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names of further variables that the models' processes get, in addition to those of the definition. */
  readonly passEnv?: readonly string[] | undefined;
  /**
   * A folder, a `.jsonl`, `.csv` or `.json` file, a file of COCO annotations, `-` for JSON lines on standard input, or the
   * datapoints themselves.
   */
  readonly input: AsyncIterable<Datapoint> | string;
  /** The folder of the images that COCO annotations name; looked for beside them, when absent. */
  readonly images?: string | undefined;
  /** A path, `-` for standard output, or a function that takes one line after the other. Nothing is written without. */
  readonly output?: string | OutputSink | undefined;
  /**
   * The absolute folder out of which links must not lead the output; the working folder of the process when absent. An output
   * outside of it stays in the folder that its path names.
   */
  readonly outputRoot?: string | undefined;
  /**
   * Keeps the rows that an earlier run has written to the output file, or left beside it when it was killed, and predicts
   * only what is missing. A file that does not belong to these models and this input is refused.
   */
  readonly resume?: boolean | undefined;
  /** Ids or names of models; every model that is not universal, when absent. */
  readonly models?: readonly string[] | undefined;
  /** The environment in which Python is looked for (`PATH`, `VIRTUAL_ENV`) and git runs; `environment` when absent. */
  readonly programEnvironment?: Readonly<Record<string, string | undefined>> | undefined;
  /** The Python interpreter of all models, in place of those that the definition names. */
  readonly python?: string | undefined;
  /** How many datapoints to take from the start of the input. */
  readonly head?: number | undefined;
  /** How many error rows the run may have before its report says `tooManyErrors`; 0 when absent. It stops nothing. */
  readonly maxErrors?: MaxErrors | undefined;
  /** Stops everything at the first datapoint that fails. */
  readonly failFast?: boolean | undefined;
  /** Makes an error row of each prediction that is not of the type that Python's annotations declare. */
  readonly strictTypes?: boolean | undefined;
  /** How many models run at the same time; 1 when absent, because each may want the whole machine. */
  readonly jobs?: number | undefined;
  /** Time limits. They replace those of the definition (`x-modelwright`); see `Limits` for the defaults. */
  readonly limits?: Partial<Limits> | undefined;
  /** How often the process of a model that has died is started again; 2 when absent. */
  readonly maxRestarts?: number | undefined;
  /** Stops the run: the processes end within seconds and the output is complete up to the last whole line. */
  readonly signal?: AbortSignalLike | undefined;
  /** Tells every line that the models print; otherwise 100 a second, with a count of the others. */
  readonly allLogs?: boolean | undefined;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}
