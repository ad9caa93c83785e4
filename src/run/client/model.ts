// The public types of a model in generated bindings. They must not depend on the types of Node or of a browser.

import type { ContainerChoice } from "../api/container.ts";
import type { HostChoice } from "../api/host.ts";
import type { Limits, ReplicaCount, RestartLimits } from "../api/limits.ts";
import type { AbortSignalLike } from "../api/options.ts";
import type { Environment } from "../values/values.ts";
import type { ArrayForm } from "../worker/raw-array.ts";
import type { PredictionError } from "./errors.ts";

/** The folder of a generated module's definition, and the plan from which the module was generated. */
export interface Definition {
  /** The folder of the definition, relative to the module, or with `load`, to the working directory of the process. */
  readonly root: string;
  /** The start of the hash of the plan. */
  readonly plan: string;
  /** Loads the text of the plan, if a build tool bundled it. Otherwise it is read from `plan.json` next to the module. */
  readonly load?: (() => Promise<{ readonly default: string }>) | undefined;
}

/** Options of `start`. */
export interface StartOptions<Variables> extends ContainerChoice, HostChoice {
  /**
   * The environment variables of the model: each by name, or a whole environment such as `process.env`, in which they are
   * looked up at the start. The worker gets only the variables that its plan names, those of `passEnv`, and variables of this
   * process that describe the machine (`PATH`, `LANG`, `CUDA_VISIBLE_DEVICES`, …). It gets no other credentials.
   */
  readonly env: Variables;
  /** Names of additional variables that the worker gets. */
  readonly passEnv?: readonly string[] | undefined;
  /** Time limits. They override those of the definition (`x-modelwright`). `Limits` documents the defaults. */
  readonly limits?: Partial<Limits> | undefined;
  /** How many workers load the model and predict in parallel. Overrides the definition (`x-modelwright`). Defaults to 1. */
  readonly replicas?: ReplicaCount | undefined;
  /** When the worker is restarted after a crash. `RestartLimits` documents the defaults. */
  readonly restarts?: Partial<RestartLimits> | undefined;
  /**
   * How long a datapoint waits for others to fill its batch, in milliseconds: in `predictOne`, and in `predict` over an async iterable.
   * Defaults to 5.
   */
  readonly maxWaitMs?: number | undefined;
  /** The Python interpreter. Overrides the one that the definition names. */
  readonly python?: string | undefined;
  /** The folder of the definition, if it has moved since the module was generated, for example in a deployment. */
  readonly root?: string | undefined;
  /**
   * A bundle of the definition: the path of a folder or a `.tar` file, or `oci://HOST/NAME@sha256:…`. The code and the files are taken
   * from it, and `root` is not used.
   */
  readonly bundle?: string | undefined;
  /** Fail before anything is fetched if `modelwright.lock` does not have an entry for each remote file and repository. */
  readonly locked?: boolean | undefined;
  /** Use only remote files and code that are in the cache. */
  readonly offline?: boolean | undefined;
  /** Stops the worker when it is aborted. Pending calls reject with its reason. */
  readonly signal?: AbortSignalLike | undefined;
  /** Reject datapoints and predictions that do not match the type annotations of the Python code, from which their types are generated. */
  readonly validate?: boolean | undefined;
  /** Is called when the session enters a state, and when a worker is restarted. */
  readonly onEvent?: ((event: SessionEvent) => void) | undefined;
  /** Is called for each line that the model's code prints. */
  readonly onLog?: ((line: string) => void) | undefined;
}

/** The type of `env`: any whole environment, or an object that has the variables of the model. */
export type GivenEnvironment<Given, Variables> = string extends keyof Given
  ? Given extends Environment
    ? Given
    : Environment
  : Variables;

/** A prediction with raw arrays, of which only the keys are known. */
export type AnyValues<Prediction> = { readonly [Key in keyof Prediction]: unknown };

/** A model of the definition. `RawPrediction` is the type of its predictions with the option `arrays: "raw"`. */
export interface Model<Datapoint, Prediction, Variables, RawPrediction = AnyValues<Prediction>> {
  readonly id: string;
  /** Starts a worker, imports the model's code and loads the model. Rejects with a `ModelError` that lists all problems. */
  start<Given>(
    options: StartOptions<GivenEnvironment<Given, Variables>>,
  ): Promise<Session<Datapoint, Prediction, RawPrediction>>;
  /**
   * Opens a session of this model on a server that `modelwright serve` started. Nothing is sent before the first datapoint. Also works in
   * a browser.
   */
  connect(url: string, options?: ConnectOptions): RemoteSession<Datapoint, Prediction, RawPrediction>;
}

/** Options of `connect`. */
export interface ConnectOptions {
  /** The bearer token, if the server requires one. */
  readonly token?: string | undefined;
}

/**
 * The universal model: a function that takes the name and the files of a model and returns that model. A file is an absolute
 * path, or a path relative to the folder of the definition.
 */
export type UniversalModel<Datapoint, Prediction, Variables, Files, RawPrediction = AnyValues<Prediction>> = (
  name: string,
  files: Files,
) => Model<Datapoint, Prediction, Variables, RawPrediction>;

/** Options of `predict`, `predictOne` and `predictSettled`. */
export interface PredictOptions<Form extends ArrayForm = ArrayForm> {
  /** The form of NumPy arrays and PyTorch tensors in predictions: nested `lists` (the default), or `raw` for `RawArray`. */
  readonly arrays?: Form | undefined;
  /** Stops the call when it is aborted: the call throws its reason. The model stays loaded. */
  readonly signal?: AbortSignalLike | undefined;
}

/** The datapoints to predict. An array is also an iterable, but listing it separately makes type errors shorter. */
export type DatapointSource<Datapoint> = readonly Datapoint[] | Iterable<Datapoint> | AsyncIterable<Datapoint>;

/** The type of a prediction for each form of arrays. */
export interface PredictionForms<Prediction, RawPrediction> {
  readonly lists: Prediction;
  readonly raw: RawPrediction;
}

/** The result of one datapoint. */
export type SettledPrediction<Prediction> =
  | { readonly status: "fulfilled"; readonly index: number; readonly id: string; readonly value: Prediction }
  | { readonly status: "rejected"; readonly index: number; readonly id: string; readonly reason: PredictionError };

/**
 * The state of a session. `ready`: it predicts nothing. `busy`: batches are in flight. `degraded`: it predicts with fewer replicas than
 * it was started with. `restarting`: no replica can predict now. After `failed`, no call can succeed any more.
 */
export type SessionState = "starting" | "loading" | "ready" | "busy" | "restarting" | "degraded" | "failed" | "stopped";

/** A session has entered a state, another number of replicas can predict, or a worker is restarted. */
export interface SessionEvent {
  readonly kind: SessionState;
  /** How long the session has been in the previous state, in milliseconds. */
  readonly durationMs: number;
  /** The number of replicas that can predict now. */
  readonly replicas: number;
  /** The number of restarts so far. */
  readonly restarts: number;
  /** The number of batches that are being predicted. */
  readonly inFlight: number;
  /** Why a worker is restarted, or a replica or the session cannot continue. */
  readonly reason?: string;
  /** The pause before a restart, in milliseconds. */
  readonly pauseMs?: number;
}

/** What a session has done so far. */
export interface SessionStats {
  readonly state: SessionState;
  /** The number of replicas with which it was started. */
  readonly replicas: number;
  /** The number of replicas that can predict now. */
  readonly ready: number;
  readonly batches: number;
  readonly datapoints: number;
  /** The number of datapoints that failed. */
  readonly errors: number;
  /** The number of batches that are being predicted. */
  readonly inFlight: number;
  readonly restarts: number;
  /** The time from the call of `start` until the first replica was loaded, in milliseconds. */
  readonly loadMs: number;
  /** The time in which batches were in flight, in milliseconds. */
  readonly busyMs: number;
}

/** Options of `stop`. */
export interface StopOptions {
  /**
   * How long calls that have begun may take to finish, in milliseconds. Calls that begin later are rejected. Defaults to 0: calls that
   * have begun are rejected, too.
   */
  readonly drainMs?: number | undefined;
}

/** A loaded model in a worker of its own. Stop it with `stop()` or `await using`. */
export interface Session<Datapoint, Prediction, RawPrediction = AnyValues<Prediction>> {
  /**
   * Yields one prediction per datapoint, in order. Throws a `PredictionError` at the first datapoint that fails. Datapoints
   * are read at most two batches ahead. A whole number beyond 2^53 is a `bigint`, even if its type is `number`.
   */
  predict<Form extends ArrayForm = "lists">(
    datapoints: DatapointSource<Datapoint>,
    options?: PredictOptions<Form>,
  ): AsyncIterableIterator<PredictionForms<Prediction, RawPrediction>[Form]>;
  /**
   * Predicts one datapoint. Calls that run at the same time share batches: a batch is sent when it is full, or when its first datapoint
   * has waited for `maxWaitMs`. Rejects with a `PredictionError` if the datapoint fails.
   */
  predictOne<Form extends ArrayForm = "lists">(
    datapoint: Datapoint,
    options?: PredictOptions<Form>,
  ): Promise<PredictionForms<Prediction, RawPrediction>[Form]>;
  /** Like `predict`, but yields the error of a failed datapoint instead of throwing, and continues. */
  predictSettled<Form extends ArrayForm = "lists">(
    datapoints: DatapointSource<Datapoint>,
    options?: PredictOptions<Form>,
  ): AsyncIterableIterator<SettledPrediction<PredictionForms<Prediction, RawPrediction>[Form]>>;
  /** What the session is doing now. */
  readonly state: SessionState;
  /** What the session has done so far. */
  stats(): SessionStats;
  /** Resolves when a replica can predict, also after a crash. Rejects with a `ModelError` if the session has failed or was stopped. */
  ready(): Promise<void>;
  /** Stops all workers and all processes that they started. */
  stop(options?: StopOptions): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A session of a model on a server. The server operates the model, so the session has no state of its own. */
export type RemoteSession<Datapoint, Prediction, RawPrediction = AnyValues<Prediction>> = Omit<
  Session<Datapoint, Prediction, RawPrediction>,
  "state" | "stats" | "ready"
>;

// `await using` needs `Symbol.asyncDispose`, which the `lib` of older projects does not declare.
declare global {
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}
