// Takes definition files, applies the safe fixes, and checks again until no safe fix is left.
// Promises: only the fixes change the text; only requested files change; there are no new errors: a fix that would cause one is
// not applied. Neither is a fix after which a scalar does not have the value that the fix states.
import { compareText, type Diagnostic, ownSeverity } from "./base/diagnostic.ts";
import type { Host } from "./base/host.ts";
import { originalOf, type Source } from "./base/source.ts";
import { apart, applyEdits, type Change, type Edited, safeChanges } from "./check/edits.ts";
import { type Checked, type CompileOptions, check } from "./compile.ts";
import type { ParsedDefinition } from "./parse/parse.ts";
import type { ScalarNode, YamlNode } from "./parse/tree.ts";

/** The result of the fixes, and what they changed. */
export interface Fixed {
  readonly before: Checked;
  readonly after: Checked;
  /** The files whose text changed. */
  readonly files: readonly FixedFile[];
  /** How many findings were fixed. */
  readonly count: number;
  /** Files with safe fixes that were not requested: they were read only because others need them. */
  readonly unasked: readonly string[];
}

export interface FixedFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Limits for hostile files: rounds, and how many characters are checked again to find fixes that do no harm. */
const LIMITS = { rounds: 40, characters: 10_000_000, attempts: 5 } as const;

/** How often a text is parsed again to recover from each of its syntax errors. */
const READ_AGAIN = 50;

/** Applies the safe fixes of some definition files, given by path or as text. Does not write them: the caller does. */
export function fix(files: readonly (string | Source)[], host: Host, options: CompileOptions = {}): Fixed {
  const before = check(files, host, options);
  const search: Search = { host, options, state: before, count: 0, characters: LIMITS.characters, attempts: 0 };
  for (let round = 0; round < LIMITS.rounds; round++) {
    const asked = new Set(search.state.graph.bound.requested.map(({ source }) => source));
    const changes = safeChanges(search.state.diagnostics).filter(({ source }) => asked.has(source));
    const { state } = search;
    const accepted = accept(search, state, [], byCode(apart(changes)));
    if (accepted.length === 0) break;
    for (const { removes } of accepted) search.count += removes.length;
  }
  const { state, count } = search;
  const asked = new Set(state.graph.bound.requested.map(({ source }) => source));
  const others = safeChanges(state.diagnostics).filter(({ source }) => !asked.has(source));
  const unasked = [...new Set(others.map(({ source }) => source.path))].sort();
  return {
    before,
    after: { ...state, unreadable: before.unreadable },
    files: changedFiles(before, state),
    count,
    unasked,
  };
}

interface Search {
  readonly host: Host;
  readonly options: CompileOptions;
  /** The result after the changes that are accepted so far. */
  state: Checked;
  count: number;
  characters: number;
  attempts: number;
}

/** The changes to a state that do no harm: all at once if possible, otherwise each half separately. */
function accept(
  search: Search,
  before: Checked,
  accepted: readonly Change[],
  changes: readonly Change[],
): readonly Change[] {
  if (changes.length === 0) return accepted;
  if (search.attempts > LIMITS.attempts && search.characters <= 0) return accepted;
  const all = [...accepted, ...changes];
  const edited = editedSources(before, all);
  const sources = before.graph.bound.requested.map(({ source }) => ({
    path: source.path,
    text: edited.get(source)?.text ?? source.text,
  }));
  search.attempts += 1;
  const after = check(sources, search.host, search.options);
  for (const definition of after.graph.bound.requested) search.characters -= costOf(definition);
  if (isBetter(before, after, edited, all)) {
    search.state = after;
    return all;
  }
  if (changes.length === 1) return accepted;
  const half = changes.length >> 1;
  return accept(search, before, accept(search, before, accepted, changes.slice(0, half)), changes.slice(half));
}

function costOf({ source, problems }: ParsedDefinition): number {
  const mistakes = problems.filter(({ kind }) => kind === "yaml-syntax" || kind === "tab-indentation");
  return source.text.length * (1 + READ_AGAIN * mistakes.length);
}

/** Sorted by the code of their findings: harmful changes are mostly of one kind, so they are found and rejected together. */
function byCode(changes: readonly Change[]): readonly Change[] {
  const codeOf = ({ removes }: Change) => removes[0]?.code ?? "";
  return [...changes].sort((a, b) => compareText(codeOf(a), codeOf(b)));
}

function editedSources({ graph }: Checked, changes: readonly Change[]): ReadonlyMap<Source, Edited> {
  const bySource = new Map<Source, Change[]>();
  for (const change of changes) {
    const others = bySource.get(change.source);
    if (others === undefined) bySource.set(change.source, [change]);
    else others.push(change);
  }
  const edited = new Map<Source, Edited>();
  for (const { source } of graph.bound.requested) {
    const own = bySource.get(source);
    if (own !== undefined)
      edited.set(
        source,
        applyEdits(
          source.text,
          own.flatMap(({ edits }) => edits),
        ),
      );
  }
  return edited;
}

/** Whether all findings that the changes should remove are gone, and there is no new error. */
function isBetter(
  before: Checked,
  after: Checked,
  edited: ReadonlyMap<Source, Edited>,
  changes: readonly Change[],
): boolean {
  const placeBefore = ({ code, span }: Diagnostic) => {
    const offset = edited.get(originalOf(span.source))?.newOffset(span.start) ?? span.start;
    return JSON.stringify([code, span.source.path, offset]);
  };
  const placeAfter = ({ code, span }: Diagnostic) => JSON.stringify([code, span.source.path, span.start]);
  const places = new Set(after.diagnostics.map(placeAfter));
  if (changes.some(({ removes }) => removes.some((removed) => places.has(placeBefore(removed))))) return false;
  if (!areMeant(changes, after, edited)) return false;
  // A finding is an old one if there was one with its code at its place, or else at its path in the document: after a name
  // that was fixed, the next one may be wrong too.
  const found = [...before.diagnostics, ...before.off];
  const left = counted(found, placeBefore);
  const unknown = [...after.diagnostics, ...after.off].filter((found) => !take(left, placeAfter(found)));
  const paths = counted(
    found.filter((each) => take(left, placeBefore(each))),
    pathOf,
  );
  const isError = (each: Diagnostic) => each.severity === "error" || ownSeverity(each) === "error";
  return unknown.every((each) => !isError(each) || take(paths, pathOf(each)));
}

/** Whether every scalar that the changes touch has the value that they state. */
function areMeant(changes: readonly Change[], after: Checked, edited: ReadonlyMap<Source, Edited>): boolean {
  const indices = new Map<string, readonly ScalarNode[]>();
  const indexOf = (path: string): readonly ScalarNode[] => {
    const root = after.graph.bound.requested.find(({ source }) => source.path === path)?.root?.node;
    const index = indices.get(path) ?? (root === undefined ? [] : scalarsIn(root));
    indices.set(path, index);
    return index;
  };
  return changes.every(({ source, edits }) =>
    edits.every(({ span, value }) => {
      if (value === undefined) return true;
      const offset = edited.get(source)?.newOffset(span.start) ?? span.start;
      return Object.is(scalarAt(indexOf(source.path), offset)?.value, value);
    }),
  );
}

/** Every scalar below a node, key or value, in the order of the text; what aliases repeat is where it is written. */
function scalarsIn(root: YamlNode): readonly ScalarNode[] {
  const seen = new Set<YamlNode>();
  const scalars: ScalarNode[] = [];
  const collect = (node: YamlNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === "scalar") scalars.push(node);
    else if (node.kind === "list") for (const item of node.items) collect(item);
    else if (node.kind === "map") {
      for (const { key, value } of node.entries) {
        collect(key);
        collect(value);
      }
    }
  };
  collect(root);
  return scalars.sort((a, b) => a.start - b.start);
}

/** The scalar that contains an offset. */
function scalarAt(sorted: readonly ScalarNode[], offset: number): ScalarNode | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const scalar = sorted[low - 1];
  return scalar !== undefined && offset <= scalar.end ? scalar : undefined;
}

function pathOf({ code, span, path }: Diagnostic): string {
  return JSON.stringify([code, span.source.path, path]);
}

function counted(diagnostics: readonly Diagnostic[], keyOf: (diagnostic: Diagnostic) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const diagnostic of diagnostics) counts.set(keyOf(diagnostic), (counts.get(keyOf(diagnostic)) ?? 0) + 1);
  return counts;
}

/** Reduces a count by one, if it is not zero. */
function take(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key) ?? 0;
  if (count > 0) counts.set(key, count - 1);
  return count > 0;
}

function changedFiles(before: Checked, after: Checked): readonly FixedFile[] {
  const texts = new Map(after.graph.bound.requested.map(({ source }) => [source.path, source.text]));
  return before.graph.bound.requested.flatMap(({ source: { path, text } }) => {
    const changed = texts.get(path) ?? text;
    return changed === text ? [] : [{ path, before: text, after: changed }];
  });
}
