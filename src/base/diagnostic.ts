import type { Span } from "./source.ts";

/** `unverified` means that the answer cannot be known here. It never fails a run by itself. */
export const SEVERITIES = ["error", "warning", "hint", "unverified"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The rank of each severity; the worst is first. */
const RANKS: Readonly<Record<Severity, number>> = { error: 0, warning: 1, unverified: 2, hint: 3 };

/** A second location of a finding, such as the other half of a contradiction. */
export interface Related {
  readonly message: string;
  readonly span: Span;
}

export interface Edit {
  readonly span: Span;
  readonly newText: string;
  /** The value of the edited scalar after the edit. `--fix` does not apply an edit that results in any other value. */
  readonly value?: ScalarValue;
}

/** The value of a scalar in YAML 1.2. */
export type ScalarValue = string | number | boolean | null;

/** A change that resolves a finding; `safe` fixes may be applied without asking. */
export interface Fix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly Edit[];
}

/** The result of a rule, as plain data. `path` is the location in the document, such as `models[0].runtime.load`. */
export interface Finding {
  readonly message: string;
  readonly span: Span;
  readonly path: string;
  readonly severity?: Severity;
  readonly hint?: string;
  /** Printed below the underline; a few words at most. */
  readonly label?: string;
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
}

/** A finding with the code and severity of its rule. */
export interface Diagnostic extends Finding {
  readonly code: string;
  readonly severity: Severity;
  /** The severity that the rule gives the finding, if a setting changed it. */
  readonly originalSeverity?: Severity;
}

/** The severity that a rule gave its finding, before any setting changed it. */
export function ownSeverity({ severity, originalSeverity = severity }: Diagnostic): Severity {
  return originalSeverity;
}

/** The most severe findings first, otherwise in their order. */
export function worstFirst<Found extends { readonly severity: Severity }>(found: readonly Found[]): readonly Found[] {
  return [...found].sort((a, b) => RANKS[a.severity] - RANKS[b.severity]);
}

/** Orders by file, start and code, so that the same input yields the same list. */
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

/** Orders by UTF-16 code unit: the same on every machine and in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
