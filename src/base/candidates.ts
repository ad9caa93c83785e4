// Which names of a list a misspelled word is compared with. A comparison takes far longer than a look-up, and a hostile file
// brings thousands of wrong names beside thousands of right ones: so the number of comparisons is bounded for each word, and
// a long list is sorted once. The same word and list always have the same candidates, whatever was asked before.
import { compareText } from "./diagnostic.ts";

/** Names that exist. A long list is indexed once per object, so pass the same object for each word. */
export type Names = readonly string[] | ReadonlySet<string> | ReadonlyMap<string, unknown>;

/** More names than this are never suggested. */
export const SHOWN = 3;

/** A word is compared with this many names at most, and with fewer when it is long: so many characters together. */
const MOST = { names: 64, characters: 4096 } as const;

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

/** A name, and what it is compared by: capitals, hyphens and underscores make no difference. */
export interface Candidate {
  readonly name: string;
  readonly key: string;
  /** Which letters the key holds, see `lettersOf`. */
  readonly letters: number;
}

/** The letters of a word as a set of 32 bits; different letters may share a bit. */
export function lettersOf(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at++) letters |= 1 << (word.charCodeAt(at) & 31);
  return letters;
}

/** How many edits there are at least between words with these letters: each one brings or removes one letter at most. */
export function leastDistance(a: number, b: number): number {
  return Math.max(bitsIn(a & ~b), bitsIn(b & ~a));
}

/** How many bits are set (Warren, "Hacker's Delight", 5-1). */
function bitsIn(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** What a name is compared by. */
export function fold(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}

/**
 * The names that may be near a word, each once: all of a short list; of a long one those that begin or end most like the word,
 * because a misspelling leaves the one or the other as it is. None for a word that is too long to be compared.
 */
export function candidatesFor(word: string, names: Names): readonly Candidate[] {
  const most = mostFor(word.length);
  if (most === 0) return [];
  const index = indexOf(names);
  if (index.all.length <= most) return index.all;
  index.sorted ??= sortedBy(index.all);
  const { byStart, byEnd } = index.sorted;
  const wanted = fold(word);
  const half = Math.ceil(most / 2);
  const near = new Set<Candidate>();
  for (const { alike } of around(byStart, wanted, half)) for (const each of alike) near.add(each);
  for (const { alike } of around(byEnd, reversed(wanted), half)) for (const each of alike) near.add(each);
  return [...near];
}

interface Index {
  readonly count: number;
  readonly all: readonly Candidate[];
  /** Made when the list turns out to be long. */
  sorted?: Sorted;
}

interface Sorted {
  /** By their keys in order, and by the reversals of these in order. */
  readonly byStart: readonly Alike[];
  readonly byEnd: readonly Alike[];
}

/** A key, or its reversal, and the names that have it: as many as are ever shown, in order. */
interface Alike {
  readonly text: string;
  readonly alike: readonly Candidate[];
}

/** Remembers what only depends on the list; of a list that has grown since, the index is made again. */
const indexes = new WeakMap<Names, Index>();
/** To remember shorter lists costs more than to look at them again. */
const REMEMBERED = 4;

function indexOf(names: Names): Index {
  const count = countOf(names);
  const known = count < REMEMBERED ? undefined : indexes.get(names);
  if (known?.count === count) return known;
  const index = { count, all: Array.from(new Set(namesIn(names)), candidateFor) };
  if (count >= REMEMBERED) indexes.set(names, index);
  return index;
}

function candidateFor(name: string): Candidate {
  const key = fold(name);
  return { name, key, letters: lettersOf(key) };
}

function sortedBy(all: readonly Candidate[]): Sorted {
  const byKey = new Map<string, Candidate[]>();
  for (const candidate of all) {
    const others = byKey.get(candidate.key);
    if (others === undefined) byKey.set(candidate.key, [candidate]);
    else others.push(candidate);
  }
  const byStart = Array.from(byKey, ([text, names]): Alike => {
    const isMany = names.length > SHOWN;
    return { text, alike: isMany ? names.sort((a, b) => compareText(a.name, b.name)).slice(0, SHOWN) : names };
  });
  const byEnd = byStart.map(({ text, alike }): Alike => ({ text: reversed(text), alike }));
  const inOrder = (a: Alike, b: Alike) => compareText(a.text, b.text);
  return { byStart: byStart.sort(inOrder), byEnd: byEnd.sort(inOrder) };
}

/** So many of some sorted texts that stand next to the place of another one. */
function around(sorted: readonly Alike[], text: string, count: number): readonly Alike[] {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.text ?? "") < text) low = middle + 1;
    else high = middle;
  }
  const from = Math.max(0, low - (count >> 1));
  return sorted.slice(from, from + count);
}

/** The same text from its end, by UTF-16 code unit: reversing it again gives it back. */
function reversed(text: string): string {
  let last = "";
  for (let at = text.length - 1; at >= 0; at--) last += text.charAt(at);
  return last;
}
