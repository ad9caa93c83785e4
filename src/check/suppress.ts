// Takes what the rules found, takes out what comments suppress, and tells which of these comments do nothing.
import type { Diagnostic, Severity } from "../base/diagnostic.ts";
import type { Source } from "../base/source.ts";
import type { TypedGraph } from "../infer/typed.ts";
import type { Problem } from "../parse/problem.ts";
import { indexRanges, type RangeIndex } from "../parse/ranges.ts";
import type { Rule, Suppressions } from "./rule.ts";
import { type Piece, type Suppression, suppressionsOf } from "./suppression.ts";

/** A finding that a comment suppresses, with the reason that it gives. */
export interface SuppressedDiagnostic extends Diagnostic {
  readonly reason: string;
}

export interface SuppressResult {
  readonly left: readonly Diagnostic[];
  readonly suppressed: readonly SuppressedDiagnostic[];
  readonly suppressions: Suppressions;
}

/** Takes out what is suppressed; `active` are the rules that ran. */
export function suppress(
  { bound }: TypedGraph,
  diagnostics: readonly Diagnostic[],
  active: readonly Rule[],
  codes: readonly string[],
): SuppressResult {
  const all = bound.files.flatMap((definition) => suppressionsOf(definition, codes));
  const find = finder(all);
  const used = new Map<Suppression, Set<string>>(all.map((suppression) => [suppression, new Set()]));
  const left: Diagnostic[] = [];
  const suppressed: SuppressedDiagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const found = find(diagnostic);
    const [first] = found;
    if (first === undefined) left.push(diagnostic);
    else suppressed.push({ ...diagnostic, reason: first.reason });
    for (const suppression of found) used.get(suppression)?.add(diagnostic.code);
  }
  const looked = new Map(active.map((rule) => [rule.code, rule]));
  const isAsked = new Set(bound.requested);
  const isDoubtful = doubts(bound, left, diagnostics);
  const isUnused = (suppression: Suppression, code: string) => {
    const rule = looked.get(code);
    if (rule?.subject !== "definition" || used.get(suppression)?.has(code) !== false) return false;
    return isAsked.has(suppression.definition) && !isDoubtful(suppression.span.source, rule);
  };
  return { left, suppressed, suppressions: { all, codes, isUnused } };
}

/** The suppressions for a finding. Made searchable once: a file may hold many of both. */
function finder(all: readonly Suppression[]): (diagnostic: Diagnostic) => readonly Suppression[] {
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
    if (ofCode === undefined) return [];
    const index = indexes.get(ofCode) ?? indexRanges(ofCode);
    indexes.set(ofCode, index);
    return index.within(span.start, span.start + 1).flatMap((piece) => owners.get(piece) ?? []);
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
): (source: Source, rule: Rule) => boolean {
  const broken = new Set<Source>();
  for (const { problems, root, source } of files) {
    if (root === undefined || problems.some(({ kind }) => BROKEN.has(kind))) broken.add(source);
  }
  for (const { runtime, definition } of models) if (runtime.kind === "unverified") broken.add(definition.source);
  const sourcesOf = (found: readonly Diagnostic[], severity: Severity) =>
    new Set(found.filter((each) => each.severity === severity).map(({ span }) => span.source));
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
