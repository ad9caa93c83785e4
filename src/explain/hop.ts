import type { Span } from "../base/source.ts";
import type { Type } from "../infer/type.ts";

/**
 * Whether a step is valid: `missing` is a name whose target does not exist here, `undefined` a name that does not exist,
 * `unverified` what cannot be known on this machine.
 */
export type HopVerdict = "ok" | "missing" | "unverified" | "undefined";

/** One step from a place to the origin of its value. */
export interface Hop {
  /** The number of steps from the place; steps of the same value have the same depth. */
  readonly depth: number;
  /** One sentence. */
  readonly text: string;
  readonly verdict: HopVerdict;
  /** Absent for what is not a value, such as a key. */
  readonly type?: Type["kind"];
  /** What to do about a step that is not valid. */
  readonly hint?: string;
  /** Where it is written; absent for environment variables. */
  readonly span?: Span;
}

/** The most steps of an explanation: a value may have very many parts. */
export const MOST_HOPS = 100;
