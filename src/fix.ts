// Takes definition files, applies the fixes that are safe, and checks again until none is left.
// Promises: nothing outside of the fixes changes; only files that were asked for change; no error is left that was not
// there before: a fix that would bring one is not applied. Neither is one after which a scalar does not mean what the fix says.
import { compareText, type Diagnostic, ownSeverity } from "./base/diagnostic.ts";
import type { Host } from "./base/host.ts";
import { originalOf, type Source } from "./base/source.ts";
import { apart, applyEdits, type Change, type Edited, safeChanges } from "./check/edits.ts";
import { type Checked, type CompileOptions, check } from "./compile.ts";
import type { ParsedDefinition } from "./parse/parse.ts";
import type { ScalarNode, YamlNode } from "./parse/tree.ts";

/** What is left after the fixes, and what they changed. */
export interface Fixed {
  readonly before: Checked;
  readonly after: Checked;
  /** The files with another text than before. */
  readonly files: readonly FixedFile[];
  /** How many findings were fixed. */
  readonly count: number;
  /** Files that could be fixed too and were only read, because others need them. */
  readonly unasked: readonly string[];
}

export interface FixedFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Bounds for hostile files: rounds, and how many characters are checked again to find out which fixes do no harm. */
const LIMITS = { rounds: 40, characters: 10_000_000, attempts: 5 } as const;

/** How often a text is read again for each mistake of its syntax, to find out how it is meant. */
const READ_AGAIN = 50;

/** Applies the safe fixes of some definition files, given by path or as text. Writes nothing: that is the caller's. */
export function fix(files: readonly (string | Source)[], host: Host, options: CompileOptions = {}): Fixed {
  const before = check(files, host, options);
  const search: Search = { host, options, state: before, count: 0, characters: LIMITS.characters, attempts: 0 };
  for (let round = 0; round < LIMITS.rounds; round++) {
    const asked = new Set(search.state.graph.bound.requested.map(({ source }) => source));
    const changes = safeChanges(search.state.diagnostics).filter(({ source }) => asked.has(source));
    const { state } = search;
    const accepted = accept(search, state, [], alike(apart(changes)));
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
  /** The best so far: what was found after the changes that are accepted. */
  state: Checked;
  count: number;
  characters: number;
  attempts: number;
}

/** Of the changes to one state, those that do no harm: all at once if possible, else each half for itself. */
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

/** Ordered by what they mend: changes that do harm are mostly of one kind, so they are found, and left out, together. */
function alike(changes: readonly Change[]): readonly Change[] {
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

/** Whether every finding that was to go is gone, and no error came that was not there. */
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
  // A finding is an old one when one with its code was at its place, or else at its path in the document: behind a name
  // that was mended, the next one may be wrong too.
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

/** Whether every scalar that the changes touch means afterwards what they say. */
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

/** Every scalar below a node, key or value, in the order of the text; what aliases repeat stands where it is written. */
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

/** The scalar in which an offset stands. */
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

/** Takes one of what was counted, if there is one. */
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
