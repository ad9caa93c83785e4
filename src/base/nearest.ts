import {
  type Candidate,
  candidatesFor,
  countOf,
  firstOf,
  fold,
  lettersOf,
  MAX_SUGGESTIONS,
  minDistance,
  type Names,
} from "./candidates.ts";
import { compareText } from "./diagnostic.ts";
import { orList, quote } from "./quote.ts";

/** The maximum edit distance at which two words still count as a misspelling: about a third of the word. */
function maxDistanceFor(word: string): number {
  return Math.max(1, Math.min(MAX_DISTANCE, Math.ceil(word.length * 0.34)));
}

/**
 * The nearest names, best first, at most three, and none farther away than a misspelling. For long lists, see
 * `candidatesFor`.
 */
export function nearest(word: string, names: Names): readonly string[] {
  const wanted = fold(word);
  const scored: (Candidate & { readonly distance: number })[] = [];
  const counts = [0, 0, 0, 0, 0];
  let limit = maxDistanceFor(word);
  const wantedLetters = lettersOf(wanted);
  for (const candidate of candidatesFor(word, names)) {
    const { name, key, letters } = candidate;
    if (Math.abs(name.length - word.length) > limit || minDistance(wantedLetters, letters) > limit) continue;
    const distance = editDistance(wanted, key, limit);
    if (distance > limit) continue;
    scored.push({ ...candidate, distance });
    // Names farther away than three others are not shown, but all names at distance one count, see below.
    for (let i = distance; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + 1;
    while (limit > 1 && (counts[limit - 1] ?? 0) >= MAX_SUGGESTIONS) limit--;
  }
  // A word that differs only in case or in a plural is that word and no other.
  const same = scored.filter(({ key }) => isSameWord(wanted, key));
  if (same.length === 1) return same.map(({ name }) => name);
  scored.sort((a, b) => a.distance - b.distance || compareText(a.name, b.name));
  return scored.slice(0, MAX_SUGGESTIONS).map(({ name }) => name);
}

/**
 * The name that a misspelled word certainly stands for: no other name is near and at most one letter in four is wrong,
 * or it is the only name that differs by just a plural. Pass the nearest names as `near` if they are known.
 */
export function certainMatch(word: string, names: Names, near = nearest(word, names)): string | undefined {
  const numbers = near.filter((name) => [`${fold(word)}s`, fold(word).replace(/s$/, "")].includes(fold(name)));
  const [only] = near;
  if (numbers.length === 1 && near.length > 1) return numbers[0];
  if (only === undefined || near.length > 1) return undefined;
  const limit = Math.min(MAX_DISTANCE, Math.max(1, Math.floor(fold(word).length / 4)));
  return editDistance(fold(word), fold(only), limit) <= limit ? only : undefined;
}

/** A hint for an unknown name: the nearest names (`near`, if known), or a few of the known ones. */
export function suggest(word: string, names: Names, what: string, near = nearest(word, names)): string {
  if (near.length > 0) return `Did you mean ${orList(near)}?`;
  const shown = firstOf(names, MAX_SUGGESTIONS);
  if (shown.length === 0) return `There is no ${what} here.`;
  const more = countOf(names) - shown.length;
  return `Known here: ${shown.map(quote).join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}

function isSameWord(a: string, b: string): boolean {
  return a === b || a === `${b}s` || b === `${a}s`;
}

/** The maximum distance of two words that are compared, see `maxDistanceFor`. */
const MAX_DISTANCE = 4;

/**
 * Three rows of the distance table with an unreachable cell at each end. Allocated once, because the function is called
 * often.
 */
const ROWS = [0, 1, 2].map(() => new Int32Array(2 * MAX_DISTANCE + 3)) as [Int32Array, Int32Array, Int32Array];

/**
 * Damerau-Levenshtein distance with adjacent transpositions; `limit + 1` for anything beyond `limit`. Common prefixes
 * and suffixes are skipped, and only the cells of each row around the diagonal can stay within the limit: the cell at
 * `k` belongs to the column `i + k - limit - 1`.
 */
function editDistance(a: string, b: string, limit: number): number {
  let [start, aEnd, bEnd] = [0, a.length, b.length];
  while (start < aEnd && start < bEnd && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  while (aEnd > start && bEnd > start && a.charCodeAt(aEnd - 1) === b.charCodeAt(bEnd - 1)) {
    aEnd--;
    bEnd--;
  }
  const [rows, columns, beyond] = [aEnd - start, bEnd - start, limit + 1];
  if (Math.abs(rows - columns) > limit) return beyond;
  let [beforePrevious, previous, current] = ROWS;
  const width = 2 * limit + 1;
  for (let k = 0; k < previous.length; k++) previous[k] = k > limit && k <= width ? k - limit - 1 : beyond;
  for (let i = 1; i <= rows; i++) {
    const letter = a.charCodeAt(start + i - 1);
    const before = a.charCodeAt(start + i - 2);
    let best = beyond;
    current.fill(beyond);
    const last = Math.min(width, columns - i + limit + 1);
    for (let k = Math.max(1, limit + 1 - i); k <= last; k++) {
      const j = i + k - limit - 1;
      let cost = j === 0 ? i : beyond;
      if (j > 0) {
        const other = b.charCodeAt(start + j - 1);
        cost = Math.min(cost, cell(previous, k) + (letter === other ? 0 : 1), cell(previous, k + 1) + 1);
        cost = Math.min(cost, cell(current, k - 1) + 1);
        const isSwapped = i > 1 && j > 1 && letter === b.charCodeAt(start + j - 2) && before === other;
        if (isSwapped) cost = Math.min(cost, cell(beforePrevious, k) + 1);
      }
      current[k] = cost;
      best = Math.min(best, cost);
    }
    if (best > limit) return beyond;
    [beforePrevious, previous, current] = [previous, current, beforePrevious];
  }
  return Math.min(cell(previous, columns - rows + limit + 1), beyond);
}

function cell(row: Int32Array, k: number): number {
  return row[k] as number;
}
