import { candidatesFor, countOf, firstOf, fold, type Names, SHOWN } from "./candidates.ts";
import { compareText } from "./diagnostic.ts";

/** How far apart two words may be, in edits, and still count as one misspelled: about a third of the word. */
function limitFor(word: string): number {
  return Math.max(1, Math.min(4, Math.ceil(word.length * 0.34)));
}

/** The nearest names, best first, at most three, none that is farther than a misspelling. Of a long list, see `candidatesFor`. */
export function nearest(word: string, names: Names): readonly string[] {
  const wanted = fold(word);
  const scored: { readonly name: string; readonly distance: number }[] = [];
  const counts = [0, 0, 0, 0, 0];
  let limit = limitFor(word);
  for (const name of new Set(candidatesFor(word, names))) {
    if (Math.abs(name.length - word.length) > limit) continue;
    const distance = editDistance(wanted, fold(name), limit);
    if (distance > limit) continue;
    scored.push({ name, distance });
    // What is farther than three others is not shown; of those that differ by one edit all count, see below.
    for (let i = distance; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + 1;
    while (limit > 1 && (counts[limit - 1] ?? 0) >= SHOWN) limit--;
  }
  // A word in the singular for the plural, or in capitals, is that word and no other.
  const same = scored.filter(({ name }) => isSameWord(wanted, fold(name)));
  if (same.length === 1) return same.map(({ name }) => name);
  scored.sort((a, b) => a.distance - b.distance || compareText(a.name, b.name));
  return scored.slice(0, SHOWN).map(({ name }) => name);
}

/**
 * The one name that a misspelled word was meant to be, if that is beyond doubt: no other one is near, and about one letter
 * in four is wrong at most; or it is the only one that differs by nothing but a plural.
 */
export function surely(word: string, names: Names): string | undefined {
  const near = nearest(word, names);
  const numbers = near.filter((name) => [`${fold(word)}s`, fold(word).replace(/s$/, "")].includes(fold(name)));
  const [only] = near;
  if (numbers.length === 1 && near.length > 1) return numbers[0];
  if (only === undefined || near.length > 1) return undefined;
  const limit = Math.max(1, Math.floor(fold(word).length / 4));
  return editDistance(fold(word), fold(only), limit) <= limit ? only : undefined;
}

/** One sentence of help about a name that does not exist: the nearest names, or a few that do exist. */
export function suggest(word: string, names: Names, what: string): string {
  const near = nearest(word, names);
  if (near.length > 0) return `Did you mean ${orList(near)}?`;
  const shown = firstOf(names, SHOWN);
  if (shown.length === 0) return `There is no ${what} here.`;
  const more = countOf(names) - shown.length;
  return `Known here: ${shown.map(quote).join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}

/** `a`, `b` or `c` */
export function orList(names: readonly string[]): string {
  const quoted = names.map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

const LONGEST = 60;

/** A name as it is shown in a message: in backquotes, one line, without control or direction marks, not endless. */
export function quote(name: string): string {
  const short = name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
  return `\`${printable(short)}\``;
}

/** What is invisible, or what a terminal could obey; joiners inside an emoji only make it one picture. */
const HIDDEN =
  /(?!(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d\p{Extended_Pictographic})[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

/** Text with everything that is invisible or that a terminal could obey shown as an escape. */
export function printable(text: string): string {
  return text.replace(HIDDEN, (mark) => {
    if (mark === "\n") return "\\n";
    if (mark === "\t") return "\\t";
    if (mark === "\r") return "\\r";
    const digits = (mark.codePointAt(0) ?? 0).toString(16);
    return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, "0")}`;
  });
}

/** The same for text of several lines, which stay lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

function isSameWord(a: string, b: string): boolean {
  return a === b || a === `${b}s` || b === `${a}s`;
}

/** Damerau-Levenshtein distance with adjacent transpositions, at most one more than `limit`: only what can stay below it is computed. */
function editDistance(a: string, b: string, limit: number): number {
  let [start, aEnd, bEnd] = [0, a.length, b.length];
  while (start < aEnd && start < bEnd && a[start] === b[start]) start++;
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) [aEnd, bEnd] = [aEnd - 1, bEnd - 1];
  const [rows, columns] = [aEnd - start, bEnd - start];
  if (Math.abs(rows - columns) > limit) return limit + 1;
  // Of each row the cells around the diagonal: the one at `k` is in the column `i + k - limit`.
  const width = 2 * limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: width }, (_, k) => (k < limit ? limit + 1 : k - limit));
  for (let i = 1; i <= rows; i++) {
    const current: number[] = [];
    let best = limit + 1;
    for (let k = 0; k < width; k++) {
      const j = i + k - limit;
      let cost = limit + 1;
      if (j === 0) cost = i;
      else if (j > 0 && j <= columns) {
        const isSame = a[start + i - 1] === b[start + j - 1];
        const isSwapped =
          i > 1 && j > 1 && a[start + i - 1] === b[start + j - 2] && a[start + i - 2] === b[start + j - 1];
        cost = Math.min(
          (previous[k] ?? cost) + (isSame ? 0 : 1),
          (previous[k + 1] ?? cost) + 1,
          (current[k - 1] ?? cost) + 1,
          isSwapped ? (beforePrevious[k] ?? cost) + 1 : cost,
        );
      }
      current.push(cost);
      best = Math.min(best, cost);
    }
    if (best > limit) return limit + 1;
    [beforePrevious, previous] = [previous, current];
  }
  return Math.min(previous[columns - rows + limit] ?? limit + 1, limit + 1);
}
