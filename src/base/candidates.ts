// Selects the names that a misspelled word is compared with. A comparison costs far more than a lookup, and a hostile
// file can contain thousands of wrong names next to thousands of right ones. So the number of comparisons per word is
// bounded, and a long list is sorted once. The candidates depend only on the word and the list, never on earlier calls.
import { compareText } from "./diagnostic.ts";

/** Known names. A long list is indexed once per object, so pass the same object for every word. */
export type Names = readonly string[] | ReadonlySet<string> | ReadonlyMap<string, unknown>;

/** The maximum number of suggestions. */
export const MAX_SUGGESTIONS = 3;

/** The most names that a word is compared with, and the most characters in all of those names together. */
const LIMITS = { names: 64, characters: 4096 } as const;

/** The maximum number of names that a word of this length is compared with. */
function maxCandidates(length: number): number {
  return Math.min(LIMITS.names, Math.floor(LIMITS.characters / Math.max(length, 1)));
}

/** The number of names, duplicates included. */
export function countOf(names: Names): number {
  return "size" in names ? names.size : names.length;
}

/** The first `count` distinct names. */
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

/** A name, and the key that comparisons use: case, hyphens and underscores are ignored. */
export interface Candidate {
  readonly name: string;
  readonly key: string;
  /** The letters of the key as a bit set, see `lettersOf`. */
  readonly letters: number;
}

/** The letters of a word as a set of 32 bits; different letters may share a bit. */
export function lettersOf(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at++) letters |= 1 << (word.charCodeAt(at) & 31);
  return letters;
}

/**
 * A lower bound of the edit distance between words with these letters: each edit adds or removes at most one letter.
 */
export function minDistance(a: number, b: number): number {
  return Math.max(countBits(a & ~b), countBits(b & ~a));
}

/** The number of set bits (Warren, "Hacker's Delight", 5-1). */
function countBits(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The key by which a name is compared. */
export function fold(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}

/**
 * The distinct names that may be close to a word: all names of a short list; in a long list, those with the most
 * similar start or end, because a misspelling rarely changes both. Empty if the word is too long to be compared.
 */
export function candidatesFor(word: string, names: Names): readonly Candidate[] {
  const most = maxCandidates(word.length);
  if (most === 0) return [];
  const index = indexOf(names);
  if (index.all.length <= most) return index.all;
  index.sorted ??= sortedBy(index.all);
  const { byStart, byEnd } = index.sorted;
  const wanted = fold(word);
  const half = Math.ceil(most / 2);
  const near = new Set<Candidate>();
  for (const { candidates } of groupsAround(byStart, wanted, half)) for (const each of candidates) near.add(each);
  for (const { candidates } of groupsAround(byEnd, reversed(wanted), half))
    for (const each of candidates) near.add(each);
  return [...near];
}

interface Index {
  readonly count: number;
  readonly all: readonly Candidate[];
  /** Built once the list turns out to be long. */
  sorted?: Sorted;
}

interface Sorted {
  /** Sorted by key, and by reversed key. */
  readonly byStart: readonly Group[];
  readonly byEnd: readonly Group[];
}

/** A key or reversed key, and the first few names that have it. */
interface Group {
  readonly key: string;
  readonly candidates: readonly Candidate[];
}

/** Caches the index of a list; rebuilt if the list has grown since. */
const indexes = new WeakMap<Names, Index>();
/** Shorter lists are cheaper to scan than to cache. */
const MIN_CACHED = 4;

function indexOf(names: Names): Index {
  const count = countOf(names);
  const known = count < MIN_CACHED ? undefined : indexes.get(names);
  if (known?.count === count) return known;
  const index = { count, all: Array.from(new Set(namesIn(names)), candidateFor) };
  if (count >= MIN_CACHED) indexes.set(names, index);
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
  const byStart = Array.from(byKey, ([text, names]): Group => {
    const isMany = names.length > MAX_SUGGESTIONS;
    return {
      key: text,
      candidates: isMany ? names.sort((a, b) => compareText(a.name, b.name)).slice(0, MAX_SUGGESTIONS) : names,
    };
  });
  const byEnd = byStart.map(({ key, candidates }): Group => ({ key: reversed(key), candidates }));
  const inOrder = (a: Group, b: Group) => compareText(a.key, b.key);
  return { byStart: byStart.sort(inOrder), byEnd: byEnd.sort(inOrder) };
}

/** The `count` sorted entries around the position of `text`. */
function groupsAround(sorted: readonly Group[], text: string, count: number): readonly Group[] {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.key ?? "") < text) low = middle + 1;
    else high = middle;
  }
  const from = Math.max(0, low - (count >> 1));
  return sorted.slice(from, from + count);
}

/** The text reversed by UTF-16 code unit, so that reversing it again restores it. */
function reversed(text: string): string {
  let last = "";
  for (let at = text.length - 1; at >= 0; at--) last += text.charAt(at);
  return last;
}
