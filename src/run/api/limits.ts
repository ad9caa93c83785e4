/** How long each part of a model's work may take, in milliseconds. */
export interface Limits {
  /** How long a server may be silent while something is brought; 30 seconds, when absent. */
  readonly stallMs: number;
  /** Bringing one file or the code of one repository, with all attempts. An hour, when absent; the others five minutes. */
  readonly fetchMs: number;
  /** Starting Python and importing the code. */
  readonly importMs: number;
  /** The load function. */
  readonly loadMs: number;
  /** The predict function, for one batch. */
  readonly batchMs: number;
}

const FIVE_MINUTES = 5 * 60 * 1000;

/** The limits that apply when nothing else is said. */
export const DEFAULT_LIMITS: Limits = {
  stallMs: 30_000,
  fetchMs: 60 * 60 * 1000,
  importMs: FIVE_MINUTES,
  loadMs: FIVE_MINUTES,
  batchMs: FIVE_MINUTES,
};
