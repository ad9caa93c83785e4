/** The text of a definition file or a Python module. `path` is relative to the working directory and uses `/`. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The maximum size of a text file that is read, in MB. */
export const MAX_MEGABYTES = 64;

/** A range of a source in UTF-16 offsets, end exclusive. Lines and columns are computed only for output; see `positionAt`. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** A location for people and editors: lines and columns start at 1, and all units are UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

const originals = new WeakMap<Source, Source>();

/** A source with another text to show. It must have the same length, so that all offsets remain valid. */
export function showAs(source: Source, text: string): Source {
  const shown = { path: source.path, text };
  originals.set(shown, originalOf(source));
  return shown;
}

/** The source for which `showAs` returned this one, or the source itself. */
export function originalOf(source: Source): Source {
  return originals.get(source) ?? source;
}

/** Whether two sources have the same original. */
export function isSameSource(a: Source, b: Source): boolean {
  return originalOf(a) === originalOf(b);
}

const numbers = new WeakMap<Source, number>();
let count = 0;

/** A key for the start of a span. Two spans have the same key exactly if they start at the same place. */
export function placeKey({ source, start }: Pick<Span, "source" | "start">): string {
  const original = originalOf(source);
  const number = numbers.get(original) ?? count++;
  numbers.set(original, number);
  return `${number} ${start}`;
}

const lineStarts = new WeakMap<Source, readonly number[]>();

/**
 * The offset at which each line starts. Lines end with `\n` or `\r\n`. The first line starts after a byte order mark,
 * because editors hide it.
 */
export function lineStartsOf(source: Source): readonly number[] {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  const { text } = source;
  const starts = [text.charCodeAt(0) === 0xfeff ? 1 : 0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}

/** The line and column of an offset, found by binary search over the line starts. */
export function positionAt(source: Source, offset: number): Position {
  const starts = lineStartsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: Math.max(offset - (starts[low] ?? 0), 0) + 1, offset };
}

/** The text that a span covers. */
export function textOf(span: Span): string {
  return span.source.text.slice(span.start, span.end);
}
