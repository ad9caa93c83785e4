// What the generated bindings show of a model. Nothing here needs the types of Node or of a browser.
import type { PredictionError } from "./errors.ts";
import type { AbortSignalLike } from "./options.ts";
import type { ArrayForm } from "./raw-array.ts";
import type { Environment } from "./values.ts";

/** Where a generated module's definition is, and which plan the module was made from. */
export interface Definition {
  /** The folder of the definition, as a path relative to the module. */
  readonly root: string;
  /** The hash of the plan. */
  readonly plan: string;
}

/** How a model is to be started. */
export interface StartOptions<Variables> {
  /** The environment variables that the plan names; `process.env`, say. The model's process gets ours and these. */
  readonly env: Variables | Environment;
  /** The Python interpreter. */
  readonly python?: string | undefined;
  /** Ends the process whenever it fires. */
  readonly signal?: AbortSignalLike | undefined;
  /** Takes each line that the model's code prints. */
  readonly onLog?: ((line: string) => void) | undefined;
}

/** A prediction with its arrays as they came, of which only the keys are known. */
export type AnyValues<Prediction> = { readonly [Key in keyof Prediction]: unknown };

/** A model of the definition. `RawPrediction` is what it predicts when arrays are to arrive as `RawArray`. */
export interface Model<Datapoint, Prediction, Variables, RawPrediction = AnyValues<Prediction>> {
  readonly id: string;
  /** Starts a process, imports the model's code and loads it; throws a `ModelError` that names all that is wrong. */
  start(options: StartOptions<Variables>): Promise<Session<Datapoint, Prediction, RawPrediction>>;
}

/** How datapoints are to be predicted. */
export interface PredictOptions<Form extends ArrayForm = ArrayForm> {
  /** Is told about a datapoint that failed; then the others go on. Without it, the first failure is thrown. */
  readonly onError?: ((error: PredictionError) => void) | undefined;
  /** How arrays of numpy or torch arrive: as nested `lists` (when absent), or as `RawArray` without a copy. */
  readonly arrays?: Form | undefined;
}

/** What a model predicts, by how arrays are to arrive. */
export interface PredictionForms<Prediction, RawPrediction> {
  readonly lists: Prediction;
  readonly raw: RawPrediction;
}

/** A loaded model in its own process. */
export interface Session<Datapoint, Prediction, RawPrediction = AnyValues<Prediction>> {
  /**
   * Predicts in order. Datapoints are read at most two batches ahead of what has been taken. What is typed as `number`
   * arrives as a `bigint` when it is whole and beyond 2^53.
   */
  predict<Form extends ArrayForm = "lists">(
    datapoints: Iterable<Datapoint> | AsyncIterable<Datapoint>,
    options?: PredictOptions<Form>,
  ): AsyncIterableIterator<PredictionForms<Prediction, RawPrediction>[Form]>;
  /** Ends the process and everything that it has started. */
  stop(): Promise<void>;
}
