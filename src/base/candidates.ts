// Which names of a list a misspelled word is compared with. A comparison takes far longer than a look-up, and a hostile file
// brings thousands of wrong names beside thousands of right ones: so the number of comparisons is bounded for each word, and
// a long list is sorted once. The same word and list always have the same candidates, whatever was asked before.
import { compareText } from "./diagnostic.ts";

/** Names that exist. A long list is indexed once per object, so pass the same object for each word. */
export type Names = readonly string[] | ReadonlySet<string> | ReadonlyMap<string, unknown>;

/** A word is compared with this many names at most, and with fewer when it is long: so many characters together. */
const MOST = { names: 128, characters: 4096 } as const;

/** How many names a word of this length is compared with at most. */
function mostFor(length: number): number {
  return Math.min(MOST.names, Math.floor(MOST.characters / Math.max(length, 1)));
}

/** How many names there are; a name that is listed twice counts twice. */
export function countOf(names: Names): number {
  return "size" in names ? names.size : names.length;
}

/** The first names, at most `count`, each once. */
export function firstOf(names: Names, count: number): readonly string[] {
  const first = new Set<string>();
  for (const name of namesIn(names)) {
    if (first.size === count) break;
    first.add(name);
  }
  return [...first];
}

function namesIn(names: Names): Iterable<string> {
  return names instanceof Map ? names.keys() : (names as readonly string[] | ReadonlySet<string>);
}

/**
 * The names that may be near a word: all of a short list; of a long one those that begin or end most like
 * the word, because a misspelling leaves the one or the other as it is. None for a word that is too long to be compared.
 */
export function candidatesFor(word: string, names: Names): Iterable<string> {
  const most = mostFor(word.length);
  if (countOf(names) <= most) return namesIn(names);
  if (most === 0) return [];
  const { byKey, byStart, byEnd } = indexOf(names);
  const wanted = fold(word);
  const half = Math.ceil(most / 2);
  const keys = new Set([...around(byStart, wanted, half), ...around(byEnd, reversed(wanted), half).map(reversed)]);
  return [...keys].flatMap((key) => byKey.get(key) ?? []);
}

/** How a name is compared: capitals, hyphens and underscores make no difference. */
export function fold(word: string): string {
  return word.toLowerCase().replaceAll("-", "_");
}

/** More names than this are never suggested. */
export const SHOWN = 3;

interface Index {
  readonly count: number;
  /** The names by their folded form, of each form as many as are ever shown. */
  readonly byKey: ReadonlyMap<string, readonly string[]>;
  /** The folded forms in order, and their reversals in order. */
  readonly byStart: readonly string[];
  readonly byEnd: readonly string[];
}

/** Remembers what only depends on the list; of a list that has grown since, the index is made again. */
const indexes = new WeakMap<Names, Index>();

function indexOf(names: Names): Index {
  const known = indexes.get(names);
  const count = countOf(names);
  if (known?.count === count) return known;
  const byKey = new Map<string, string[]>();
  for (const name of namesIn(names)) {
    const key = fold(name);
    const others = byKey.get(key);
    if (others === undefined) byKey.set(key, [name]);
    else others.push(name);
  }
  for (const [key, alike] of byKey) if (alike.length > SHOWN) byKey.set(key, alike.sort(compareText).slice(0, SHOWN));
  const index = { count, byKey, byStart: [...byKey.keys()].sort(), byEnd: Array.from(byKey.keys(), reversed).sort() };
  indexes.set(names, index);
  return index;
}

/** So many of some sorted texts that stand next to the place of another one. */
function around(sorted: readonly string[], text: string, count: number): readonly string[] {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") < text) low = middle + 1;
    else high = middle;
  }
  const from = Math.max(0, low - (count >> 1));
  return sorted.slice(from, from + count);
}

/** The same text from its end, by UTF-16 code unit: reversing it again gives it back. */
function reversed(text: string): string {
  return text.split("").reverse().join("");
}
