// The difference between two texts as edits, so that an editor keeps its cursor and its markers.
import type { Edit } from "../base/diagnostic.ts";
import { type Source, textOf } from "../base/source.ts";

/** Larger texts are replaced from the first to the last difference, because comparing every line would take too long. */
const MOST_LINES = 2000;

/** The edits that change a text into another one, in order. Each of them replaces some lines, or a part of one line. */
export function changesBetween(source: Source, after: string): readonly Edit[] {
  const [a, b] = [linesOf(source.text), linesOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [aEnd, bEnd] = [a.length, b.length];
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) [aEnd, bEnd] = [aEnd - 1, bEnd - 1];
  const offsets = [0];
  for (const line of a) offsets.push((offsets[offsets.length - 1] ?? 0) + line.length);
  const edit = (from: number, to: number, lines: readonly string[]): Edit => ({
    span: { source, start: offsets[from] ?? 0, end: offsets[to] ?? 0 },
    newText: lines.join(""),
  });
  if (start === aEnd && start === bEnd) return [];
  // Most fixes do not change the number of lines, so lines can be compared one by one.
  if (aEnd - start !== bEnd - start || aEnd - start > MOST_LINES) return [edit(start, aEnd, b.slice(start, bEnd))];
  const edits: Edit[] = [];
  for (let i = start; i < aEnd; i++) if (a[i] !== b[i]) edits.push(withinLine(edit(i, i + 1, b.slice(i, i + 1))));
  return edits;
}

/** The same edit without the unchanged text at the beginning and the end of the line. */
function withinLine({ span, newText }: Edit): Edit {
  const before = textOf(span);
  const most = Math.min(before.length, newText.length);
  let start = 0;
  while (start < most && before[start] === newText[start]) start++;
  // Do not split a surrogate pair.
  if (isSecondHalf(before, start) || isSecondHalf(newText, start)) start--;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === newText[newText.length - 1 - end]) end++;
  if (isSecondHalf(before, before.length - end) || isSecondHalf(newText, newText.length - end)) end--;
  return {
    span: { ...span, start: span.start + start, end: span.end - end },
    newText: newText.slice(start, newText.length - end),
  };
}

function isSecondHalf(text: string, at: number): boolean {
  return /^[\udc00-\udfff]/.test(text.slice(at, at + 1));
}

/** The lines of a text with their line breaks. */
function linesOf(text: string): readonly string[] {
  return text.split(/(?<=\n)/);
}
