// Takes what the rules found, takes out what comments suppress, and tells which of these comments do nothing.
import { type Diagnostic, ownSeverity, type Severity } from "../../base/diagnostic.ts";
import type { Source } from "../../base/source.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import type { Problem } from "../../parse/problem.ts";
import { indexRanges, type RangeIndex } from "../../parse/ranges.ts";
import { type Piece, type Suppression, suppressionsOf } from "./suppression.ts";

/** A finding that a comment suppresses, with the reason that it gives. */
export interface SuppressedDiagnostic extends Diagnostic {
  readonly reason: string;
}

/** A rule that ran, as far as suppressions depend on it; see `Rule`. */
export interface ActiveRule {
  readonly code: string;
  readonly severity: Severity;
  readonly subject: "definition" | "machine" | "suppression";
  readonly needsCode?: true;
}

/** What the rules about suppressions look at beside the graph. */
export interface Suppressions {
  readonly all: readonly Suppression[];
  /** The codes that can be suppressed. */
  readonly codes: readonly string[];
  /** Whether nothing was found for a code that a suppression names, although it was looked for. */
  readonly isUnused: (suppression: Suppression, code: string) => boolean;
}

export interface SuppressResult {
  readonly left: readonly Diagnostic[];
  readonly suppressed: readonly SuppressedDiagnostic[];
  readonly suppressions: Suppressions;
}

/** Takes out what is suppressed; `active` are the rules that ran, `off` the errors of rules that are off. */
export function suppress(
  { bound }: TypedGraph,
  diagnostics: readonly Diagnostic[],
  active: readonly ActiveRule[],
  codes: readonly string[],
  off: readonly Diagnostic[],
): SuppressResult {
  const all = bound.files.flatMap((definition) => suppressionsOf(definition, codes));
  const find = finder(all);
  const left: Diagnostic[] = [];
  const suppressed: SuppressedDiagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const first = find(diagnostic);
    if (first === undefined) left.push(diagnostic);
    else suppressed.push({ ...diagnostic, reason: first.reason });
  }
  const isUsed = usage(suppressed);
  const looked = new Map(active.map((rule) => [rule.code, rule]));
  const isAsked = new Set(bound.requested);
  const isDoubtful = doubts(bound, [...left, ...off], diagnostics);
  const isUnused = (suppression: Suppression, code: string) => {
    const rule = looked.get(code);
    if (rule?.subject !== "definition" || isUsed(suppression, code)) return false;
    return isAsked.has(suppression.definition) && !isDoubtful(suppression.span.source, rule);
  };
  return { left, suppressed, suppressions: { all, codes, isUnused } };
}

/** The first suppression for a finding. Made searchable once: a file may hold many of both. */
function finder(all: readonly Suppression[]): (diagnostic: Diagnostic) => Suppression | undefined {
  const pieces = new Map<Source, Map<string, Piece[]>>();
  const owners = new Map<Piece, Suppression>();
  for (const suppression of all) {
    const { source } = suppression.span;
    const byCode = pieces.get(source) ?? new Map<string, Piece[]>();
    pieces.set(source, byCode);
    for (const code of new Set(suppression.codes.map((each) => each.code ?? ""))) {
      const ofCode = byCode.get(code) ?? [];
      byCode.set(code, ofCode);
      for (const { start, end } of suppression.covers) {
        const piece = { start, end };
        owners.set(piece, suppression);
        ofCode.push(piece);
      }
    }
  }
  const indexes = new Map<readonly Piece[], RangeIndex>();
  return ({ code, span }) => {
    const ofCode = pieces.get(span.source)?.get(code);
    if (ofCode === undefined) return undefined;
    const index = indexes.get(ofCode) ?? indexRanges(ofCode);
    indexes.set(ofCode, index);
    const piece = index.first(span.start, span.start + 1);
    return piece && owners.get(piece);
  };
}

/** Whether a suppression covers one of some findings with a code. */
function usage(suppressed: readonly Diagnostic[]): (suppression: Suppression, code: string) => boolean {
  const starts = new Map<string, Map<Source, Piece[]>>();
  for (const { code, span } of suppressed) {
    const bySource = starts.get(code) ?? new Map<Source, Piece[]>();
    starts.set(code, bySource);
    const pieces = bySource.get(span.source) ?? [];
    bySource.set(span.source, pieces);
    pieces.push({ start: span.start, end: span.start + 1 });
  }
  const indexes = new Map<readonly Piece[], RangeIndex>();
  return ({ span, covers }, code) => {
    const pieces = starts.get(code)?.get(span.source);
    if (pieces === undefined) return false;
    const index = indexes.get(pieces) ?? indexRanges(pieces);
    indexes.set(pieces, index);
    return covers.some(({ start, end }) => start < end && index.touches(start, end));
  };
}

/**
 * Whether a rule might find more in a file than it does: in text that cannot be read, in code that is not here, and, for
 * what is only worth a warning, beside errors.
 */
function doubts(
  { files, models }: TypedGraph["bound"],
  left: readonly Diagnostic[],
  diagnostics: readonly Diagnostic[],
): (source: Source, rule: ActiveRule) => boolean {
  const broken = new Set<Source>();
  for (const { problems, root, source } of files) {
    if (root === undefined || problems.some(({ kind }) => BROKEN.has(kind))) broken.add(source);
  }
  for (const { runtime, definition } of models) if (runtime.kind === "unverified") broken.add(definition.source);
  const sourcesOf = (found: readonly Diagnostic[], severity: Severity) =>
    new Set(found.filter((each) => ownSeverity(each) === severity).map(({ span }) => span.source));
  const wrong = sourcesOf(left, "error");
  const unverified = sourcesOf(diagnostics, "unverified");
  return (source, { severity, needsCode }) =>
    broken.has(source) || (wrong.has(source) && severity !== "error") || (unverified.has(source) && needsCode === true);
}

const BROKEN: ReadonlySet<Problem["kind"]> = new Set([
  "yaml-syntax",
  "tab-indentation",
  "merge-conflict",
  "multiple-documents",
  "too-large",
  "unknown-anchor",
  "recursive-alias",
]);
