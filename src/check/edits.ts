// Applies fixes to texts, and maps the offsets of a text to those after the fixes.
import type { Diagnostic, Edit, Fix } from "../base/diagnostic.ts";
import type { Source } from "../base/source.ts";

/** A change to one file, and the findings that it removes. */
export interface Change {
  readonly source: Source;
  /** In the order of the text; they do not overlap. */
  readonly edits: readonly Edit[];
  readonly removes: readonly Diagnostic[];
}

/** The first safe fix of each finding; equal fixes of several findings are one change. A change affects one file only. */
export function safeChanges(diagnostics: readonly Diagnostic[]): readonly Change[] {
  const changes = new Map<string, Change & { readonly removes: Diagnostic[] }>();
  for (const diagnostic of diagnostics) {
    const change = changeOf(diagnostic.fixes?.find(({ safe }) => safe));
    if (change === undefined) continue;
    const key = JSON.stringify([
      change.source.path,
      change.edits.map(({ span, newText }) => [span.start, span.end, newText]),
    ]);
    const same = changes.get(key);
    if (same === undefined) changes.set(key, { ...change, removes: [diagnostic] });
    else same.removes.push(diagnostic);
  }
  return [...changes.values()];
}

function changeOf(fix: Fix | undefined): Omit<Change, "removes"> | undefined {
  const edits = [...(fix?.edits ?? [])].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const source = edits[0]?.span.source;
  if (source === undefined || edits.some(({ span }) => span.source !== source)) return undefined;
  if (edits.every(({ span, newText }) => source.text.slice(span.start, span.end) === newText)) return undefined;
  return edits.some(({ span }, i) => span.start < (edits[i - 1]?.span.end ?? 0)) ? undefined : { source, edits };
}

/** As many changes as can be applied at once: of those that touch each other, the first one. */
export function apart(changes: readonly Change[]): readonly Change[] {
  const ends = new Map<Source, number>();
  const startOf = ({ edits }: Change) => edits[0]?.span.start ?? 0;
  return [...changes]
    .sort((a, b) => startOf(a) - startOf(b))
    .filter((change) => {
      if (startOf(change) <= (ends.get(change.source) ?? -1)) return false;
      ends.set(change.source, change.edits[change.edits.length - 1]?.span.end ?? 0);
      return true;
    });
}

/** A text after some edits, and the new position of each of its offsets. */
export interface Edited {
  readonly text: string;
  /** An offset in replaced text becomes the beginning of the new text. */
  readonly newOffset: (offset: number) => number;
}

/** Applies changes that do not touch each other to a text. Everything else stays unchanged. */
export function applyEdits(text: string, changes: readonly Edit[]): Edited {
  const edits = [...changes].sort((a, b) => a.span.start - b.span.start);
  const parts: string[] = [];
  const shifts: { readonly start: number; readonly end: number; readonly shift: number }[] = [];
  let at = 0;
  let shift = 0;
  for (const { span, newText } of edits) {
    parts.push(text.slice(at, span.start), newText);
    shifts.push({ start: span.start, end: span.end, shift });
    shift += newText.length - (span.end - span.start);
    at = span.end;
  }
  parts.push(text.slice(at));
  const whole = shift;
  const newOffset = (offset: number) => {
    let [low, high] = [0, shifts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((shifts[middle]?.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    const before = shifts[low - 1];
    if (before === undefined) return offset;
    if (offset < before.end) return before.start + before.shift;
    return offset + (shifts[low]?.shift ?? whole);
  };
  return { text: parts.join(""), newOffset };
}
