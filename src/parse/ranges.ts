import type { Range } from "./draft.ts";

/** An index of ranges that answers overlap queries quickly. */
export interface RangeIndex {
  /** Whether a range contains a character from `start` up to `end`; an empty query counts as its first character. */
  readonly touches: (start: number, end: number) => boolean;
  /** The first range that overlaps the query. */
  readonly first: (start: number, end: number) => Range | undefined;
  /** All ranges that overlap the query from `start` up to `end`. */
  readonly within: (start: number, end: number) => readonly Range[];
}

/** Builds an index. The ranges may overlap. */
export function indexRanges(ranges: readonly Range[]): RangeIndex {
  const sorted = [...ranges].sort((a, b) => a.start - b.start || a.end - b.end);
  const furthest: number[] = [];
  for (const { start, end } of sorted) {
    furthest.push(Math.max(furthest[furthest.length - 1] ?? 0, end, start + 1));
  }
  /** The number of ranges that start before an offset. */
  const before = (offset: number): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const touches = (start: number, end: number) => (furthest[before(Math.max(end, start + 1)) - 1] ?? 0) > start;
  const within = (start: number, end: number) => {
    const found: Range[] = [];
    for (let i = before(end) - 1; i >= 0 && (furthest[i] ?? 0) > start; i--) {
      const range = sorted[i];
      if (range !== undefined && range.end > start) found.push(range);
    }
    return found.reverse();
  };
  const first = (start: number, end: number) => {
    // The furthest end never decreases. Where it increases beyond the start of the query, the range overlaps it.
    let [low, high] = [0, before(end)];
    const last = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((furthest[middle] ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    return low < last ? sorted[low] : undefined;
  };
  return { touches, first, within };
}
