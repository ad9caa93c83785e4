import type { Finding, Severity } from "../base/diagnostic.ts";
import type { TypedGraph } from "../infer/typed.ts";
import type { Suppressions } from "./accepted/suppress.ts";

/** Rules that are off until they are asked for: what only the platform reads differently, and matters of taste. */
export type RuleGroup = "portable" | "pedantic";

/** One way to be wrong: its code, its words, its examples. File name, code and fixture folder are the same. */
export interface Rule {
  /** Words, stable, the same in every format. */
  readonly code: string;
  readonly severity: Severity;
  /**
   * A finding about this machine (a missing file, an unset variable) leaves the definition itself right. So does one about a
   * suppression; these rules run after all others.
   */
  readonly subject: "definition" | "machine" | "suppression";
  /** Finds nothing while the code of the model is not on this machine. */
  readonly needsCode?: true;
  /** Runs only when it is asked for, with the option of this name. */
  readonly group?: RuleGroup;
  /** One sentence: what is wrong. */
  readonly summary: string;
  /** Why it matters, and what to do. */
  readonly explanation: string;
  /** A definition with exactly this mistake; Python beside it stands behind the line `# inference.py`. */
  readonly bad: string;
  /** The same, mended. */
  readonly good: string;
  readonly check: (graph: TypedGraph, suppressions: Suppressions) => Iterable<Finding>;
}
