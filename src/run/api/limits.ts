/** Time limits of one model, in milliseconds. */
export interface Limits {
  /** How long a server may send nothing during a download. Defaults to 30 seconds. */
  readonly stallMs: number;
  /** Fetching one file or the code of one repository, including all retries. Defaults to one hour. */
  readonly fetchMs: number;
  /** Starting Python and importing the code. Defaults to five minutes. */
  readonly importMs: number;
  /** One call of the load function. Defaults to five minutes. */
  readonly loadMs: number;
  /** One call of the predict function, for one batch. Defaults to five minutes. */
  readonly batchMs: number;
}

const FIVE_MINUTES = 5 * 60 * 1000;

/** The default limits. */
export const DEFAULT_LIMITS: Limits = {
  stallMs: 30_000,
  fetchMs: 60 * 60 * 1000,
  importMs: FIVE_MINUTES,
  loadMs: FIVE_MINUTES,
  batchMs: FIVE_MINUTES,
};

/** Limits of restarts for each worker of a model that crashes, is killed or exceeds a time limit. */
export interface RestartLimits {
  /** How many times in a row a worker is restarted without finishing a batch in between. Defaults to 2. */
  readonly max: number;
  /**
   * How many restarts a minute may have if no datapoint is the cause. The pauses before restarts become longer up to this limit.
   * Defaults to 10.
   */
  readonly maxPerMinute: number;
}

/** The number of replicas of a model: workers that load the model and predict in parallel. `auto` depends on the machine. */
export type ReplicaCount = number | "auto";

/** The default limits of restarts. */
export const DEFAULT_RESTARTS: RestartLimits = { max: 2, maxPerMinute: 10 };
