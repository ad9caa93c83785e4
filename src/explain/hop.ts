import type { Span } from "../base/source.ts";
import type { Type } from "../infer/type.ts";

/**
 * Whether a step of the way holds: `missing` is a name that exists and leads to nothing here, `undefined` a name that does
 * not exist, `unverified` what cannot be known on this machine.
 */
export type HopVerdict = "ok" | "missing" | "unverified" | "undefined";

/** One step of the way from a place to where its value comes from. */
export interface Hop {
  /** How far it is from the place, in steps; steps of the same value stand side by side. */
  readonly depth: number;
  /** One sentence. */
  readonly text: string;
  readonly verdict: HopVerdict;
  /** Absent for what is no value, such as a key. */
  readonly type?: Type["kind"];
  /** What to do about a step that does not hold. */
  readonly hint?: string;
  /** Where it is written; variables of the environment are written nowhere. */
  readonly span?: Span;
}

/** More than anybody reads: a value may be made of very many parts. */
export const MOST_HOPS = 100;
