// What the generated bindings show of a model. Nothing here needs the types of Node or of a browser.

import type { Limits } from "../api/limits.ts";
import type { AbortSignalLike } from "../api/options.ts";
import type { Environment } from "../values/values.ts";
import type { ArrayForm } from "../worker/raw-array.ts";
import type { PredictionError } from "./errors.ts";

/** Where a generated module's definition is, and which plan the module was made from. */
export interface Definition {
  /** The folder of the definition, as a path relative to the module; with `load`, to the working folder of the process. */
  readonly root: string;
  /** How the plan's hash starts. */
  readonly plan: string;
  /** Gives the text of the plan, where a build tool holds it; without, it lies in `plan.json` beside the module. */
  readonly load?: (() => Promise<{ readonly default: string }>) | undefined;
}

/** How a model is to be started. */
export interface StartOptions<Variables> {
  /**
   * The environment variables that the plan names: each of them by its name, or a whole environment such as
   * `process.env`, in which they are looked up at the start. The model's process gets them, and of our environment what says
   * how this machine is to be used (`PATH`, `LANG`, `CUDA_VISIBLE_DEVICES`, …), but no credentials.
   */
  readonly env: Variables;
  /** Names of further variables that the model's process gets, in addition to those of the definition. */
  readonly passEnv?: readonly string[] | undefined;
  /** Time limits. They replace those of the definition (`x-modelwright`); see `Limits` for the defaults. */
  readonly limits?: Partial<Limits> | undefined;
  /** The Python interpreter, in place of the one that the definition names. */
  readonly python?: string | undefined;
  /** The folder of the definition, where it is no longer where the module was made: after a deployment, say. */
  readonly root?: string | undefined;
  /** Ends the process whenever it fires; whoever waits then gets its reason. */
  readonly signal?: AbortSignalLike | undefined;
  /** Rejects each prediction that is not of the type that Python's annotations declare, which is its type here, too. */
  readonly validate?: boolean | undefined;
  /** Takes each line that the model's code prints. */
  readonly onLog?: ((line: string) => void) | undefined;
}

/** What is given as the environment: whatever names its variables must name those of the model. */
export type GivenEnvironment<Given, Variables> = string extends keyof Given
  ? Given extends Environment
    ? Given
    : Environment
  : Variables;

/** A prediction with its arrays as they came, of which only the keys are known. */
export type AnyValues<Prediction> = { readonly [Key in keyof Prediction]: unknown };

/** A model of the definition. `RawPrediction` is what it predicts when arrays are to arrive as `RawArray`. */
export interface Model<Datapoint, Prediction, Variables, RawPrediction = AnyValues<Prediction>> {
  readonly id: string;
  /** Starts a process, imports the model's code and loads it; throws a `ModelError` that names all that is wrong. */
  start<Given>(
    options: StartOptions<GivenEnvironment<Given, Variables>>,
  ): Promise<Session<Datapoint, Prediction, RawPrediction>>;
}

/**
 * The model that stands for others: gives the one with a name and the files that it brings. A file is an absolute path,
 * or one that starts from the folder of the definition, as in the definition itself.
 */
export type UniversalModel<Datapoint, Prediction, Variables, Files, RawPrediction = AnyValues<Prediction>> = (
  name: string,
  files: Files,
) => Model<Datapoint, Prediction, Variables, RawPrediction>;

/** How datapoints are to be predicted. */
export interface PredictOptions<Form extends ArrayForm = ArrayForm> {
  /** How arrays of numpy or torch arrive: as nested `lists` (when absent), or as `RawArray` without a copy. */
  readonly arrays?: Form | undefined;
  /** Ends the iteration whenever it fires, by throwing its reason; the model stays loaded. */
  readonly signal?: AbortSignalLike | undefined;
}

/** What is to be predicted. An array is an iterable, too, but by its own name it gives mistakes a short message. */
export type DatapointSource<Datapoint> = readonly Datapoint[] | Iterable<Datapoint> | AsyncIterable<Datapoint>;

/** What a model predicts, by how arrays are to arrive. */
export interface PredictionForms<Prediction, RawPrediction> {
  readonly lists: Prediction;
  readonly raw: RawPrediction;
}

/** What became of one datapoint. */
export type SettledPrediction<Prediction> =
  | { readonly status: "fulfilled"; readonly index: number; readonly id: string; readonly value: Prediction }
  | { readonly status: "rejected"; readonly index: number; readonly id: string; readonly reason: PredictionError };

/** A loaded model in its own process. `await using` stops it. */
export interface Session<Datapoint, Prediction, RawPrediction = AnyValues<Prediction>> {
  /**
   * Predicts in order, and throws a `PredictionError` for the first datapoint that fails. Datapoints are read at most two
   * batches ahead of what has been taken. What is typed as `number` arrives as a `bigint` when it is whole and beyond 2^53.
   */
  predict<Form extends ArrayForm = "lists">(
    datapoints: DatapointSource<Datapoint>,
    options?: PredictOptions<Form>,
  ): AsyncIterableIterator<PredictionForms<Prediction, RawPrediction>[Form]>;
  /** The same, but tells of each datapoint whether it was predicted, and goes on. */
  predictSettled<Form extends ArrayForm = "lists">(
    datapoints: DatapointSource<Datapoint>,
    options?: PredictOptions<Form>,
  ): AsyncIterableIterator<SettledPrediction<PredictionForms<Prediction, RawPrediction>[Form]>>;
  /** Ends the process and everything that it has started. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

// What `await using` looks for is younger than the libraries that some projects compile with.
declare global {
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}
