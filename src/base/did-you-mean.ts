import { compareText } from "./diagnostic.ts";
import { withoutOlderCommands } from "./runner-commands.ts";

/** How far apart two words may be, in edits, and still count as one misspelled: about a third of the word. */
function limitFor(word: string): number {
  return Math.max(1, Math.min(4, Math.ceil(word.length * 0.34)));
}

/** The nearest names, best first, at most three, none that is farther than a misspelling. */
export function nearest(word: string, names: Iterable<string>): readonly string[] {
  const limit = limitFor(word);
  const scored: { readonly name: string; readonly distance: number }[] = [];
  for (const name of names) {
    if (Math.abs(name.length - word.length) > limit) continue;
    const distance = editDistance(fold(word), fold(name), limit);
    if (distance <= limit) scored.push({ name, distance });
  }
  // A word in the singular for the plural, or in capitals, is that word and no other.
  const same = scored.filter(({ name }) => isSameWord(fold(word), fold(name)));
  if (same.length === 1) return same.map(({ name }) => name);
  scored.sort((a, b) => a.distance - b.distance || compareText(a.name, b.name));
  return scored.slice(0, 3).map(({ name }) => name);
}

/**
 * The one name that a misspelled word was meant to be, if that is beyond doubt: no other one is near, and about one letter
 * in four is wrong at most; or it is the only one that differs by nothing but a plural.
 */
export function surely(word: string, names: Iterable<string>): string | undefined {
  const near = nearest(word, names);
  const numbers = near.filter((name) => [`${fold(word)}s`, fold(word).replace(/s$/, "")].includes(fold(name)));
  const [only] = near;
  if (numbers.length === 1 && near.length > 1) return numbers[0];
  if (only === undefined || near.length > 1) return undefined;
  const limit = Math.max(1, Math.floor(fold(word).length / 4));
  return editDistance(fold(word), fold(only), limit) <= limit ? only : undefined;
}

/** One sentence of help about a name that does not exist: the nearest names, or a few that do exist. */
export function suggest(word: string, names: Iterable<string>, what: string): string {
  const known = [...new Set(names)];
  const near = nearest(word, known);
  if (near.length > 0) return `Did you mean ${orList(near)}?`;
  if (known.length === 0) return `There is no ${what} here.`;
  const shown = known.slice(0, 3);
  const more = known.length - shown.length;
  return `Known here: ${shown.map(quote).join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}

/** `a`, `b` or `c` */
export function orList(names: readonly string[]): string {
  const quoted = names.map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

const SHOWN = 60;

/** A name as it is shown in a message: in backquotes, one line, without control or direction marks, not endless. */
export function quote(name: string): string {
  const short = name.length > SHOWN ? `${name.slice(0, SHOWN - 1)}…` : name;
  return `\`${printable(short)}\``;
}

/** What is invisible, or what a terminal could obey; joiners inside an emoji only make it one picture. */
const HIDDEN =
  /(?!(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d\p{Extended_Pictographic})[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

/** Text with everything that is invisible, or that a terminal or GitHub's runner could obey, shown as an escape. */
export function printable(text: string): string {
  const shown = text.replace(HIDDEN, (mark) => {
    if (mark === "\n") return "\\n";
    if (mark === "\t") return "\\t";
    if (mark === "\r") return "\\r";
    const digits = (mark.codePointAt(0) ?? 0).toString(16);
    return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, "0")}`;
  });
  return withoutOlderCommands(shown);
}

/** The same for text of several lines, which stay lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

function isSameWord(a: string, b: string): boolean {
  return a === b || a === `${b}s` || b === `${a}s`;
}

function fold(word: string): string {
  return word.toLowerCase().replaceAll("-", "_");
}

/** Damerau-Levenshtein distance with adjacent transpositions, given up above `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(cost);
      best = Math.min(best, cost);
    }
    if (best > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? limit + 1;
}
