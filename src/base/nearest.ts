import {
  type Candidate,
  candidatesFor,
  countOf,
  firstOf,
  fold,
  leastDistance,
  lettersOf,
  type Names,
  SHOWN,
} from "./candidates.ts";
import { compareText } from "./diagnostic.ts";
import { orList, quote } from "./quote.ts";

/** How far apart two words may be, in edits, and still count as one misspelled: about a third of the word. */
function limitFor(word: string): number {
  return Math.max(1, Math.min(FARTHEST, Math.ceil(word.length * 0.34)));
}

/** The nearest names, best first, at most three, none that is farther than a misspelling. Of a long list, see `candidatesFor`. */
export function nearest(word: string, names: Names): readonly string[] {
  const wanted = fold(word);
  const scored: (Candidate & { readonly distance: number })[] = [];
  const counts = [0, 0, 0, 0, 0];
  let limit = limitFor(word);
  const wantedLetters = lettersOf(wanted);
  for (const candidate of candidatesFor(word, names)) {
    const { name, key, letters } = candidate;
    if (Math.abs(name.length - word.length) > limit || leastDistance(wantedLetters, letters) > limit) continue;
    const distance = editDistance(wanted, key, limit);
    if (distance > limit) continue;
    scored.push({ ...candidate, distance });
    // What is farther than three others is not shown; of those that differ by one edit all count, see below.
    for (let i = distance; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + 1;
    while (limit > 1 && (counts[limit - 1] ?? 0) >= SHOWN) limit--;
  }
  // A word in the singular for the plural, or in capitals, is that word and no other.
  const same = scored.filter(({ key }) => isSameWord(wanted, key));
  if (same.length === 1) return same.map(({ name }) => name);
  scored.sort((a, b) => a.distance - b.distance || compareText(a.name, b.name));
  return scored.slice(0, SHOWN).map(({ name }) => name);
}

/**
 * The one name that a misspelled word was meant to be, if that is beyond doubt: no other one is near, and about one letter
 * in four is wrong at most; or it is the only one that differs by nothing but a plural. `near` are its nearest names, if known.
 */
export function surely(word: string, names: Names, near = nearest(word, names)): string | undefined {
  const numbers = near.filter((name) => [`${fold(word)}s`, fold(word).replace(/s$/, "")].includes(fold(name)));
  const [only] = near;
  if (numbers.length === 1 && near.length > 1) return numbers[0];
  if (only === undefined || near.length > 1) return undefined;
  const limit = Math.min(FARTHEST, Math.max(1, Math.floor(fold(word).length / 4)));
  return editDistance(fold(word), fold(only), limit) <= limit ? only : undefined;
}

/** A hint for a name that does not exist: the nearest names (`near`, if known), or some that exist; `what` is a singular noun. */
export function suggest(word: string, names: Names, what: string, near = nearest(word, names)): string {
  if (near.length > 0) return `Did you mean ${orList(near)}?`;
  const shown = firstOf(names, SHOWN);
  if (shown.length === 0) return `No ${what}s are available.`;
  const more = countOf(names) - shown.length;
  return `Available ${what}s: ${shown.map(quote).join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}

function isSameWord(a: string, b: string): boolean {
  return a === b || a === `${b}s` || b === `${a}s`;
}

/** No two words that are compared are farther apart, see `limitFor`. */
const FARTHEST = 4;

/** Three rows of the table of distances, with a cell at either end that is never reached: made once, because they are used often. */
const ROWS = [0, 1, 2].map(() => new Int32Array(2 * FARTHEST + 3)) as [Int32Array, Int32Array, Int32Array];

/**
 * Damerau-Levenshtein distance with adjacent transpositions; one more than `limit` for everything beyond. What the words begin
 * and end with alike does not count, and of each row only the cells around the diagonal can stay within the limit: the one at
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
