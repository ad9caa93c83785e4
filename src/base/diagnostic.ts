import type { Span } from "./source.ts";

/** `unverified` is an honest third answer: it cannot be known here, and it never fails a run by itself. */
export const SEVERITIES = ["error", "warning", "hint", "unverified"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The rank of each severity; the worst is first. */
const RANKS: Readonly<Record<Severity, number>> = { error: 0, warning: 1, unverified: 2, hint: 3 };

/** A second place that takes part in a finding, such as the other half of a contradiction. */
export interface Related {
  readonly message: string;
  readonly span: Span;
}

export interface Edit {
  readonly span: Span;
  readonly newText: string;
  /** What the scalar in which it stands means afterwards. `--fix` does not apply an edit that leaves anything else there. */
  readonly value?: ScalarValue;
}

/** What YAML 1.2 reads a scalar as. */
export type ScalarValue = string | number | boolean | null;

/** A change that removes a finding; `safe` ones may be applied without asking. */
export interface Fix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly Edit[];
}

/** What a rule found: plain data. `path` says where in the document, such as `models[0].runtime.load`. */
export interface Finding {
  readonly message: string;
  readonly span: Span;
  readonly path: string;
  readonly severity?: Severity;
  readonly hint?: string;
  /** Said under the underline, a few words at most. */
  readonly label?: string;
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
}

/** A finding with the code and severity of its rule. */
export interface Diagnostic extends Finding {
  readonly code: string;
  readonly severity: Severity;
}

/** The most severe findings first, otherwise in their order. */
export function worstFirst<Found extends { readonly severity: Severity }>(found: readonly Found[]): readonly Found[] {
  return [...found].sort((a, b) => RANKS[a.severity] - RANKS[b.severity]);
}

/** Sorted by file, start and code, so that the same input gives the same list. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.span.source.path, b.span.source.path) ||
    a.span.start - b.span.start ||
    a.span.end - b.span.end ||
    compareText(a.code, b.code) ||
    compareText(a.path, b.path) ||
    compareText(a.message, b.message)
  );
}

/** Order by UTF-16 code unit: the same on every machine, in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
