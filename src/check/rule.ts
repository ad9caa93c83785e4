import type { Finding, Severity } from "../base/diagnostic.ts";
import type { TypedGraph } from "../infer/typed.ts";
import type { Suppressions } from "./accepted/suppress.ts";

/** Rules that run only on request: differences to the platform, and matters of taste. */
export type RuleGroup = "portable" | "pedantic";

/** One kind of mistake: its code, its texts, its examples. File name, code and fixture folder are the same. */
export interface Rule {
  /** Stable, and the same in every format. */
  readonly code: string;
  readonly severity: Severity;
  /**
   * With a finding about this machine (a missing file, an unset variable) or about a suppression, the definition itself is still
   * valid. The rules about suppressions run after all others.
   */
  readonly subject: "definition" | "machine" | "suppression";
  /** Finds nothing if the code of the model is not on this machine. */
  readonly needsCode?: true;
  /** Runs only with the option of this name. */
  readonly group?: RuleGroup;
  /** One sentence: what is wrong. */
  readonly summary: string;
  /** Why it matters, and what is reported. */
  readonly explanation: string;
  /** A definition with exactly this mistake; its Python code follows the line `# inference.py`. */
  readonly bad: string;
  /** The same without the mistake. */
  readonly good: string;
  readonly check: (graph: TypedGraph, suppressions: Suppressions) => Iterable<Finding>;
}
